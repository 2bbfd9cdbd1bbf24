/** What may be changed of a campaign, and when: nothing that was agreed to changes under a running campaign. */
import {
  CAMPAIGN_STATES,
  type CampaignChoices,
  type CampaignState,
  checkOptionsSchema,
  judgeEdit,
  type Limits,
  limitsSchema,
} from "@surefill/campaign";
import { describe, expect, test } from "vitest";

const CHOICES: CampaignChoices = {
  name: "Spring",
  mapping: { phone: "number", amount: "amount" },
  options: checkOptionsSchema.parse({}),
  limits: limitsSchema.parse({ budget: "100" }),
};
const withLimits = (limits: Partial<Limits>): CampaignChoices => ({
  ...CHOICES,
  limits: { ...CHOICES.limits, ...limits },
});

const PLAN_EDITS: [string, CampaignChoices][] = [
  ["/mapping", { ...CHOICES, mapping: { phone: "number", amount: "other" } }],
  ["/options", { ...CHOICES, options: checkOptionsSchema.parse({ run: "june" }) }],
  ["/limits/perRecipientMax", withLimits({ perRecipientMax: "5" })],
  ["/limits/priceMarginPercent", withLimits({ priceMarginPercent: 3 })],
];
const EARLY_EDITS: [string, CampaignChoices][] = [
  ["/limits/startAt", withLimits({ startAt: { at: "2026-12-01T08:00", zone: "Africa/Nairobi" } })],
  ["/limits/canary", withLimits({ canary: { rows: 25, release: "person", failedPercentMax: 10 } })],
];
const LATE_EDITS: [string, CampaignChoices][] = [
  ["/name", { ...CHOICES, name: "Summer" }],
  ["/limits/budget", withLimits({ budget: "200" })],
  ["/limits/ratePerS", withLimits({ ratePerS: 50 })],
  ["/limits/window", withLimits({ window: 5 })],
  ["/limits/dailyWindow", withLimits({ dailyWindow: { from: "08:00", to: "20:00", zone: "Africa/Lagos" } })],
  ["/limits/failureRules", withLimits({ failureRules: [] })],
];
const BEFORE: CampaignState[] = ["draft", "checking", "ready"];
const UNDER_WAY: CampaignState[] = ["scheduled", "running", "paused", "completing"];
const CLOSED: CampaignState[] = ["completed", "cancelling", "cancelled"];

test("the states of these tests are all there are", () => {
  expect([...BEFORE, ...UNDER_WAY, ...CLOSED].toSorted()).toEqual([...CAMPAIGN_STATES].toSorted());
});

describe.each(BEFORE)("a campaign that is %s", (state) => {
  test.each(PLAN_EDITS)("may change %s, and its plan is void", (_, after) => {
    expect(judgeEdit(state, CHOICES, after)).toEqual({ kind: "allowed", voidsPlan: true });
  });

  test.each([...EARLY_EDITS, ...LATE_EDITS])("may change %s, and keeps its plan", (_, after) => {
    expect(judgeEdit(state, CHOICES, after)).toEqual({ kind: "allowed", voidsPlan: false });
  });
});

describe.each(UNDER_WAY)("a campaign that is %s", (state) => {
  test.each([...PLAN_EDITS, ...EARLY_EDITS])("cannot change %s", (pointer, after) => {
    expect(judgeEdit(state, CHOICES, after)).toMatchObject({ kind: "refused", fields: [{ pointer }] });
  });

  test.each(LATE_EDITS)("may change %s", (_, after) => {
    expect(judgeEdit(state, CHOICES, after)).toEqual({ kind: "allowed", voidsPlan: false });
  });
});

test.each(CLOSED)("a campaign that is %s cannot be changed at all", (state) => {
  for (const [pointer, after] of [...PLAN_EDITS, ...EARLY_EDITS, ...LATE_EDITS]) {
    expect(judgeEdit(state, CHOICES, after)).toMatchObject({ kind: "refused", fields: [{ pointer }] });
  }
});

test.each(CAMPAIGN_STATES)("saying the same again, in any order, changes nothing of a campaign that is %s", (state) => {
  const again = { ...CHOICES, mapping: { amount: "amount", phone: "number" } };
  expect(judgeEdit(state, CHOICES, again)).toEqual({ kind: "nothing" });
});

test("a limit that is taken away is a change", () => {
  const { budget: _, ...limits } = CHOICES.limits;
  expect(judgeEdit("running", CHOICES, { ...CHOICES, limits })).toEqual({ kind: "allowed", voidsPlan: false });
});
