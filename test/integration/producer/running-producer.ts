/** A producer on a real Redis, called over real HTTP. What it stored is read from the ledger and from BullMQ itself. */
import { loadProducerConfig, newApiKey, startProducer } from "@surefill/producer";
import { createLogger } from "@surefill/runtime";
import { parseTopupRequest, QUEUES, type QueueName } from "@surefill/topup";
import { Ledger, queuePrefix } from "@surefill/topup-store";
import { Queue } from "bullmq";
import { openTestRedis, type TestRedis } from "../../support/redis-server.js";
import { newStateDir } from "../../support/state-dir.js";

/** An answer, with its JSON read. */
export type Answer = { status: number; headers: Headers; text: string; json: Record<string, unknown> };

export type CallOptions = { json?: unknown; body?: string; headers?: Record<string, string>; key?: string | null };

export type ProducerUnderTest = {
  url: string;
  key: string;
  redis: TestRedis;
  ledger: Ledger;
  log: string[];
  call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  /** Ids of every job in a queue, in any state. */
  jobIds: (name?: QueueName) => Promise<string[]>;
  queue: (name: QueueName) => Queue;
  /** How many top-ups the ledger has. */
  topups: () => Promise<number>;
  close: () => Promise<void>;
};

/**
 * Starts one. `settings` replace the environment's; `keyEntries` are let in beside its own key; `redisUrl` names a server
 * of the test's own.
 */
export async function startProducerUnderTest(
  options: { settings?: Record<string, string>; keyEntries?: readonly string[]; redisUrl?: string } = {},
): Promise<ProducerUnderTest> {
  const redis = await openTestRedis(options.redisUrl);
  const { key, entry } = newApiKey("test");
  const log: string[] = [];
  const config = loadProducerConfig({
    PRODUCER_PORT: "0",
    API_KEYS: [entry, ...(options.keyEntries ?? [])].join(","),
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: "http://127.0.0.1:9", // The discard port: nobody answers there.
    RELOADLY_CLIENT_ID: "sandbox-client",
    RELOADLY_CLIENT_SECRET: "sandbox-secret",
    SHUTDOWN_MS: "30000",
    STATE_DIR: newStateDir(),
    ...options.settings,
  });
  const logger = createLogger({ name: "producer", level: "debug", destination: { write: (line) => log.push(line) } });
  const producer = await startProducer(config, { log: logger });
  const ledger = await Ledger.open(redis.client, { prefix: redis.prefix, processId: "test" });
  const queues = new Map<QueueName, Queue>();

  function queue(name: QueueName): Queue {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const opened = new Queue(name, { connection: redis.client, prefix: queuePrefix(redis.prefix) });
    opened.on("error", () => undefined);
    queues.set(name, opened);
    return opened;
  }

  return {
    url: producer.url,
    key,
    redis,
    ledger,
    log,
    queue,
    call: (method, path, call = {}) => callApi(producer.url, key, method, path, call),
    async jobIds(name = QUEUES.submit) {
      const jobs = await queue(name).getJobs(["waiting", "delayed", "active", "completed", "failed", "prioritized"]);
      return jobs.map((job) => String(job.id)).toSorted();
    },
    async topups() {
      return Object.values(await ledger.counts()).reduce((sum, count) => sum + count, 0);
    },
    async close() {
      const clean = await producer.close();
      await Promise.all([...queues.values()].map((opened) => opened.close()));
      await redis.close();
      if (!clean) throw new Error(`the producer did not close cleanly:\n${log.join("")}`);
    },
  };
}

/** Calls a producer; `key: null` sends no key. Fails after a minute rather than hang. */
export async function callApi(
  url: string,
  ownKey: string,
  method: string,
  path: string,
  options: CallOptions,
): Promise<Answer> {
  const { json, body, headers = {}, key = ownKey } = options;
  const sent = json === undefined ? body : JSON.stringify(json);
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(sent !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
    redirect: "manual",
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} };
}

/** A body that is right in every way; `changes` make it wrong. */
export function topupBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    operatorId: 341,
    amount: "5.50",
    recipientPhone: { countryCode: "NG", number: "+2348012345678" },
    ...changes,
  };
}

/** A parsed request, for planting a record in the ledger. */
export function topupRequest(changes: Record<string, unknown> = {}) {
  const parsed = parseTopupRequest(topupBody(changes));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.request;
}
