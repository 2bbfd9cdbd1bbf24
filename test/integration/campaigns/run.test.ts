/** A campaign while it runs: what a person sees of it, and what pause, resume and cancel do to what is under way. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld, rowsOf } from "./campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld({
    sandbox: { latencyMs: { min: 20, max: 60 }, processingMs: { min: 200, max: 400 } },
  });
});
afterEach(() => world.close());

const FAST = { ratePerS: 200, window: 30 };
const command = (id: string, name: string) => world.call("POST", `/v1/campaigns/${id}/${name}`);
const books = () => world.pipeline.sandbox.books();
const posted = () => waitFor(() => expect(books().totals.posts).toBeGreaterThan(20), { interval: 10 });

test("after a pause under load only rows that were claimed before it leave, and all goes on when resumed", async () => {
  await world.startWorker();
  const id = await world.draft(fileOf(endingsOf(100)), { limits: FAST });
  await world.start(id);
  await posted();

  const paused = await command(id, "pause");
  const postsAtAnswer = books().totals.posts;

  expect(paused.status).toBe(200);
  expect(paused.json).toMatchObject({ state: "paused", pause: { reason: "person", by: "test" } });
  const { stillInFlight } = paused.json as { stillInFlight: { rows: number; submitting: number; cost: string } };
  expect(stillInFlight.rows).toBeGreaterThan(0);
  // Everything that was in flight settles, and nothing else does.
  await waitFor(async () => expect((await world.get(id)).progress?.rows["inFlight"]).toBe(0), {
    interval: 50,
  });
  const atRest = books().totals.posts;
  // Whatever left later than the answer had been claimed before it.
  expect(atRest).toBeLessThanOrEqual(postsAtAnswer + stillInFlight.submitting);
  const shown = await world.get(id);
  expect(shown.progress).toMatchObject({ waitsFor: [{ what: "person" }], eta: null });
  expect(books().totals.posts).toBe(atRest);

  expect((await command(id, "resume")).json["state"]).toBe("running");
  const done = await world.until(id, "completed");
  expect(done.progress?.rows).toMatchObject({ succeeded: 100, final: 100 });
  expect(books().totals).toMatchObject({ executions: 100, identifiersWithSeveralExecutions: 0 });
});

test("a cancel says what is in flight; that settles, and nothing else was sent", async () => {
  await world.startWorker();
  const id = await world.draft(fileOf(endingsOf(100)), { limits: FAST });
  await world.start(id);
  await posted();

  const cancelled = await command(id, "cancel");
  const again = await command(id, "cancel");
  const done = await world.until(id, "cancelled");

  expect(cancelled.json).toMatchObject({ state: "cancelling" });
  expect(again.status).toBe(200);
  const { executions } = books().totals;
  expect(executions).toBeLessThan(100);
  expect(done.progress?.rows["succeeded"]).toBe(executions);
  const states = rowsOf((await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text).map(({ state }) => state);
  expect(states.filter((state) => state === "succeeded")).toHaveLength(executions);
  // What was fed and not sent was withdrawn by a worker; the rest never became top-ups.
  const rest = states.filter((state) => state !== "succeeded");
  expect(rest.filter((state) => state !== "cancelled" && state !== "withdrawn")).toEqual([]);
  expect(rest).toContain("withdrawn");
});

test("results can be had at any moment of the run, and agree with the counts at its end", async () => {
  await world.startWorker();
  const id = await world.draft(fileOf(["0003", "0006", ...endingsOf(58)]), { limits: FAST });
  await world.start(id);
  await posted();

  const during = rowsOf((await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text);
  const running = await world.get(id);
  const done = await world.until(id, "completed");
  const after = rowsOf((await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text);

  expect(during).toHaveLength(60);
  expect(during.some(({ state }) => state === "waiting" || state === "queued")).toBe(true);
  expect(running.progress?.rate["limit"]).toBe(200);
  const counted = Object.fromEntries(
    ["succeeded", "refunded", "rejected"].map((state) => [state, after.filter((row) => row["state"] === state).length]),
  );
  expect(counted).toEqual({ succeeded: 58, refunded: 1, rejected: 1 });
  expect(done.progress?.rows).toMatchObject(counted);
  // 58 x 4.85 USD.
  expect(done.progress?.money).toMatchObject({ confirmed: "281.3", reserved: "0", atRisk: "0" });
  expect(Number(books().wallet.debited) - Number(books().wallet.refunded)).toBeCloseTo(281.3, 5);
});

test("a reader who goes away in the middle of the results stops the work", async () => {
  const id = await world.draft(fileOf(endingsOf(5_000)));
  await world.check(id);
  const gone = new AbortController();
  const response = await fetch(`${world.producer.url}/v1/campaigns/${id}/results.csv`, {
    headers: { authorization: `Bearer ${world.producer.key}` },
    signal: gone.signal,
  });
  await response.body?.getReader().read();

  gone.abort();

  await waitFor(() => {
    const lines = world.producer.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    const last = lines.findLast(({ route }) => String(route).endsWith("results.csv"));
    expect(last).toMatchObject({ status: 200, cut: true });
  });
});

test("a budget that is reached pauses the campaign, and a greater one lets it go on", async () => {
  await world.startWorker();
  const id = await world.draft(fileOf(endingsOf(10)), { limits: { ...FAST, budget: "25" } });
  await world.start(id);

  const paused = await world.until(id, "paused");
  expect(paused.pause?.reason).toBe("budget");
  await waitFor(async () => expect((await world.get(id)).progress?.rows["inFlight"]).toBe(0), { interval: 50 });
  expect(Number((await world.get(id)).progress?.money["confirmed"])).toBeLessThanOrEqual(25);

  await world.call("PATCH", `/v1/campaigns/${id}`, { json: { limits: { budget: "100" } } });
  await command(id, "resume");
  const done = await world.until(id, "completed");

  expect(done.progress?.money).toMatchObject({ confirmed: "48.5", budget: "100", left: "51.5" });
});
