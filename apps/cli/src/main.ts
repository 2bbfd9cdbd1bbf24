import { createCommand } from "./command.js";

await createCommand().parseAsync(process.argv);
