import { RETRY_CLASSES } from "@surefill/campaign";
import { ConfigurationError } from "@surefill/runtime";
import { ENCODINGS, FILE_FORMATS } from "@surefill/topup-store";
import { type Command, InvalidArgumentError, Option } from "commander";
import { DESCRIPTIONS } from "../descriptions.js";
import type { Surroundings } from "../surroundings.js";
import { ApiError } from "./api.js";
import { check } from "./check-file.js";
import { cancel, list, pause, resume, retry, show, start } from "./control-campaign.js";
import { downloadPack, downloadTable, type TableFlags } from "./download-results.js";
import { openApi } from "./open-api.js";
import { NONE, set } from "./set-campaign.js";
import { verifyPack } from "./verify-pack.js";
import { watch } from "./watch-campaign.js";

const EXIT_FAILED = 1;
const EXIT_NOT_DONE = 2;
const DELIMITER_NAMES = ["comma", "semicolon", "tab", "pipe"];
/** What shells say of a program that Ctrl-C ended. */
const EXIT_STOPPED = 130;

/** Adds `surefill campaign …`. */
export function addCampaign(program: Command, surroundings: Surroundings): void {
  const group = program.command("campaign").description(DESCRIPTIONS.campaign);
  addChecking(group, surroundings);
  addMaking(group, surroundings);
  addRunning(group, surroundings);
  addResults(group, surroundings);
}

function addChecking(group: Command, around: Surroundings): void {
  group
    .command("check")
    .argument(
      "<file>",
      "CSV file or Excel workbook (.xlsx), plain or gzip; or the id of a campaign, which is checked again",
    )
    .description("uploads a file, makes a campaign of it and judges every row; sends nothing")
    .addOption(new Option("--encoding <name>", "how the file's characters are written (found)").choices(ENCODINGS))
    .addOption(new Option("--delimiter <name>", "what stands between two cells (found)").choices(DELIMITER_NAMES))
    .addOption(
      new Option("--header <boolean>", "whether the first row names the columns (found)").choices(["true", "false"]),
    )
    .option(
      "--header-line <number>",
      "the line that names the columns; what stands above it is left out (found)",
      positive,
    )
    .option("--sheet <name>", "the sheet of a workbook, or which one it is, from 1 (the only one that is filled)")
    .addOption(
      new Option("--hidden <what>", "what becomes of hidden or filtered rows and columns of a workbook").choices([
        "include",
        "skip",
      ]),
    )
    .option("--name <name>", "what the campaign is called (the file's name)")
    .option("--settings <file>", "JSON file with mapping, options and limits, as POST /v1/campaigns takes them")
    .option(
      "--map <field=column>",
      "which column means what, one for each; metadata.shop=Shop for metadata",
      collect,
      [],
    )
    .option("--run <name>", "what references are derived from; needed to pay the same file once more")
    .option("--country <code>", "country of numbers without one, such as NG")
    .option("--amount <amount>", "the same for every row, of a file that has no amounts; with --currency")
    .option("--currency <code>", "the currency of the amounts, such as USD, where the file does not say it")
    .addOption(new Option("--decimal-mark <mark>", "what stands before the decimals of amounts").choices([".", ","]))
    .option("--expected-rows <number>", "how many rows the file has: no plan is made of another number", positive)
    .option(
      "--expected-total <amount and currency>",
      'what its amounts come to, such as "1200 USD"; else no plan is made',
    )
    .option("--accept-line-breaks", "takes quoted cells that hold line breaks and what rows hold")
    .option("--budget <amount>", "the most that the whole campaign may cost")
    .option("--rate <number>", "top-ups per second", positive)
    .addOption(jsonOption())
    .action((file, options) => carryOut(around, async (api) => check(api, around, file, options), options));
  group
    .command("set")
    .argument("<campaign>")
    .description("changes a campaign, before or after its start; none takes a limit away, or back to its default")
    .option("--name <name>", "what the campaign is called")
    .option("--budget <amount>", "the most that the whole campaign may cost")
    .option("--rate <number>", "top-ups per second", positiveOrNone)
    .option("--window <number>", "how many top-ups may be under way at once", positiveOrNone)
    .option(
      "--canary <rows>",
      "how many rows go first; a person lets the rest go, where the settings say no other",
      positiveOrNone,
    )
    .option("--settings <file>", "JSON file with mapping, options and limits, as PATCH /v1/campaigns/{id} takes them")
    .addOption(jsonOption())
    .action((id, options) => carryOut(around, (api) => set(api, around, id, options), options));
}

