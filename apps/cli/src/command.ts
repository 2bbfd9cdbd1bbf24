import { createRequire } from "node:module";
import { Command } from "commander";
import { addAccessCommands } from "./access/access-commands.js";
import { addCampaign } from "./campaign/campaign-command.js";
import { painted, type Tone } from "./colour.js";
import { addLedgerCommands } from "./ledger-commands.js";
import { addProducerCommands } from "./producer-commands.js";
import type { Surroundings } from "./surroundings.js";
import { visibleText } from "./visible-text.js";

/**
 * Builds the `surefill` command. A command line that it cannot read throws a `CommanderError`, after it was explained on
 * standard error. Nothing is loaded here but what reads command lines and shows help: most of a start is loading, so each
 * action imports what it needs when it runs.
 */
export function createCommand(around: Surroundings): Command {
  const surroundings = withVisibleText(around);
  const { colour } = around;
  const program = new Command("surefill")
    .description("Top-ups that are paid exactly once, or you know why not")
    .version(version(), "--version", "print the version")
    .exitOverride()
    .showHelpAfterError("See: surefill --help, or surefill COMMAND --help")
    .configureHelp({ styleTitle: (title) => painted(title, "heading") })
    .configureOutput({
      getOutHasColors: () => colour?.print === true,
      getErrHasColors: () => colour?.tell === true,
      outputError: (text, write) => write(colour?.tell ? painted(text, "bad") : text),
    });
  addCampaign(program, surroundings);
  addProducerCommands(program, surroundings);
  addLedgerCommands(program, surroundings);
  addAccessCommands(program, surroundings);
  return program;
}

function withVisibleText(around: Surroundings): Surroundings {
  const { print, tell, rewrite, colour } = around;
  // What is not ours is made visible first: the only commands to the terminal that are left are these colours.
  const shown = (text: string, tone: Tone | undefined, isColoured: boolean | undefined) =>
    isColoured ? painted(visibleText(text), tone) : visibleText(text);
  return {
    ...around,
    print: (text, tone) => print(shown(text, tone, colour?.print)),
    tell: (text, tone) => tell(shown(text, tone, colour?.tell)),
    ...(rewrite !== undefined && { rewrite: (line: string) => rewrite(visibleText(line)) }),
  };
}

/** The version of this package. */
function version(): string {
  const { version: found } = createRequire(import.meta.url)("../package.json") as { version: string };
  return found;
}
