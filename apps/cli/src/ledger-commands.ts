import { type Command, InvalidArgumentError, Option } from "commander";
import { DESCRIPTIONS } from "./descriptions.js";
import { BY_FLAG, readRecordedText } from "./person.js";
import type { Surroundings } from "./surroundings.js";

/** Adds the commands that work on the ledger in Redis, with the worker's settings. */
export function addLedgerCommands(program: Command, around: Surroundings): void {
  addVerify(program, around);
  addInit(program, around);
  addRebuild(program, around);
  addRecreated(program, around);
  addReopen(program, around);
  addRebind(program, around);
  addChanges(program, around);
}

function addVerify(program: Command, around: Surroundings): void {
  program
    .command("verify")
    .description(DESCRIPTIONS.verify)
    .option("--json", "one JSON object instead of text")
    .option("--since <when>", "leave out what had ended before: a date, or an age such as 72h, 30m, 7d", readSince)
    .option("--settled", "nothing is under way any more: what is still open, or does not add up, is a violation")
    .addOption(
      new Option("--foreign <meaning>", "transactions of the account that are none of ours")
        .choices(["alarm", "count"])
        .default("alarm"),
    )
    .option("--acknowledged <file>", "references, one a line, whose acceptance you were told")
    .option("--books", "read a local Reloadly's own books as well")
    .action(async (options) => (await import("./verify.js")).verify(options, around));
}

function addInit(program: Command, around: Surroundings): void {
  program
    .command("init")
    .description(DESCRIPTIONS.init)
    .option(...BY_FLAG, readRecordedText)
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./init.js")).init(options, around));
}

function addRebuild(program: Command, around: Surroundings): void {
  program
    .command("rebuild")
    .description(DESCRIPTIONS.rebuild)
    .option("--state-dir <folder>", "a STATE_DIR to read journals from; once for each machine", collect, [])
    .option("--report-days <days>", "how far back the report is read; default JOURNAL_DAYS", readDays)
    .option("--no-report", "do not ask Reloadly: only the journals are believed")
    .option("--no-journals", "there are no journals any more: only the report is believed")
    .option(...BY_FLAG, readRecordedText)
    .option("--dry-run", "say what would be done, and change nothing")
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./rebuild.js")).rebuild(options, around));
}

function addRecreated(program: Command, around: Surroundings): void {
  program
    .command("recreated")
    .description(DESCRIPTIONS.recreated)
    .option(
      "--confirm <count>",
      "send all of them again where they turn out as not sent; as many as are shown",
      readCount,
    )
    .option("--by <name>", "who confirms; it is recorded", readRecordedText)
    .option("--reason <text>", "why; it is recorded", readRecordedText)
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./recreated.js")).recreated(options, around));
}

function addReopen(program: Command, around: Surroundings): void {
  program
    .command("reopen")
    .description(DESCRIPTIONS.reopen)
    .option("--confirm", "open it: this Redis holds everything that was acknowledged")
    .option("--by <name>", "who confirms; it is recorded", readRecordedText)
    .option("--reason <text>", "how that is known; it is recorded", readRecordedText)
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./reopen.js")).reopen(options, around));
}

function addRebind(program: Command, around: Surroundings): void {
  program
    .command("rebind")
    .description(DESCRIPTIONS.rebind)
    .requiredOption("--reason <text>", "why; it is recorded", readRecordedText)
    .option(...BY_FLAG, readRecordedText)
    .option("--same-account", "a further client id of the account that the ledger has: both are taken, at any time")
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./rebind.js")).rebind(options, around));
}

function addChanges(program: Command, around: Surroundings): void {
  program
    .command("changes")
    .description(DESCRIPTIONS.changes)
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./changes.js")).changes(options, around));
}

/** Reads `--since`: from the ledger's time to the time that is meant. */
function readSince(text: string): (nowMs: number) => number {
  const [, count, unit = ""] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit];
  if (count !== undefined && unitMs !== undefined) return (nowMs) => nowMs - Number(count) * unitMs;
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw new InvalidArgumentError("must be a date, or an age such as 72h, 30m or 7d.");
  return () => atMs;
}

function collect(folder: string, before: string[]): string[] {
  return [...before, folder];
}

function readDays(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a whole number of days.");
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a whole number of top-ups, 1 or more.");
}
