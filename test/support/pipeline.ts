/**
 * A worker on a real Redis against the local Reloadly, with the schedules shortened and the rules as shipped. Tests
 * enqueue the way a producer does and read what came of it from the ledger and from the provider's own books.
 */
import { type ReloadlySandbox, type SandboxOptions, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { createLogger, type LogDestination, type LogLevel } from "@surefill/runtime";
import {
  isCampaignEvent,
  jobIdOf,
  parseTopupRequest,
  QUEUES,
  type QueueName,
  TOPUP_JOB_OPTIONS,
  type TopupEvent,
  type TopupRecord,
  type TopupState,
} from "@surefill/topup";
import { Ledger, LOG_START, queuePrefix, readEvents } from "@surefill/topup-store";
import { loadWorkerConfig, type RunningWorker, startWorker } from "@surefill/worker";
import { Queue } from "bullmq";
import { expect } from "vitest";
import { openTestRedis, type TestRedis } from "./redis-server.js";
import { newStateDir } from "./state-dir.js";
import { waitFor } from "./wait-for.js";

/** Settings that make seconds of minutes; the order between them stays what production has. */
export const SHORT_SETTINGS = {
  SCHEDULE_SCALE: "0.02",
  FAILED_HOLD_MS: "400",
  FAILED_HOLD_JITTER_MS: "50",
  SEND_DEADLINE_MS: "1000",
  SUBMIT_TIMEOUT_MS: "1500",
  SUBMIT_LEASE_MS: "2600",
  QUIET_MS: "1600",
  PHONE_GATE_MS: "300",
  GATE_FIRST_MS: "300",
  GATE_DELAY_MS_MAX: "1000",
  SWEEP_INTERVAL_MS: "100",
  SWEEP_LATE_MS: "500",
  BALANCE_PROBE_MS: "150",
} as const;

/** The local Reloadly's times to go with them. */
const SHORT_SANDBOX: SandboxOptions = {
  processingMs: { min: 20, max: 60 },
  phoneRechargeWindowMs: 0,
  initialBalance: "10000",
};

export type Pipeline = {
  redis: TestRedis;
  sandbox: ReloadlySandbox;
  readonly ledger: Ledger;
  /** Opens the ledger as a process that knows nothing of it. */
  reopenLedger: () => Promise<void>;
  queue: (name: QueueName) => Queue;
  /** The environment that a worker of this pipeline is started with. */
  env: Record<string, string>;
  /** Starts a worker; it logs into `log`, or nothing. */
  startWorker: (settings?: Record<string, string>, log?: LogDestination) => Promise<RunningWorker>;
  /** Stores a top-up and rings for it, as the producer does. */
  enqueue: (topup: object) => Promise<TopupRecord>;
  /** Resolves when the record is in one of the states; fails after a minute. */
  until: (reference: string, ...states: TopupState[]) => Promise<TopupRecord>;
  events: (reference: string) => Promise<TopupEvent[]>;
  close: () => Promise<void>;
};

/**
 * Builds everything but a worker. `close` stops workers too, and deletes every key. `redisUrl` names a server of the
 * test's own instead of the shared one.
 */
export async function openPipeline(
  options: { sandbox?: SandboxOptions; settings?: Record<string, string>; redisUrl?: string } = {},
): Promise<Pipeline> {
  const redis = await openTestRedis(options.redisUrl);
  const sandbox = await startReloadlySandbox({ ...SHORT_SANDBOX, ...options.sandbox });
  const openLedger = () => Ledger.open(redis.client, { prefix: redis.prefix, processId: "test" });
  let ledger = await openLedger();
  const queues = new Map<QueueName, Queue>();
  const workers: RunningWorker[] = [];

  const env = {
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: sandbox.url,
    RELOADLY_CLIENT_ID: "sandbox-client",
    RELOADLY_CLIENT_SECRET: "sandbox-secret",
    WORKER_PORT: "0",
    SHUTDOWN_MS: "30000",
    STATE_DIR: newStateDir(),
    ...SHORT_SETTINGS,
    ...options.settings,
  };

  function queue(name: QueueName): Queue {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const opened = new Queue(name, { connection: { url: redis.url }, prefix: queuePrefix(redis.prefix) });
    queues.set(name, opened);
    return opened;
  }

  return {
    redis,
    sandbox,
    get ledger() {
      return ledger;
    },
    async reopenLedger() {
      ledger = await openLedger();
    },
    queue,
    env,
    async startWorker(settings = {}, destination) {
      const level: LogLevel = destination === undefined ? "silent" : "debug";
      const worker = await startWorker(
        loadWorkerConfig({ ...env, ...settings }),
        createLogger({ name: "worker", level, ...(destination !== undefined && { destination }) }),
      );
      workers.push(worker);
      return worker;
    },
    async enqueue(topup) {
      const parsed = parseTopupRequest(topup);
      if (!parsed.ok || parsed.reference === undefined) throw new Error(`bad test data: ${JSON.stringify(parsed)}`);
      const [accepted] = await ledger.accept([{ reference: parsed.reference, request: parsed.request }]);
      if (accepted === undefined) throw new Error("the ledger gave no answer");
      const { reference, attempt, fence } = accepted.record;
      await queue(QUEUES.submit).add(
        QUEUES.submit,
        { reference, attempt },
        { ...TOPUP_JOB_OPTIONS, jobId: jobIdOf(QUEUES.submit, { reference, attempt, fence }) },
      );
      return accepted.record;
    },
    until: (reference, ...states) =>
      waitFor(
        async () => {
          const looked = await ledger.look(reference);
          expect(states, `${reference} is ${looked?.record.state}`).toContain(looked?.record.state);
          if (looked === undefined) throw new Error(`${reference} is gone`);
          return looked.record;
        },
        { interval: 20 },
      ),
    async events(reference) {
      const all = await readEvents(redis.client, redis.prefix, LOG_START, 10_000);
      return all.filter((event) => !isCampaignEvent(event)).filter((event) => event.reference === reference);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((opened) => opened.close()));
      await sandbox.close();
      await redis.close();
    },
  };
}

/** A valid request to a Nigerian number with this four-digit ending; the ending decides what the provider does. */
export function topupTo(ending: string, reference: string, extra: object = {}): object {
  return {
    reference,
    operatorId: 341,
    amount: "5",
    recipientPhone: { countryCode: "NG", number: `+234803123${ending}` },
    ...extra,
  };
}
