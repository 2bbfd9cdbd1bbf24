import { createReloadlyClient, reloadlyEnvironmentOf } from "@surefill/reloadly-client";
import {
  checkRedis,
  connectRedis,
  createClosers,
  formatFindings,
  type HealthServer,
  type Logger,
  mayStart,
  type RedisRole,
  startHealthServer,
  systemChance,
  systemClock,
  systemIds,
} from "@surefill/runtime";
import { QUEUES } from "@surefill/topup";
import { Ledger, queuePrefix } from "@surefill/topup-store";
import type { WorkerConfig } from "./config.js";
import { type GaugeReadings, Metrics } from "./metrics.js";
import { createPollProcessor } from "./poll/poll-processor.js";
import { Provider } from "./provider.js";
import { Queues, QueueWorker } from "./queue/queues.js";
import { createSubmitProcessor } from "./submit/submit-processor.js";
import { type BalanceSeen, probeBalance } from "./sweep/balance-probe.js";
import { type Chore, keepHouse } from "./sweep/housekeeping.js";
import { sweep } from "./sweep/sweeper.js";

/** A running worker. `close` drains it within `SHUTDOWN_MS`; it resolves `false` when something had to be left. */
export type RunningWorker = { url: string; close: () => Promise<boolean> };

/** Redis may lose what it was given: the worker does not start on it. The message says why, and the cure. */
export class UnsafeRedisError extends Error {
  readonly code = "REDIS_UNSAFE";
}

