/**
 * What a worker hears at the end of a hold on FAILED counts for that hold alone. The provider is a server that lets the
 * ledger change while its answer is on the way, as it does for a worker that stands still.
 */
import { createLogger, DeadlineSignals, systemChance, systemClock } from "@surefill/runtime";
import { DEFAULT_TIMINGS, type Move, type TopupRecord } from "@surefill/topup";
import { createPollProcessor, type JobResult, Provider } from "@surefill/worker";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ProviderStub } from "../../support/provider-stub.js";
import { openClient } from "../../support/provider-stub-client.js";
import {
  acceptance,
  claimed,
  heldOnFailed,
  openTestLedger,
  recordOf,
  type TestLedger,
} from "../../support/test-ledger.js";

let t: TestLedger;
let stub: ProviderStub;
let ringForHold: () => Promise<JobResult>;
const staleMoves: string[] = [];

beforeEach(async () => {
  t = await openTestLedger();
  const opened = await openClient();
  stub = opened.stub;
  const nothing = '{"timeStamp":"2026-10-08 01:41:16","message":"Transaction not found","errorCode":null}';
  stub.on("GET /topups/reports/transactions/7", { status: 404, body: nothing });
  staleMoves.length = 0;
  const deadlines = new DeadlineSignals(new AbortController().signal);
  const processor = createPollProcessor({
    ledger: t.ledger,
    provider: new Provider(opened.client, { submitTimeoutMs: DEFAULT_TIMINGS.SUBMIT_TIMEOUT_MS, deadlines }),
    alarms: { ring: async () => undefined, find: async () => "gone", hurry: async () => undefined },
    log: createLogger({ name: "test", level: "silent" }),
    clock: systemClock,
    chance: systemChance,
    timings: DEFAULT_TIMINGS,
    metrics: {
      submitted: () => undefined,
      polled: () => undefined,
      lookedUp: () => undefined,
      staleMove: () => void staleMoves.push("m-1"),
      sweptUp: () => undefined,
    },
  });
  ringForHold = () =>
    processor({ id: "poll-m-1-1-1", data: { reference: "m-1", attempt: 1 }, replaceData: async () => undefined });
  await t.ledger.move(await claimed(t.ledger, "m-1"), acceptance(7, t.nowMs));
  await heldOnFailed(t.ledger, "m-1");
});
afterEach(() => t.close());

const now = (): Promise<TopupRecord> => recordOf(t.ledger, "m-1");

/** The provider says FAILED, after something has happened. */
function failsAfter(happening: () => Promise<unknown>): void {
  stub.on("GET /topups/7/status", (_, response) => {
    void happening().then(() => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ code: null, message: null, status: "FAILED", transaction: null }));
    });
  });
}

test("FAILED that was heard at the end of one hold does not end the next one", async () => {
  failsAfter(async () => {
    // Another worker heard PROCESSING, and then FAILED again: the provider's half hour begins anew.
    const open: Move = { to: "processing", because: "still-processing", patch: { holdReason: null }, dueAtMs: t.nowMs };
    await t.ledger.move(await now(), open);
    t.nowMs += 60_000;
    await heldOnFailed(t.ledger, "m-1");
  });
  expect(await ringForHold()).toEqual({ do: "finish" });
  expect(await now()).toMatchObject({ state: "held", attempt: 1, holdUntilMs: t.nowMs });
  expect(staleMoves).toHaveLength(1);
});

test("Evidence that comes in while the end of a hold is asked about costs no wake-up: it is asked again at once", async () => {
  let asked = 0;
  failsAfter(async () => {
    asked += 1;
    if (asked === 1) await t.ledger.addEvidence("m-1", 1, 8);
  });
  expect(await ringForHold()).toEqual({ do: "ring-again", delayMs: 0 });
  expect(await now()).toMatchObject({ state: "held", attempt: 1 });
  await ringForHold();
  expect(await now()).toMatchObject({ state: "queued", attempt: 2 });
});
