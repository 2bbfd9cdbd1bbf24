import { type Command, InvalidArgumentError } from "commander";
import { DESCRIPTIONS } from "./descriptions.js";
import type { ResolveOptions } from "./reviews.js";
import type { Surroundings } from "./surroundings.js";

/** Adds the commands that ask the producer's API, but for those about campaigns. */
export function addProducerCommands(program: Command, around: Surroundings): void {
  program
    .command("gates")
    .description(DESCRIPTIONS.gates)
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./gates.js")).showGates(options, around));
  addReviews(program, around);
  program
    .command("operators")
    .description(DESCRIPTIONS.operators)
    .option("--search <text>", "operators with this in their name or id")
    .option("--country <code>", "operators of this country, such as NG")
    .option("--json", "one JSON object a line for each operator instead of text")
    .action(async (options) => (await import("./operators.js")).listOperators(options, around));
}

function addReviews(program: Command, around: Surroundings): void {
  const reviews = program
    .command("reviews")
    .description(DESCRIPTIONS.reviews)
    .option("--json", "one JSON object instead of text")
    .action(async (options) => (await import("./reviews.js")).listReviews(options, around));
  reviews
    .command("resolve")
    .description("Gives one verdict on all top-ups of a group; each is checked at Reloadly first, and never forced.")
    .argument("<group>", "the group's id, as surefill reviews shows it")
    .requiredOption("--verdict <verdict>", "resubmit, failed or refunded")
    .requiredOption("--reason <text>", "why, for the history of each")
    .requiredOption("--expect <count>", "how many top-ups the group was seen to have", wholeNumber)
    .option("--by <name>", "who decides; the user of the operating system where left out")
    .option("--hash <hash>", "the group's hash: with another one nothing is done")
    .option("--key <key>", "the idempotency key of a command that was interrupted: it goes on")
    .option("--json", "one JSON object instead of text")
    .action(async (group: string, options: ResolveOptions, command: Command) => {
      const { json } = command.optsWithGlobals<ResolveOptions>();
      const { resolveReviews } = await import("./reviews.js");
      return resolveReviews(group, { ...options, ...(json && { json }) }, around);
    });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number above 0.");
}