/** Of the time for stopping, this much is kept for writing down what an aborted request left in doubt. */
const ABORT_SHARE = 0.2;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Builds a worker in order and starts it; taking apart goes backwards. */
export async function startWorker(config: WorkerConfig, log: Logger): Promise<RunningWorker> {
  const clock = systemClock;
  const chance = systemChance;
  const closers = createClosers(clock);
  const stopped = new AbortController();
  const budgetMs = Math.round(config.SHUTDOWN_MS * ABORT_SHARE);
  const close = async () => {
    const results = await closers.closeAll({ deadlineMs: config.SHUTDOWN_MS });
    for (const result of results) {
      if (result.outcome !== "closed") log.error({ part: result.name, err: result.error }, "part did not close");
    }
    return results.every(({ outcome }) => outcome === "closed");
  };

  const connect = async (role: RedisRole, name: string) => {
    const onError = (err: Error) => log.warn({ err, connection: name }, "redis connection failed");
    const connection = await connectRedis({ url: config.REDIS_URL, role, name: `surefill-worker-${name}`, onError });
    closers.add(`redis ${name}`, { budgetMs, close: async () => connection.disconnect() });
    return connection;
  };

  try {
    const redis = await connect("ledger", "ledger");
    const findings = await checkRedis(redis, { clock, override: config.REDIS_CHECKS });
    if (!mayStart(findings)) throw new UnsafeRedisError(formatFindings(findings));
    if (findings.length > 0) log.warn({ findings: formatFindings(findings) }, "redis settings to look at");

    const processId = systemIds.uuidv7().slice(-12);
    const ledger = await Ledger.open(redis, { prefix: config.REDIS_PREFIX, processId });
    const prefix = queuePrefix(config.REDIS_PREFIX);
    const queues = new Queues(await connect("queue-producer", "queues"), prefix, log);
    closers.add("queues", { budgetMs, close: () => queues.close() });

    const metrics = new Metrics(() => readGauges(ledger, queues));
    const client = createReloadlyClient({
      environment: reloadlyEnvironmentOf(config),
      clientId: config.RELOADLY_CLIENT_ID,
      clientSecret: config.RELOADLY_CLIENT_SECRET,
      connectionsMax: config.RELOADLY_CONNECTIONS_MAX,
      onRequest: (info) => metrics.requested(info),
    });
    closers.add("reloadly client", { budgetMs, close: () => client.close() });
    const provider = new Provider(client, { submitTimeoutMs: config.SUBMIT_TIMEOUT_MS, stopped: stopped.signal });

    const parts = { ledger, alarms: queues, log, provider, clock, chance, timings: config, metrics };
    const chores = choresOf({ ...parts, lateMs: config.SWEEP_LATE_MS, config });
    const houseStopped = new AbortController();
    const house = keepHouse(chores, { clock, random: chance.random, log, signal: houseStopped.signal });
    closers.add("housekeeping", {
      budgetMs,
      close: () => {
        houseStopped.abort();
        return house;
      },
    });

    const health = await startHealth(config, ledger, metrics, log);
    closers.add("health server", { budgetMs, close: () => health.close() });

    const workers = [
      new QueueWorker(QUEUES.submit, createSubmitProcessor({ ...parts, stopped: stopped.signal }), {
        connection: await connect("queue-worker", "submit"),
        prefix,
        concurrency: config.SUBMIT_CONCURRENCY,
        clock,
        log,
      }),
      new QueueWorker(QUEUES.poll, createPollProcessor(parts), {
        connection: await connect("queue-worker", "poll"),
        prefix,
        concurrency: config.POLL_CONCURRENCY,
        clock,
        log,
      }),
    ];
    // Stop taking jobs and let running ones end; what is not done by then is aborted, which makes a POST under way
    // `unknown`, and has the rest of the time to be written down.
    closers.add("queue workers", {
      budgetMs: config.SHUTDOWN_MS,
      close: async () => {
        const draining = Promise.all(workers.map((worker) => worker.stop()));
        const drainMs = config.SHUTDOWN_MS * (1 - 2 * ABORT_SHARE);
        const drained = new AbortController();
        const abort = clock.sleep(drainMs, drained.signal).then(
          () => stopped.abort(new Error("the worker is stopping")),
          () => undefined,
        );
        await draining;
        drained.abort();
        await abort;
      },
    });
    for (const worker of workers) worker.start();

    const url = `http://${config.WORKER_HOST}:${health.port}`;
    log.info({ url, environment: config.RELOADLY_ENVIRONMENT }, "worker is running");
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type ChoreParts = Parameters<typeof sweep>[0] & { provider: Provider; config: WorkerConfig };

function choresOf(parts: ChoreParts): Chore[] {
  const { config, ledger } = parts;
  let balanceSeen: BalanceSeen;
  return [
    { name: "sweep", everyMs: config.SWEEP_INTERVAL_MS, run: async () => void (await sweep(parts)) },
    {
      name: "balance probe",
      everyMs: config.BALANCE_PROBE_MS,
      run: async () => {
        balanceSeen = await probeBalance({ ...parts, intervalMs: config.BALANCE_PROBE_MS }, balanceSeen);
      },
    },
    {
      name: "retention",
      everyMs: HOUR_MS,
      run: async () => {
        await ledger.shrinkOld(config.RETENTION_DAYS * DAY_MS, 1_000);
        await ledger.gates.forgetOld(HOUR_MS);
      },
    },
  ];
}

function startHealth(config: WorkerConfig, ledger: Ledger, metrics: Metrics, log: Logger): Promise<HealthServer> {
  const text = (status: 200 | 503, body: string) => ({ status, contentType: "text/plain", body });
  return startHealthServer({
    host: config.WORKER_HOST,
    port: config.WORKER_PORT,
    clock: systemClock,
    onError: (err) => log.warn({ err }, "health route failed"),
    routes: {
      "/healthz": async () => text(200, "alive\n"),
      "/readyz": async () => {
        await ledger.nowMs();
        return text(200, "ready\n");
      },
      "/metrics": async () => ({ status: 200, ...(await metrics.text()) }),
    },
  });
}

async function readGauges(ledger: Ledger, queues: Queues): Promise<GaugeReadings> {
  const names = [QUEUES.submit, QUEUES.poll];
  const [topupsByState, gates, oldestDueAtMs, nowMs, ...counts] = await Promise.all([
    ledger.counts(),
    ledger.gates.closed(),
    ledger.oldestDueAtMs(),
    ledger.nowMs(),
    ...names.map((name) => queues.counts(name)),
  ]);
  const kinds = new Map<string, number>();
  for (const { name } of gates) {
    const kind = name.split(":")[0] ?? name;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    topupsByState,
    jobs: names.flatMap((queue, index) =>
      Object.entries(counts[index] ?? {}).map(([state, count]) => ({ queue, state, count })),
    ),
    closedGates: [...kinds].map(([kind, count]) => ({ kind, count })),
    oldestOverdueSeconds: oldestDueAtMs === undefined ? 0 : Math.max(0, nowMs - oldestDueAtMs) / 1_000,
  };
}
