import type { Surroundings } from "../surroundings.js";
import { type HeadAnswer, headAnswer } from "./answers.js";
import { type Api, ApiError } from "./api.js";
import { type Choices, choose, readSettings } from "./choices.js";
import { NONE } from "./flag-values.js";
import { describeState } from "./state-report.js";
import { grouped, rowsText } from "./text-table.js";

/** What is to be changed. */
export type SetFlags = {
  name?: string;
  settings?: string;
  budget?: string;
  rate?: number | typeof NONE;
  window?: number | typeof NONE;
  canary?: number | typeof NONE;
  json?: true;
};

/** `surefill campaign set`: changes what a campaign may do, and says what it may do now. */
export async function set(api: Api, around: Surroundings, id: string, flags: SetFlags): Promise<boolean> {
  const { name, json } = flags;
  const settings = await readSettings(flags.settings);
  const canary = await canaryOf(api, id, flags.canary, settings);
  const choices = choose(settings, { limits: { ...limitsOf(flags), ...canary } });
  if (name === undefined && Object.keys(choices).length === 0) {
    const known = "--name, --budget, --rate, --window, --canary or --settings";
    throw new ApiError("nothing_to_set", `Nothing is to be changed: say what with ${known}.`);
  }
  const patch = { ...(name !== undefined && { name }), ...choices };
  const campaign = await api.ask(pathOf(id), headAnswer, { method: "PATCH", json: patch });
  around.print(json ? JSON.stringify(campaign) : describeAfter(campaign));
  return true;
}

function pathOf(id: string): string {
  return `/v1/campaigns/${encodeURIComponent(id)}`;
}

/** So many rows first; who lets the rest go stays as the settings say, or as it is. */
async function canaryOf(
  api: Api,
  id: string,
  rows: SetFlags["canary"],
  { limits: settings }: Choices,
): Promise<Record<string, unknown>> {
  if (rows === undefined) return {};
  if (rows === NONE) return { canary: null };
  const wanted = settings?.["canary"] ?? (await api.ask(pathOf(id), headAnswer)).limits.canary;
  return { canary: typeof wanted === "object" ? { ...wanted, rows } : { rows } };
}

function limitsOf({ budget, rate, window }: SetFlags): Record<string, unknown> {
  return {
    ...(budget !== undefined && { budget: nullIfNone(budget) }),
    ...(rate !== undefined && { ratePerS: nullIfNone(rate) }),
    ...(window !== undefined && { window: nullIfNone(window) }),
  };
}

function nullIfNone<T>(value: T): T | null {
  return value === NONE ? null : value;
}

function describeAfter(campaign: HeadAnswer): string {
  const { id, state, limits } = campaign;
  const parts = [
    limits.budget === undefined ? "no budget" : `budget ${limits.budget}`,
    `${limits.ratePerS} a second`,
    `${grouped(limits.window)} under way at once`,
    ...(limits.canary === undefined ? [] : [`${rowsText(limits.canary.rows)} first`]),
  ];
  const lines = [`${describeState(campaign)}: ${parts.join(", ")}.`];
  if (state === "draft") lines.push("It has no plan:", `  surefill campaign check ${id}`);
  if (state === "paused") lines.push("To go on:", `  surefill campaign resume ${id}`);
  return lines.join("\n");
}
