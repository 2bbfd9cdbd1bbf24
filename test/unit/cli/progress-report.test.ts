/** The line that says how far a campaign is. */
import { expect, test } from "vitest";
import type { CampaignAnswer } from "../../../apps/cli/src/campaign/answers.js";
import { describeProgress } from "../../../apps/cli/src/campaign/progress-report.js";

function running(at: string, eta: { earliest: string; latest: string }): CampaignAnswer {
  return {
    state: "running",
    progress: {
      at,
      rows: { total: 10, planned: 10, waiting: 5, final: 5, inFlight: 0 },
      money: { currency: "USD", budget: null, confirmed: "25", inFlight: "0", atRisk: "0", left: null },
      rate: { now: 0, sinceStart: 0 },
      eta,
      waitsFor: [],
      failures: [],
    },
  } as unknown as CampaignAnswer;
}

test.each([
  [false, "checking, 0 rows checked"],
  [true, "checking, waits for checks that were asked for before it"],
])("a check that has not begun (%s) says so, instead of the rows that it has not judged", (waiting, line) => {
  const check = { rowsChecked: 0, waiting, problem: null };
  const campaign = { state: "checking", check, rows: null, progress: null } as unknown as CampaignAnswer;
  expect(describeProgress(campaign)).toBe(line);
});

test.each([
  ["2026-11-23T09:00:00.000Z", "2026-11-23T09:14:05.000Z", "2026-11-23T11:20:33.000Z", "09:14:05 to 11:20:33"],
  [
    "2026-11-23T23:59:00.000Z",
    "2026-11-23T23:59:30.000Z",
    "2026-11-24T00:00:10.000Z",
    "23:59:30 to 2026-11-24 00:00:10",
  ],
  [
    "2026-11-23T09:00:00.000Z",
    "2026-11-26T09:14:05.000Z",
    "2026-11-28T11:20:33.000Z",
    "2026-11-26 09:14:05 to 2026-11-28 11:20:33",
  ],
])("at %s an end from %s to %s has a date where it is another day's", (at, earliest, latest, text) => {
  expect(describeProgress(running(at, { earliest, latest }))).toMatch(new RegExp(` · done ${text} UTC$`));
});
