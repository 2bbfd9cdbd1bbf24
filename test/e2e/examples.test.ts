/**
 * The examples as a consumer runs them, against a real producer and worker: whatever is killed on their side, each
 * event has its effect once.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { loadProducerConfig, newApiKey, type RunningProducer, startProducer } from "@surefill/producer";
import { createLogger } from "@surefill/runtime";
import { LOG_START, readEvents } from "@surefill/topup-store";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../support/pipeline.js";

/** A tenth of a second of the schedule's quarter of an hour, and nobody gives up before half a minute. */
const SETTINGS = { WEBHOOK_ALLOWED_NETWORKS: "127.0.0.1/32", WEBHOOK_SCHEDULE_SCALE: "0.0001" };

let pipeline: Pipeline;
let producer: RunningProducer;
let key: string;
let secret: string;
let folder: string;
let endpointId: string;
const running = new Set<ChildProcess>();

beforeEach(async () => {
  pipeline = await openPipeline({ settings: SETTINGS });
  const made = newApiKey("example");
  key = made.key;
  const config = loadProducerConfig({ ...pipeline.env, PRODUCER_PORT: "0", API_KEYS: made.entry });
  producer = await startProducer(config, { log: createLogger({ name: "producer", level: "silent" }) });
  folder = await mkdtemp(join(tmpdir(), "surefill-examples-"));
});
afterEach(async () => {
  await Promise.all([...running].map(kill));
  await producer.close();
  await pipeline.close();
  await rm(folder, { recursive: true });
});

/** Starts an example and resolves with the first line that it prints. */
async function start(name: string, env: Record<string, string>): Promise<{ child: ChildProcess; line: string }> {
  const script = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("close", () => reject(new Error(`${name} ended: ${errors}`)));
  });
  child.stdout.resume();
  return { child, line };
}

async function kill(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await closed;
}

type Line = { id: string; type: string; reference: string; state: string; version: number };

