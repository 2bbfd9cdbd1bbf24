import { type Command, InvalidArgumentError, Option } from "commander";
import { DESCRIPTIONS } from "../descriptions.js";
import type { Surroundings } from "../surroundings.js";
import type { Api } from "./api.js";
import type { TableFlags } from "./download-results.js";
import { DELIMITER_NAMES, ENCODING_NAMES, FORMAT_NAMES, NONE, RETRY_CLASS_NAMES } from "./flag-values.js";

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
    .addOption(new Option("--encoding <name>", "how the file's characters are written (found)").choices(ENCODING_NAMES))
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
    .action((file, options) =>
      carryOut(around, async (api) => (await import("./check-file.js")).check(api, around, file, options), options),
    );
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
    .action((id, options) =>
      carryOut(around, async (api) => (await import("./set-campaign.js")).set(api, around, id, options), options),
    );
}

function addMaking(group: Command, around: Surroundings): void {
  group
    .command("start")
    .argument("<campaign>", "its id, as check prints it")
    .description("starts, or schedules, the plan that was checked")
    .requiredOption(
      "--plan <hash>",
      "what you agree to: the plan that check printed, by the first 8 digits of its planHash or more",
      planHash,
    )
    .option("--watch", "stay and watch until it is over")
    .addOption(jsonOption())
    .action((id, options) =>
      carryOut(around, async (api) => (await import("./control-campaign.js")).start(api, around, id, options), options),
    );
  group
    .command("retry")
    .argument("<campaign>")
    .description("makes a new campaign of the rows that failed for reasons of these classes, and checks it")
    .addOption(new Option("--class <class...>", "which failures").choices(RETRY_CLASS_NAMES).makeOptionMandatory())
    .option("--name <name>", "what the new campaign is called")
    .addOption(jsonOption())
    .action((id, options) =>
      carryOut(around, async (api) => (await import("./control-campaign.js")).retry(api, around, id, options), options),
    );
}

function addRunning(group: Command, around: Surroundings): void {
  group
    .command("list")
    .description("the latest campaigns")
    .addOption(jsonOption())
    .action((options) =>
      carryOut(around, async (api) => (await import("./control-campaign.js")).list(api, around, options), options),
    );
  group
    .command("show")
    .argument("<campaign>")
    .description("its plan and its numbers at this moment")
    .addOption(jsonOption())
    .action((id, options) =>
      carryOut(around, async (api) => (await import("./control-campaign.js")).show(api, around, id, options), options),
    );
  group
    .command("watch")
    .argument("<campaign>")
    .description("shows how far it is until it is over; with --json one line for each look that differs")
    .addOption(jsonOption())
    .action((id, options) =>
      carryOut(around, async (api) => (await import("./watch-campaign.js")).watch(api, around, id, options), options),
    );
  const commands = [
    ["pause", "nothing more is sent from the answer on"],
    ["cancel", "withdraws for good whatever has not been sent"],
  ] as const;
  group
    .command("resume")
    .argument("<campaign>")
    .description("goes on; where prices have risen since the start, with the planHash that says so")
    .option("--plan <hash>", "agrees to the prices of now: what show prints, by 8 digits or more", planHash)
    .addOption(jsonOption())
    .action((id, options) =>
      carryOut(
        around,
        async (api) => (await import("./control-campaign.js")).resume(api, around, id, options),
        options,
      ),
    );
  for (const [name, description] of commands) {
    group
      .command(name)
      .argument("<campaign>")
      .description(description)
      .addOption(jsonOption())
      .action((id, options) =>
        carryOut(
          around,
          async (api) => (await import("./control-campaign.js"))[name](api, around, id, options),
          options,
        ),
      );
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
    carryOut(around, async (api) => {
      const { downloadPack, downloadTable } = await import("./download-results.js");
      return pack === undefined
        ? downloadTable(api, around, id, "results", flags)
        : downloadPack(api, around, id, pack, flags);
    }),
  );
  const problems = group
    .command("problems")
    .argument("<campaign>")
    .description("the rows that will not be sent, with problem and hint: mend the file and check it again")
    .option("--out <file>", "where to write the file (standard output)");
  addTableOptions(problems).action((id, flags: TableFlags) =>
    carryOut(around, async (api) =>
      (await import("./download-results.js")).downloadTable(api, around, id, "problems", flags),
    ),
  );
  group
    .command("verify")
    .argument("<folder>", "a result pack")
    .description("checks offline that a result pack is whole and that its sums tie out")
    .option("--input <file>", "the file that was uploaded, to compare with as well")
    .addOption(jsonOption())
    .action(async (folder, options) => {
      const { guard } = await import("./carry-out.js");
      return guard(around, async () => (await import("./verify-pack.js")).verifyPack(around, folder, options), options);
    });
}

function addTableOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--format <name>", "csv, or xlsx for Excel (by the name of --out, else as your file)").choices(
        FORMAT_NAMES,
      ),
    )
    .addOption(
      new Option("--delimiter <name>", "what stands between two cells (as in your file)").choices(DELIMITER_NAMES),
    )
    .addOption(new Option("--bom <boolean>", "byte order mark, for Excel (as in your file)").choices(["true", "false"]))
    .addOption(new Option("--decimal-mark <mark>", "in our amounts (as in your file)").choices([".", ","]));
}

/** Loads what asks the API, and runs a command that does. */
async function carryOut(
  around: Surroundings,
  run: (api: Api) => Promise<boolean>,
  flags: { json?: true } = {},
): Promise<void> {
  return (await import("./carry-out.js")).carryOut(around, run, flags);
}

function jsonOption(): Option {
  return new Option("--json", "for a machine");
}

function collect(value: string, before: readonly string[]): string[] {
  if (!/^[A-Za-z.0-9_-]+=./.test(value)) throw new InvalidArgumentError('must be like phone="Mobile number".');
  return [...before, value];
}

/** A planHash or the beginning of one, in lower case. */
function planHash(text: string): string {
  const digits = text.trim().toLowerCase();
  if (/^[0-9a-f]{8,64}$/.test(digits)) return digits;
  throw new InvalidArgumentError("must be the plan that check or show printed: 8 to 64 digits 0 to 9, a to f.");
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
