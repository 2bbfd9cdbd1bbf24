/** Pausing while the provider is slow and every connection is taken: what was claimed does not leave late. */
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createReloadlyClient, reloadlyAccountOf } from "@surefill/reloadly-client";
import { createLogger, DeadlineSignals, systemChance, systemClock } from "@surefill/runtime";
import { DEFAULT_TIMINGS } from "@surefill/topup";
import { CampaignFeed, Campaigns, rebindLedger } from "@surefill/topup-store";
import { createSubmitProcessor, Provider } from "@surefill/worker";
import { afterEach, expect, test } from "vitest";
import type { Processor } from "../../../apps/worker/src/queue/run-processor.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";
import { claimedRows, feedNext, plannedRows, referenceAt, startedCampaign } from "../../support/test-campaign.js";
import { waitFor } from "../../support/wait-for.js";

/** How far the time of `processorOver` is ahead of the machine's. */
let aheadMs = 0;
/** References of the submit jobs that were added. */
let submitJobs: string[] = [];
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  aheadMs = 0;
  submitJobs = [];
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(settings: Record<string, string> = {}): Promise<{ pipeline: Pipeline; campaigns: Campaigns }> {
  const pipeline = await openPipeline({ settings });
  closers.push(() => pipeline.close());
  const { client, prefix } = pipeline.redis;
  return { pipeline, campaigns: new Campaigns(client, { prefix }) };
}

/** The local Reloadly behind a line that hands each answer about top-ups over only when `mayAnswer` resolves. */
async function openSlowLine(pipeline: Pipeline, mayAnswer: () => Promise<unknown>) {
  const target = new URL(pipeline.sandbox.url);
  let posts = 0;
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method, url = "", headers } = incoming;
    const body: Buffer[] = [];
    for await (const chunk of incoming) body.push(chunk);
    // A token is asked for by the address that the client knows, and the sandbox knows its own only.
    const text = Buffer.concat(body).toString().replaceAll(lineUrl(), pipeline.sandbox.url);
    const isTopup = url.includes("topups");
    if (isTopup && method === "POST") posts += 1;
    const passed = { ...headers, host: target.host, "content-length": String(Buffer.byteLength(text)) };
    const onward = httpRequest({ host: target.hostname, port: target.port, path: url, method, headers: passed });
    const answer = new Promise<IncomingMessage>((resolve, reject) =>
      onward.on("response", resolve).on("error", reject),
    );
    onward.end(text);
    const received = await answer;
    if (isTopup) await mayAnswer();
    outgoing.writeHead(received.statusCode ?? 500, received.headers);
    received.pipe(outgoing);
  };
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const lineUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: lineUrl(),
    get posts() {
      return posts;
    },
  };
}

test("A pause with the shipped settings lets no POST through that was not claimed before it", async () => {
  const { SEND_DEADLINE_MS, SUBMIT_TIMEOUT_MS, SUBMIT_LEASE_MS, QUIET_MS } = DEFAULT_TIMINGS;
  const shipped = Object.entries({
    SEND_DEADLINE_MS,
    SUBMIT_TIMEOUT_MS,
    SUBMIT_LEASE_MS,
    QUIET_MS,
    SWEEP_LATE_MS: 30_000,
  });
  const { pipeline, campaigns } = await open({
    CAMPAIGN_INTERVAL_MS: "100",
    ...Object.fromEntries(shipped.map(([name, value]) => [name, String(value)])),
  });
  const answerDelayMs = 3_000;
  const slow = await openSlowLine(pipeline, () => systemClock.sleep(answerDelayMs, AbortSignal.timeout(60_000)));
  // The same local Reloadly, behind a slow line.
  const account = reloadlyAccountOf({
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: slow.url,
    RELOADLY_CLIENT_ID: "sandbox-client",
  });
  const { client, prefix } = pipeline.redis;
  await rebindLedger(client, { prefix, account, kind: "same", by: "test", reason: "a slow line" });
  await pipeline.startWorker({ RELOADLY_URL: slow.url });
  const rows = plannedRows(1_500, (row) => ({ recipient: `23480${String(row).padStart(4, "0")}1111` }));
  const { id } = await startedCampaign(campaigns, rows, { limits: { ratePerS: 200, window: 1_000 } });
  // By then polls, too, hold connections, and POSTs have to find theirs beside them.
  await waitFor(() => expect(slow.posts).toBeGreaterThan(110), { interval: 20 });
  const paused = await campaigns.pause(id, "person");
  if (paused.kind !== "changed") throw new Error(paused.kind);
  await waitFor(
    async () => {
      const counts = (await campaigns.progress(id))?.tally.rows;
      expect(counts).toMatchObject({ submitting: 0, queued: 0 });
    },
    { interval: 100 },
  );
  // How old a claim may be that still leaves is told by the next test, on a clock of its own.
  expect(slow.posts).toBeLessThanOrEqual(claimedRows(paused.tally));
});

