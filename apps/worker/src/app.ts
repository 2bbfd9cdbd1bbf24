import type { ReloadlyClient } from "@surefill/reloadly-client";
import {
  type Closers,
  closeAndReport,
  createClosers,
  type HealthServer,
  type Logger,
  redisConnector,
  requireSafeRedis,
  startHealthServer,
  systemChance,
  systemClock,
} from "@surefill/runtime";
import { QUEUES, type QueueName } from "@surefill/topup";
import { Campaigns, ExtraDebits, queuePrefix } from "@surefill/topup-store";
import { openReconciler } from "./audit/open-reconciler.js";
import { type CampaignDeps, campaignChoresOf } from "./campaign/campaign-chores.js";
import type { WorkerConfig } from "./config.js";
import { readGauges } from "./gauges.js";
import { openIntentJournal, openLedger } from "./journal/open-ledger.js";
import { Metrics } from "./metrics.js";
import { openProvider } from "./open-provider.js";
import { createPollProcessor } from "./poll/poll-processor.js";
import { drain } from "./queue/drain.js";
import { Queues, QueueWorker } from "./queue/queues.js";
import type { Processor } from "./queue/run-processor.js";
import { WebhookQueue } from "./queue/webhook-queue.js";
import { type ReadinessParts, readiness } from "./readiness.js";
import { openSelfCheck } from "./self-check/open-self-check.js";
import { givingBack, type SelfCheck } from "./self-check/self-check.js";
import { createSubmitProcessor, type SubmitParts } from "./submit/submit-processor.js";
import { choresOf } from "./sweep/chores.js";
import { type Chore, keepHouse } from "./sweep/housekeeping.js";
import { openFanOut, openWebhooks } from "./webhook/webhooks.js";

/** A running worker. `close` drains it within `SHUTDOWN_MS`; it resolves `false` when something had to be left. */
export type RunningWorker = { url: string; close: () => Promise<boolean> };

type Connect = ReturnType<typeof redisConnector>;

/** Of the time for stopping, running jobs get this much; the rest is for writing down what was aborted. */
const DRAIN_SHARE = 0.6;
const PART_SHARE = 0.2;

/**
 * Builds a worker in order and starts it; taking apart goes backwards. Rejects, with everything taken apart again,
 * when Redis cannot be reached or may forget what it acknowledges.
 */
