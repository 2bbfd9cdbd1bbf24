export { createCommand } from "./command.js";
