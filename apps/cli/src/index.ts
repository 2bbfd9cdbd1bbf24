export { createCommand } from "./command.js";
export type { Surroundings } from "./surroundings.js";
