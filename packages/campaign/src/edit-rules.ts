import type { CampaignState } from "./campaign-states.js";
import type { CheckOptions } from "./check-options.js";
import type { Limits } from "./limits.js";
import type { Mapping } from "./mapping.js";
import { sortedJson } from "./plan-hash.js";

/** What a person chooses of a campaign. */
export type CampaignChoices = { name: string | null; mapping: Mapping; options: CheckOptions; limits: Limits };

/**
 * When something may be changed. `plan`: before the start, and the plan is void then, because other rows would be sent
 * or they would be reserved for at another price. `before-start`: without harm to the plan. `any-time`: until the end.
 */
export type EditTime = "plan" | "before-start" | "any-time";

const LIMIT_TIMES: Readonly<Record<keyof Limits, EditTime>> = {
  perRecipientMax: "plan",
  priceMarginPercent: "plan",
  startAt: "before-start",
  canary: "before-start",
  budget: "any-time",
  priceJumpPercent: "any-time",
  ratePerS: "any-time",
  window: "any-time",
  dailyWindow: "any-time",
  failureRules: "any-time",
};

const BEFORE_START: ReadonlySet<CampaignState> = new Set(["draft", "checking", "ready"]);
const NO_MORE: ReadonlySet<CampaignState> = new Set(["completed", "cancelling", "cancelled"]);

/** What an edit comes to. Paths are JSON Pointers into the choices. */
export type JudgedEdit =
  | { kind: "nothing" }
  | { kind: "allowed"; voidsPlan: boolean }
  | { kind: "refused"; fields: ReadonlyArray<{ pointer: string; time: EditTime }> };

/** Tells whether a campaign in this state may be changed so; what is the same before and after is no change. */
export function judgeEdit(state: CampaignState, before: CampaignChoices, after: CampaignChoices): JudgedEdit {
  const changes = changesBetween(before, after);
  if (changes.length === 0) return { kind: "nothing" };
  const late = changes.filter(({ time }) => !isInTime(state, time));
  if (late.length > 0) return { kind: "refused", fields: late };
  return { kind: "allowed", voidsPlan: changes.some(({ time }) => time === "plan") };
}

function isInTime(state: CampaignState, time: EditTime): boolean {
  return time === "any-time" ? !NO_MORE.has(state) : BEFORE_START.has(state);
}

function changesBetween(before: CampaignChoices, after: CampaignChoices): { pointer: string; time: EditTime }[] {
  const changes: { pointer: string; time: EditTime }[] = [];
  const compare = (pointer: string, time: EditTime, old: unknown, next: unknown) => {
    if (sortedJson([old]) !== sortedJson([next])) changes.push({ pointer, time });
  };
  compare("/name", "any-time", before.name, after.name);
  compare("/mapping", "plan", before.mapping, after.mapping);
  compare("/options", "plan", before.options, after.options);
  for (const field of limitFields()) {
    compare(`/limits/${field}`, LIMIT_TIMES[field], before.limits[field], after.limits[field]);
  }
  return changes;
}

function limitFields(): (keyof Limits)[] {
  // The record has every limit as a key, and no other.
  return Object.keys(LIMIT_TIMES) as (keyof Limits)[];
}