export async function startWorker(config: WorkerConfig, log: Logger): Promise<RunningWorker> {
  const closers = createClosers(systemClock);
  const close = () => closeAndReport(closers, log, config.SHUTDOWN_MS);
  const budgetMs = Math.round(config.SHUTDOWN_MS * PART_SHARE);
  const connect = redisConnector({ url: config.REDIS_URL, process: "worker", log, closers, budgetMs });
  const prefix = queuePrefix(config.REDIS_PREFIX);
  const stopped = new AbortController();
  try {
    const redis = await connect("ledger", "ledger");
    await requireSafeRedis(redis, {
      clock: systemClock,
      prefix: config.REDIS_PREFIX,
      override: config.REDIS_CHECKS,
      log,
    });
    const { ledger, stateLog, watch } = await openLedger(redis, config, { log, closers, budgetMs });
    const producing = await connect("queue-producer", "queues");
    const queues = new Queues(producing, prefix, log);
    closers.add("queues", { budgetMs, close: () => queues.close() });
    const webhookQueue = new WebhookQueue(producing, prefix, log);
    closers.add("webhook queue", { budgetMs, close: () => webhookQueue.close() });
    const fanOut = openFanOut(redis, ledger, config);

    const campaigns = new Campaigns(redis, { prefix: config.REDIS_PREFIX, witness: ledger.witness });
    const extraDebits = new ExtraDebits(redis, { prefix: config.REDIS_PREFIX, witness: ledger.witness });
    const readings = { ledger, campaigns, queues, webhookQueue, fanOut, extraDebits };
    const metrics = new Metrics(() => readGauges(readings), config.BUILD_COMMIT);
    const reached = { metrics, closers, budgetMs, stopped: stopped.signal };
    const { client, provider, breaker } = openProvider(config, reached);
    const parts: SubmitParts = {
      ledger,
      alarms: queues,
      log,
      provider,
      clock: systemClock,
      chance: systemChance,
      timings: config,
      metrics,
      stopped: stopped.signal,
      journal: openIntentJournal(stateLog, { ledger, config, log, metrics }),
    };
    const { selfCheck, checking } = openSelfCheck({ ...parts, gates: ledger.gates, breaker });
    const chores = allChores(parts, config, { redis, ledger, campaigns, queues, metrics, client, log, watch });
    startHousekeeping(parts, [...chores, checking], closers, budgetMs);
    const health = await startHealth(config, { ledger, selfCheck }, metrics, log);
    closers.add("health server", { budgetMs, close: () => health.close() });

    const webhooks = { redis, connect, ledger, queue: webhookQueue, fanOut, metrics, log, closers, budgetMs };
    const workers = [
      ...(await openTopupWorkers(parts, config, { connect, selfCheck })),
      await openWebhooks(config, { ...webhooks, stopped: stopped.signal }),
    ];
    closers.add("queue workers", {
      budgetMs: config.SHUTDOWN_MS,
      close: () => drain(workers, { drainMs: config.SHUTDOWN_MS * DRAIN_SHARE, stopped, clock: systemClock }),
    });
    for (const worker of workers) worker.start();

    return { url: `http://${config.WORKER_HOST}:${health.port}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openTopupWorkers(
  parts: SubmitParts,
  config: WorkerConfig,
  { connect, selfCheck }: { connect: Connect; selfCheck: SelfCheck },
): Promise<QueueWorker[]> {
  const open = async (queue: QueueName, processor: Processor, concurrency: number) => {
    const worker = new QueueWorker(queue, givingBack(selfCheck, queue, processor), {
      prefix: queuePrefix(config.REDIS_PREFIX),
      clock: systemClock,
      log: parts.log,
      connection: await connect("queue-worker", queue),
      concurrency,
    });
    selfCheck.add(queue, worker);
    return worker;
  };
  return [
    await open(QUEUES.submit, createSubmitProcessor(parts), config.SUBMIT_CONCURRENCY),
    await open(QUEUES.poll, createPollProcessor(parts), config.POLL_CONCURRENCY),
  ];
}

/** Everything that a worker does beside its jobs. */
function allChores(
  parts: SubmitParts,
  config: WorkerConfig,
  deps: CampaignDeps & { client: ReloadlyClient; watch: Chore },
): Chore[] {
  const { redis, ledger, client, log, metrics, watch } = deps;
  return [
    ...choresOf({ ...parts, gates: ledger.gates, metrics }, config),
    watch,
    ...openReconciler(redis, config, { ledger, client, clock: systemClock, log, metrics }),
    ...campaignChoresOf(deps, config),
  ];
}

function startHousekeeping(parts: SubmitParts, chores: readonly Chore[], closers: Closers, budgetMs: number): void {
  const { clock, chance, log } = parts;
  const stopped = new AbortController();
  const house = keepHouse(chores, { clock, random: chance.random, log, signal: stopped.signal });
  closers.add("housekeeping", {
    budgetMs,
    close: () => {
      stopped.abort();
      return house;
    },
  });
}

function startHealth(
  config: WorkerConfig,
  parts: ReadinessParts,
  metrics: Metrics,
  log: Logger,
): Promise<HealthServer> {
  return startHealthServer({
    host: config.WORKER_HOST,
    port: config.WORKER_PORT,
    clock: systemClock,
    onError: (err) => log.warn({ err }, "health route failed"),
    routes: {
      "/healthz": async () => ({ status: 200, contentType: "text/plain", body: "alive\n" }),
      "/readyz": () => readiness(parts),
      "/metrics": async () => ({ status: 200, ...(await metrics.text()) }),
    },
  });
}
