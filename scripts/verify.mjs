/** `npm run verify`: the tests, then the demo, whose exit code says whether our books agree with the provider's. */
import { join } from "node:path";
import { progress, runCommand } from "./run-command.mjs";
import { projectRoot } from "./setup.mjs";

const STEPS = [
  { name: "npm test", args: ["scripts/test.mjs"] },
  { name: "npm run demo -- --once", args: ["scripts/demo.mjs", "--once"] },
];

for (const { name, args } of STEPS) {
  progress(`> ${name}`);
  const [script, ...rest] = args;
  const { code } = await runCommand(process.execPath, [join(projectRoot, script), ...rest], {
    cwd: projectRoot,
    show: true,
  });
  if (code !== 0) {
    progress(`${name} failed.`);
    process.exit(code);
  }
}