function addMaking(group: Command, around: Surroundings): void {
  group
    .command("start")
    .argument("<campaign>", "its id, as check prints it")
    .description("starts, or schedules, the plan that was checked")
    .requiredOption(
      "--plan <hash>",
      "the planHash that check printed, or its first 8 characters or more: what you agree to",
    )
    .option("--watch", "stay and watch until it is over")
    .addOption(jsonOption())
    .action((id, options) => carryOut(around, (api) => start(api, around, id, options), options));
  group
    .command("retry")
    .argument("<campaign>")
    .description("makes a new campaign of the rows that failed for reasons of these classes, and checks it")
    .addOption(new Option("--class <class...>", "which failures").choices(RETRY_CLASSES).makeOptionMandatory())
    .option("--name <name>", "what the new campaign is called")
    .addOption(jsonOption())
    .action((id, options) => carryOut(around, (api) => retry(api, around, id, options), options));
}

function addRunning(group: Command, around: Surroundings): void {
  group
    .command("list")
    .description("the latest campaigns")
    .addOption(jsonOption())
    .action((options) => carryOut(around, (api) => list(api, around, options), options));
  group
    .command("show")
    .argument("<campaign>")
    .description("its plan and its numbers at this moment")
    .addOption(jsonOption())
    .action((id, options) => carryOut(around, (api) => show(api, around, id, options), options));
  group
    .command("watch")
    .argument("<campaign>")
    .description("shows how far it is until it is over; with --json one line for each look that differs")
    .addOption(jsonOption())
    .action((id, options) => carryOut(around, (api) => watch(api, around, id, options), options));
  const commands = [
    ["pause", "nothing more is sent from the answer on", pause],
    ["cancel", "withdraws for good whatever has not been sent", cancel],
  ] as const;
  group
    .command("resume")
    .argument("<campaign>")
    .description("goes on; where prices have risen since the start, with the planHash that says so")
    .option("--plan <planHash>", "agrees to the prices of now; show prints it")
    .addOption(jsonOption())
    .action((id, options) => carryOut(around, (api) => resume(api, around, id, options), options));
  for (const [name, description, run] of commands) {
    group
      .command(name)
      .argument("<campaign>")
      .description(description)
      .addOption(jsonOption())
      .action((id, options) => carryOut(around, (api) => run(api, around, id, options), options));
  }
}

function addResults(group: Command, around: Surroundings): void {
  const results = group
    .command("results")
    .argument("<campaign>")
    .description("what became of every row: your columns first, then ours; at any moment")
    .option("--out <file>", "where to write the file (standard output)")
    .option("--pack <folder>", "write a result pack instead: results, plan, and a manifest that can be verified");
  addTableOptions(results).action((id, { pack, ...flags }: { pack?: string } & TableFlags) =>
    carryOut(around, (api) =>
      pack === undefined
        ? downloadTable(api, around, id, "results", flags)
        : downloadPack(api, around, id, pack, flags),
    ),
  );
  const problems = group
    .command("problems")
    .argument("<campaign>")
    .description("the rows that will not be sent, with problem and hint: mend the file and check it again")
    .option("--out <file>", "where to write the file (standard output)");
  addTableOptions(problems).action((id, flags: TableFlags) =>
    carryOut(around, (api) => downloadTable(api, around, id, "problems", flags)),
  );
  group
    .command("verify")
    .argument("<folder>", "a result pack")
    .description("checks offline that a result pack is whole and that its sums tie out")
    .option("--input <file>", "the file that was uploaded, to compare with as well")
    .addOption(jsonOption())
    .action((folder, options) => guard(around, () => verifyPack(around, folder, options), options));
}

function addTableOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--format <name>", "csv, or xlsx for Excel (by the name of --out, else as your file)").choices(
        FILE_FORMATS,
      ),
    )
    .addOption(
      new Option("--delimiter <name>", "what stands between two cells (as in your file)").choices(DELIMITER_NAMES),
    )
    .addOption(new Option("--bom <boolean>", "byte order mark, for Excel (as in your file)").choices(["true", "false"]))
    .addOption(new Option("--decimal-mark <mark>", "in our amounts (as in your file)").choices([".", ","]));
}

type OutputFlags = { json?: true };

function carryOut(
  around: Surroundings,
  run: (api: ReturnType<typeof openApi>) => Promise<boolean>,
  flags: OutputFlags = {},
): Promise<void> {
  return guard(around, () => run(openApi(around.env, around.signal)), flags);
}

/** Runs a command; `false` is its way to say no. What goes wrong is said in plain words, never as a stack. */
async function guard(around: Surroundings, run: () => Promise<boolean>, flags: OutputFlags): Promise<void> {
  try {
    if (!(await run())) around.exitWith(EXIT_FAILED);
  } catch (error) {
    around.rewrite?.("");
    around.exitWith(tellFailure(around, error, flags));
  }
}

/** Says what went wrong; answers the exit code. What nobody has thought of is thrown. */
function tellFailure(around: Surroundings, error: unknown, { json }: OutputFlags): number {
  if (around.signal.aborted) {
    around.tell(error instanceof ApiError ? error.message : "Stopped.");
    return EXIT_STOPPED;
  }
  if (error instanceof ApiError) {
    around.tell(error.message);
    if (json && error.problem !== undefined) around.print(JSON.stringify(error.problem));
    return error.isRefusal ? EXIT_FAILED : EXIT_NOT_DONE;
  }
  if (!(error instanceof ConfigurationError) && !isFileError(error)) throw error;
  around.tell(describeError(error));
  return EXIT_NOT_DONE;
}

const FILE_ERRORS: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "There is no such file or folder"],
  ["EACCES", "This user may not read or write"],
  ["EPERM", "This user may not read or write"],
  ["EISDIR", "A file is wanted, and this is a folder"],
  ["ENOTDIR", "A folder is wanted, and a file stands in its place"],
  ["ENOSPC", "The disk is full"],
  ["EROFS", "The disk takes no writes"],
]);

function describeError(error: Error & { code?: unknown; path?: unknown }): string {
  const words = FILE_ERRORS.get(error.code);
  if (words === undefined || typeof error.path !== "string") return error.message;
  return `${words}: ${error.path} (looked from ${process.cwd()}).`;
}

/** A file that is not there, may not be read, or a full disk. */
function isFileError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && "code" in error;
}

function jsonOption(): Option {
  return new Option("--json", "for a machine");
}

function collect(value: string, before: readonly string[]): string[] {
  if (!/^[A-Za-z.0-9_-]+=./.test(value)) throw new InvalidArgumentError('must be like phone="Mobile number".');
  return [...before, value];
}

function positiveOrNone(text: string): number | typeof NONE {
  if (text === NONE) return NONE;
  if (!isPositive(text)) throw new InvalidArgumentError("must be a number above 0, or none.");
  return Number(text);
}

function positive(text: string): number {
  if (!isPositive(text)) throw new InvalidArgumentError("must be a number above 0.");
  return Number(text);
}

function isPositive(text: string): boolean {
  return /^\d+(\.\d+)?$/.test(text) && Number(text) > 0;
}
