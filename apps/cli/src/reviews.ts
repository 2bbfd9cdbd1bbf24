import { ConfigurationError, systemIds } from "@surefill/runtime";
import { type Command, InvalidArgumentError } from "commander";
import { z } from "zod";
import { type Api, ApiError } from "./campaign/api.js";
import { openApi } from "./campaign/open-api.js";
import { grouped } from "./campaign/text-table.js";
import { DESCRIPTIONS } from "./descriptions.js";
import type { Surroundings } from "./surroundings.js";

const groupsSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      groupId: z.string(),
      groupHash: z.string(),
      count: z.number(),
      since: z.string(),
      text: z.string(),
      suggestion: z.looseObject({ verdict: z.string().nullable(), reason: z.string() }),
    }),
  ),
  hasMore: z.boolean(),
});

const resolutionSchema = z.looseObject({
  count: z.number(),
  resolved: z.number(),
  refused: z.number(),
  remaining: z.number(),
  refusals: z.array(z.looseObject({ reference: z.string(), code: z.string(), detail: z.string() })),
  stoppedBy: z.looseObject({ code: z.string(), detail: z.string() }).nullable(),
});
type Resolution = z.output<typeof resolutionSchema>;

/** Reviews wait, some were refused, or the group has changed. */
const EXIT_LEFT = 1;
const EXIT_NOT_DONE = 2;

type ResolveOptions = {
  verdict: string;
  reason: string;
  by?: string;
  expect: number;
  hash?: string;
  key?: string;
  json?: true;
};

/** Adds `surefill reviews` to the command. */
export function addReviews(program: Command, around: Surroundings): void {
  const reviews = program
    .command("reviews")
    .description(DESCRIPTIONS.reviews)
    .option("--json", "one JSON object instead of text")
    .action(({ json }: { json?: true }) => guarded(around, (api) => list(api, around, json === true)));
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
    .action((group: string, options: ResolveOptions, command: Command) => {
      const { json } = command.optsWithGlobals<ResolveOptions>();
      return guarded(around, (api) => resolve(api, around, group, { ...options, ...(json && { json }) }));
    });
}

async function guarded(around: Surroundings, act: (api: Api) => Promise<number>): Promise<void> {
  try {
    const code = await act(openApi(around.env, around.signal));
    if (code !== 0) around.exitWith(code);
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof ConfigurationError)) throw error;
    around.tell(error.message);
    around.exitWith(error instanceof ApiError && error.code === "group_changed" ? EXIT_LEFT : EXIT_NOT_DONE);
  }
}

async function list(api: Api, { print }: Surroundings, json: boolean): Promise<number> {
  const answer = await api.ask("/v1/attention/reviews", groupsSchema);
  if (json) print(JSON.stringify(answer));
  else if (answer.data.length === 0) print("No top-up is in review.");
  else {
    print(answer.data.map(describeGroup).join("\n\n"));
    if (answer.hasMore) print("\nMore top-ups are in review: they show when these are decided.");
  }
  return answer.data.length === 0 ? 0 : EXIT_LEFT;
}

function describeGroup(group: z.output<typeof groupsSchema>["data"][number]): string {
  const { verdict, reason } = group.suggestion;
  const resolveAll =
    verdict === null
      ? []
      : [`  surefill reviews resolve ${group.groupId} --verdict ${verdict} --expect ${group.count} --reason …`];
  const since = `${group.since.slice(0, 19).replace("T", " ")} UTC`;
  return [
    `${group.groupId}: ${group.text}`,
    `  since ${since}; hash ${group.groupHash}`,
    `  ${verdict === null ? "no verdict for all" : `suggested: ${verdict}`}: ${reason}`,
    ...resolveAll,
  ].join("\n");
}

async function resolve(api: Api, around: Surroundings, group: string, options: ResolveOptions): Promise<number> {
  const { verdict, reason, by = around.user, expect, hash, json } = options;
  const key = options.key ?? `reviews-${systemIds.uuidv7()}`;
  const command = { verdict, reason, by, expectedCount: expect, ...(hash !== undefined && { groupHash: hash }) };
  let resolution: Resolution | undefined;
  try {
    do {
      resolution = await api.ask(`/v1/attention/reviews/${encodeURIComponent(group)}/resolve`, resolutionSchema, {
        method: "POST",
        json: command,
        headers: { "idempotency-key": key },
      });
      if (resolution.remaining > 0 && json !== true) around.tell(progressText(resolution));
    } while (resolution.remaining > 0 && resolution.stoppedBy === null);
  } catch (error) {
    if (error instanceof ApiError && !error.isRefusal) around.tell(`To go on: --key ${key}`);
    throw error;
  }
  around.print(json === true ? JSON.stringify({ ...resolution, key }) : describeResolution(resolution));
  if (resolution.stoppedBy !== null) around.tell(`Stopped: ${resolution.stoppedBy.detail} To go on: --key ${key}`);
  return resolution.remaining === 0 && resolution.refused === 0 ? 0 : EXIT_LEFT;
}

function progressText({ resolved, refused, remaining }: Resolution): string {
  return `${grouped(resolved)} resolved, ${grouped(refused)} refused, ${grouped(remaining)} to go`;
}

function describeResolution(resolution: Resolution): string {
  const { count, resolved, refused, remaining, refusals } = resolution;
  const left = remaining === 0 ? "" : `; ${grouped(remaining)} not asked about`;
  return [
    `${grouped(resolved)} of ${grouped(count)} resolved; ${grouped(refused)} refused${left}`,
    ...refusals.map(({ reference, code, detail }) => `  ${reference}: ${code}: ${detail}`),
    ...(refused > refusals.length ? [`  and ${grouped(refused - refusals.length)} more`] : []),
  ].join("\n");
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number above 0.");
}
