import { createRequire } from "node:module";
import { Command } from "commander";
import { DESCRIPTIONS, type PartName } from "./descriptions.js";
import type { Surroundings } from "./surroundings.js";
import { visibleText } from "./visible-text.js";

/** Adds one part to the command. */
export type AddPart = (program: Command, surroundings: Surroundings) => void;

/** Parts that have commands inside; the others have options. */
const HAS_COMMANDS: ReadonlySet<PartName> = new Set(["campaign", "people", "keys", "audit-log"]);

/** Builds the command of these parts; of one that is missing it has the name and the description only. */
export function programOf(around: Surroundings, parts: Partial<Record<PartName, AddPart>>): Command {
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
  for (const name of Object.keys(DESCRIPTIONS) as PartName[]) {
    const add = parts[name];
    if (add !== undefined) add(program, surroundings);
    else {
      const part = program.command(name).description(DESCRIPTIONS[name]);
      if (!HAS_COMMANDS.has(name)) part.option("--json");
    }
  }
  return program;
}

/** The version of this package. */
function version(): string {
  const { version: found } = createRequire(import.meta.url)("../package.json") as { version: string };
  return found;
}