test("A row that waits for a connection until it is too old goes back, and goes on when it can be sent at once", async () => {
  const { pipeline, campaigns } = await open();
  const { client: redis, prefix } = pipeline.redis;
  const answered = new AbortController();
  const slow = await openSlowLine(pipeline, () => untilAborted(answered.signal));
  // One connection, which the first POST holds until its answer comes.
  const work = processorOver(pipeline, slow.url, 1);
  const rows = plannedRows(2, (row) => ({ recipient: `23480000${row}1111` }));
  await feedNext(new CampaignFeed(redis, pipeline.ledger, { prefix }), await startedCampaign(campaigns, rows), rows);
  await pipeline.enqueue(topupTo("1111", "alone"));
  const first = work(referenceAt(1));
  await waitFor(() => expect(slow.posts).toBe(1));
  const second = work(referenceAt(2));
  const alone = work("alone");
  await pipeline.until(referenceAt(2), "submitting");
  await pipeline.until("alone", "submitting");
  aheadMs = 1_000;
  answered.abort();
  // It gets a job of its own: the lock of the one at hand may have run out.
  expect(await second).toEqual({ do: "finish" });
  expect(submitJobs).toEqual([referenceAt(2)]);
  expect(await pipeline.until(referenceAt(2), "queued")).toMatchObject({ attempt: 1, code: "RELOADLY_NOT_SENT" });
  await Promise.all([first, alone]);
  expect(await pipeline.until("alone", "processing")).toMatchObject({ attempt: 1 });
  expect(slow.posts).toBe(2);
  await work(referenceAt(2));
  await pipeline.until(referenceAt(2), "processing");
  expect(slow.posts).toBe(3);
});

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

/** The submit processor over a client with so many connections, with shipped timings. */
function processorOver(
  pipeline: Pipeline,
  url: string,
  connectionsMax: number,
): (reference: string) => ReturnType<Processor> {
  const client = createReloadlyClient({
    environment: { apiUrl: url, authUrl: url, audience: url },
    clientId: "sandbox-client",
    clientSecret: "sandbox-secret",
    connectionsMax,
  });
  closers.push(() => client.close());
  const deadlines = new DeadlineSignals(new AbortController().signal);
  const nothing = () => undefined;
  const processor = createSubmitProcessor({
    ledger: pipeline.ledger,
    alarms: {
      ring: async (queue, { reference }) => {
        if (queue === "submit") submitJobs.push(reference);
      },
      find: async () => "gone",
      hurry: async () => undefined,
    },
    log: createLogger({ name: "test", level: "silent" }),
    provider: new Provider(client, { submitTimeoutMs: DEFAULT_TIMINGS.SUBMIT_TIMEOUT_MS, deadlines }),
    clock: {
      ...systemClock,
      nowMs: () => systemClock.nowMs() + aheadMs,
      monotonicMs: () => systemClock.monotonicMs() + aheadMs,
    },
    chance: systemChance,
    timings: DEFAULT_TIMINGS,
    metrics: { submitted: nothing, polled: nothing, lookedUp: nothing, staleMove: nothing, sweptUp: nothing },
    stopped: new AbortController().signal,
    journal: { isWritable: true, intend: async () => true, voided: nothing },
  });
  return (reference) =>
    processor({ id: `submit-${reference}-1-0`, data: { reference, attempt: 1 }, replaceData: async () => undefined });
}
