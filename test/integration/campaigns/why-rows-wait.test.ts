/** Rows that wait say why, and until when: in the campaign's progress, in its ETA, and to a person who types. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { runSurefill } from "../../support/surefill.js";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld();
});
afterEach(() => world.close());

type Progress = {
  eta: { earliest: string; latest: string } | null;
  waitsFor: { what: string; until: string | null; detail: string | null; text?: string }[];
  rowsWait: { why: string; rows: number; until: string | null; detail: string; text: string }[];
};
const progressOf = async (id: string) => (await world.get(id)).progress as unknown as Progress;

test("a row that the provider said FAILED of waits until its hold ends, and so does the ETA", async () => {
  await world.startWorker({ FAILED_HOLD_MS: "1800000" });
  const id = await world.draft(fileOf([...endingsOf(3), "0005"]));
  await world.start(id);
  const progress = await waitFor(async () => {
    const now = await progressOf(id);
    expect(now.rowsWait.map(({ why }) => why)).toEqual(["held"]);
    return now;
  });
  const [held] = progress.rowsWait;
  const until = held?.until ?? "";
  expect(held).toMatchObject({ rows: 1, detail: "provider said FAILED" });
  expect(progress.waitsFor).toEqual([{ what: "held", until, detail: "provider said FAILED", text: held?.text }]);
  expect(held?.text).toMatch(/^1 row waits until (\d{4}-\d\d-\d\d )?\d\d:\d\d UTC: provider said FAILED$/);
  expect(progress.eta?.earliest).toBe(until);
  // It does not move away while time passes: it is the time of the hold.
  expect((await progressOf(id)).eta?.earliest).toBe(until);
  const settings = { SUREFILL_URL: world.producer.url, SUREFILL_KEY: world.producer.key };
  expect((await runSurefill(settings, "campaign", "show", id)).printed).toContain(held?.text);
});

test("rows that are not taken up yet wait for the pace, or for the first rows", async () => {
  const id = await world.draft(fileOf(endingsOf(5)), { limits: { ratePerS: 0.01, canary: { rows: 1 } } });
  await world.start(id);
  expect((await progressOf(id)).rowsWait).toMatchObject([
    { why: "pace", rows: 5, detail: "at most 0.01 a second are sent" },
  ]);
});
