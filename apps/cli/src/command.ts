import { createRequire } from "node:module";
import { Command } from "commander";
import { addCampaign } from "./campaign/campaign-command.js";
import { addGates } from "./gates.js";
import { addRebind } from "./rebind.js";
import { addRebuild } from "./rebuild.js";
import type { Surroundings } from "./surroundings.js";
import { addVerify } from "./verify.js";
import { visibleText } from "./visible-text.js";

/** The version of this package. */
function version(): string {
  const { version: found } = createRequire(import.meta.url)("../package.json") as { version: string };
  return found;
}

/** Builds the `surefill` command with everything it can do. A command line that it cannot read throws. */
export function createCommand(around: Surroundings): Command {
  const { print, tell, rewrite } = around;
  const surroundings: Surroundings = {
    ...around,
    print: (text) => print(visibleText(text)),
    tell: (text) => tell(visibleText(text)),
    ...(rewrite !== undefined && { rewrite: (line: string) => rewrite(visibleText(line)) }),
  };
  const program = new Command("surefill")
    .description("Top-ups that are paid exactly once, or you know why not")
    .version(version(), "--version", "print the version")
    .exitOverride();
  addCampaign(program, surroundings);
  addGates(program, surroundings);
  addVerify(program, surroundings);
  addRebuild(program, surroundings);
  addRebind(program, surroundings);
  return program;
}
