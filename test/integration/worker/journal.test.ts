/** What cannot be written down is not sent: the real processor on a real ledger and the local Reloadly, on a bad disk. */
import { createReloadlyClient, reloadlyEnvironmentOf } from "@surefill/reloadly-client";
import { createLogger, DeadlineSignals, systemChance, systemClock } from "@surefill/runtime";
import { DEFAULT_TIMINGS, jobIdOf } from "@surefill/topup";
import { readJournalLine } from "@surefill/topup-store";
import { createIntentJournal, createSubmitProcessor, loadWorkerConfig, Provider } from "@surefill/worker";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Alarms } from "../../../apps/worker/src/queue/alarms.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;
let failures: number;
let lines: string[];
/** The disk: what becomes of a line. */
let disk: { isHealthy: boolean; append: (line: string) => Promise<void> };
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  pipeline = await openPipeline();
  failures = 0;
  lines = [];
  added = [];
  disk = { isHealthy: true, append: async (line) => void lines.push(line) };
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await pipeline.close();
});

/** Jobs that were added. */
let added: string[];
const alarms: Alarms = {
  ring: async (queue, ringing) => void added.push(jobIdOf(queue, ringing)),
  find: async () => "gone",
  hurry: async () => undefined,
};

function processor() {
  const { ledger } = pipeline;
  const client = createReloadlyClient({
    environment: reloadlyEnvironmentOf(loadWorkerConfig(pipeline.env)),
    clientId: "sandbox-client",
    clientSecret: "sandbox-secret",
  });
  closers.push(() => client.close());
  const stopped = new AbortController().signal;
  const log = createLogger({ name: "test", level: "silent" });
  const provider = new Provider(client, {
    submitTimeoutMs: 5_000,
    deadlines: new DeadlineSignals(stopped),
  });
  const nothing = () => undefined;
  return createSubmitProcessor({
    ledger,
    alarms,
    log,
    provider,
    clock: systemClock,
    chance: systemChance,
    timings: { ...DEFAULT_TIMINGS, SEND_DEADLINE_MS: 300 },
    metrics: { submitted: nothing, polled: nothing, lookedUp: nothing, staleMove: nothing, sweptUp: nothing },
    stopped,
    journal: createIntentJournal({
      log: disk,
      witness: ledger.witness,
      clock: systemClock,
      deadlineMs: 300,
      logger: log,
      metrics: {
        journalFailed() {
          failures += 1;
        },
      },
    }),
  });
}

const job = {
  id: "submit-written-1-0",
  data: { reference: "written", attempt: 1 },
  replaceData: async () => undefined,
};
const posts = () => pipeline.sandbox.books({ rows: false }).totals.posts;

test("a claim is written down, with all that it takes to make the top-up anew, before it is sent", async () => {
  const asked = await pipeline.enqueue(topupTo("1111", "written", { metadata: { shop: "7" } }));
  disk.append = async (line) => {
    expect(posts()).toBe(0);
    lines.push(line);
  };
  await processor()(job);
  expect(posts()).toBe(1);
  const record = await pipeline.until("written", "processing");
  expect(lines.map(readJournalLine)).toEqual([
    {
      kind: "intent",
      epoch: pipeline.ledger.witness.epoch,
      server: pipeline.ledger.witness.server,
      sequence: expect.any(Number),
      atMs: record.grantedAtMs,
      reference: "written",
      attempt: 1,
      customIdentifier: "written",
      fence: 1,
      acceptedAtMs: asked.acceptedAtMs,
      operatorId: 341,
      request: {
        operator: "341",
        operatorId: "341",
        amount: "5",
        country: "NG",
        phone: "2348031231111",
        metadata: '{"shop":"7"}',
      },
    },
  ]);
});

test("a claim that the provider refused for certain is noted as void, and one of unknown outcome is not", async () => {
  await pipeline.enqueue(topupTo("0006", "written"));
  await processor()(job);
  await pipeline.until("written", "rejected");
  expect(lines.map((line) => readJournalLine(line))).toMatchObject([
    { kind: "intent", reference: "written", attempt: 1, fence: 1 },
    { kind: "void", reference: "written", attempt: 1, fence: 1, epoch: pipeline.ledger.witness.epoch },
  ]);
  lines = [];
  await pipeline.enqueue(topupTo("0008", "written-too"));
  await processor()({ ...job, data: { reference: "written-too", attempt: 1 } });
  await pipeline.until("written-too", "unknown");
  expect(lines.map((line) => readJournalLine(line)?.kind)).toEqual(["intent"]);
});

test("a claim that is given back gets a job of its own: the lock of the one at hand may have run out", async () => {
  await pipeline.enqueue(topupTo("1111", "written"));
  disk.append = () => new Promise(() => undefined);
  expect(await processor()(job)).toEqual({ do: "finish" });
  expect(added).toHaveLength(1);
  expect(added).not.toContain(job.id);
});

test("a claim that the disk refuses is not sent, and goes back as certainly not sent", async () => {
  await pipeline.enqueue(topupTo("1111", "written"));
  disk.append = async () => {
    throw new Error("ENOSPC: no space left on device");
  };
  await processor()(job);
  expect(posts()).toBe(0);
  expect(failures).toBe(1);
  expect((await pipeline.ledger.look("written"))?.record).toMatchObject({
    state: "queued",
    attempt: 1,
    rounds: 0,
    code: "JOURNAL_NOT_WRITTEN",
  });
});

test("a claim for which the disk takes too long is not sent either", async () => {
  await pipeline.enqueue(topupTo("1111", "written"));
  disk.append = () => new Promise(() => undefined);
  await processor()(job);
  expect(posts()).toBe(0);
  expect((await pipeline.ledger.look("written"))?.record.state).toBe("queued");
});

test("while the disk takes nothing, nothing is claimed", async () => {
  const before = await pipeline.enqueue(topupTo("1111", "written"));
  disk.isHealthy = false;
  expect(await processor()(job)).toEqual({ do: "ring-again", delayMs: 2_000 });
  expect((await pipeline.ledger.look("written"))?.record).toEqual(before);
});
