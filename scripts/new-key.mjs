/** `npm run new-key -- NAME`: a new API key for the caller NAME, shown once, and the entry of API_KEYS for it. */
import { join } from "node:path";
import { progress, runCommand } from "./run-command.mjs";
import { projectRoot, setUp } from "./setup.mjs";

/** Exit code for a command line that is wrong (sysexits: EX_USAGE). */
const EXIT_USAGE = 64;

async function main([name, ...rest]) {
  if (name === undefined || rest.length > 0) {
    progress("Usage: npm run new-key -- NAME, where NAME is who will use the key, such as billing");
    return EXIT_USAGE;
  }
  await setUp();
  const producer = join(projectRoot, "apps", "producer", "dist", "main.js");
  const { code } = await runCommand(process.execPath, [producer, "new-key", name], { show: true });
  return code;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
