import { ConfigurationError, systemIds } from "@surefill/runtime/light";
import { z } from "zod";
import { type Api, ApiError } from "./campaign/api.js";
import { openApi } from "./campaign/open-api.js";
import { grouped } from "./campaign/text-table.js";
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

/** The flags of `surefill reviews resolve`. */
export type ResolveOptions = {
  verdict: string;
  reason: string;
  by?: string;
  expect: number;
  hash?: string;
  key?: string;
  json?: true;
};

/** `surefill reviews`. */
export function listReviews({ json }: { json?: true }, around: Surroundings): Promise<void> {
  return guarded(around, (api) => list(api, around, json === true));
}

/** `surefill reviews resolve`. */
export function resolveReviews(group: string, options: ResolveOptions, around: Surroundings): Promise<void> {
  return guarded(around, (api) => resolve(api, around, group, options));
}

async function guarded(around: Surroundings, act: (api: Api) => Promise<number>): Promise<void> {
  try {
    const code = await act(openApi(around.env, around.signal));
    if (code !== 0) around.exitWith(code);
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof ConfigurationError)) throw error;
    around.tell(error.message, "bad");
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