async function journal(name: string): Promise<Line[]> {
  const text = await readFile(join(folder, name), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const logged = () => readEvents(pipeline.redis.client, pipeline.redis.prefix, LOG_START, 10_000);
const loggedIds = async () => (await logged()).map(({ id }) => id);

/** Sends top-ups of several kinds and waits for their ends. */
async function sendSome(name: string): Promise<void> {
  const endings = ["7001", "0003", "0006", "7002", "7003"];
  for (const ending of endings) await pipeline.enqueue(topupTo(ending, `${name}-${ending}`));
  for (const ending of endings) await pipeline.until(`${name}-${ending}`, "succeeded", "refunded", "rejected");
}

test("the follower has each event once and in order, also after it was killed in the middle of a line", async () => {
  const env = { SUREFILL_URL: producer.url, SUREFILL_KEY: key, JOURNAL: join(folder, "followed") };
  await pipeline.startWorker();
  const first = await start("event-follower/follower.mjs", env);
  expect(JSON.parse(first.line)).toEqual({ following: "0-0" });
  await sendSome("early");
  await expect.poll(async () => (await journal("followed")).map(({ id }) => id)).toEqual(await loggedIds());

  await kill(first.child);
  await appendFile(join(folder, "followed"), '{"id":"9-9","type":"topup.suc');
  await sendSome("meanwhile");
  const again = await start("event-follower/follower.mjs", env);
  expect(JSON.parse(again.line)).not.toEqual({ following: "0-0" });

  const ids = await loggedIds();
  expect(ids.length).toBeGreaterThanOrEqual(10);
  await expect.poll(async () => (await journal("followed")).map(({ id }) => id)).toEqual(ids);
});

test("a follower that names a key follows what was sent with that key, and nothing else", async () => {
  const env = { SUREFILL_URL: producer.url, SUREFILL_KEY: key, JOURNAL: join(folder, "followed"), CALLER: "example" };
  await start("event-follower/follower.mjs", env);
  await pipeline.startWorker();
  await sendSome("of-nobody"); // Planted in the ledger without a key.
  const topup = topupTo("0006", "of-example");
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const sent = { method: "POST", headers, body: JSON.stringify(topup), signal: AbortSignal.timeout(60_000) };
  expect((await fetch(`${producer.url}/v1/topups`, sent)).status).toBe(202);
  await pipeline.until("of-example", "rejected");

  await expect.poll(async () => (await journal("followed")).map(({ reference }) => reference)).toEqual(["of-example"]);
});

test("the follower ends, and says why, when the log cannot go on from its cursor", async () => {
  await appendFile(join(folder, "followed"), `${JSON.stringify({ id: "99999999999999-0" })}\n`);
  const env = { SUREFILL_URL: producer.url, SUREFILL_KEY: key, JOURNAL: join(folder, "followed") };
  await expect(start("event-follower/follower.mjs", env)).rejects.toThrow(/ended: 409 The log has not come as far/);
});

test("the receiver takes each event once, also when it was killed and events had to be sent again", async () => {
  await startWithEndpoint();
  const { child, url, env } = await startReceiver("0");
  await callEndpoints("PATCH", `/${endpointId}`, { url });
  await sendSome("early");
  await expect.poll(async () => ids(await journal("received"))).toEqual(ids(await logged()));

  await kill(child);
  await sendSome("meanwhile");
  await start("webhook-receiver/receiver.mjs", { ...env, PORT: new URL(url).port });

  const all = await logged();
  expect(all.length).toBeGreaterThanOrEqual(10);
  await expect.poll(async () => ids(await journal("received"))).toEqual(ids(all));
  const told = (await journal("received")).map(({ id, type, version }) => ({ id, type, version }));
  for (const { id, type, version } of all) expect(told).toContainEqual({ id, type, version });
});

test("the receiver refuses what others sign or change, and takes a repeated event without a second effect", async () => {
  await startWithEndpoint();
  const { url } = await startReceiver("0");
  const event = { type: "topup.succeeded", data: { reference: "r-1", state: "succeeded", version: 4 } };
  const body = JSON.stringify({ ...event, timestamp: "2026-01-01T00:00:00.000Z" });
  const send = async (signer: string, atMs: number, sent = body) => {
    const signature = new Webhook(signer).sign("1-1", new Date(atMs), body);
    const timestamp = String(Math.floor(atMs / 1_000));
    const headers = { "webhook-id": "1-1", "webhook-timestamp": timestamp, "webhook-signature": signature };
    const signal = AbortSignal.timeout(60_000);
    return (await fetch(url, { method: "POST", headers, body: sent, signal })).status;
  };
  const now = Date.now();
  expect(await send(`whsec_${Buffer.alloc(32, 7).toString("base64")}`, now)).toBe(401);
  expect(await send(secret, now, body.replace("r-1", "r-2"))).toBe(401);
  expect(await send(secret, now - 3_600_000)).toBe(401);
  expect(await send(secret, now, "x".repeat(30_000))).toBe(413);
  expect(await journal("received")).toEqual([]);

  expect([await send(secret, now), await send(secret, now), await send(secret, now + 1_000)]).toEqual([204, 204, 204]);
  expect(ids(await journal("received"))).toEqual(["1-1"]);
});

const ids = (events: readonly { id: string }[]) => events.map(({ id }) => id).toSorted();

/** The endpoint's secret is needed to start the receiver, and the receiver's address to send to it. */
async function startWithEndpoint(): Promise<void> {
  const created = await callEndpoints("POST", "", { url: "http://127.0.0.1:9/" });
  endpointId = String(created["id"]);
  secret = String(created["secret"]);
  await pipeline.startWorker();
}

async function callEndpoints(method: string, path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${producer.url}/v1/webhook-endpoints${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  });
  if (!response.ok) throw new Error(`${method} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function startReceiver(port: string) {
  const env = { WEBHOOK_SECRET: secret, JOURNAL: join(folder, "received"), PORT: port };
  const { child, line } = await start("webhook-receiver/receiver.mjs", env);
  return { child, env, url: String(JSON.parse(line).url) };
}
