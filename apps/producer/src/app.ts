import { createReloadlyClient, reloadlyEnvironmentOf } from "@surefill/reloadly-client";
import {
  type CloseResult,
  checkRedis,
  connectRedis,
  createClosers,
  formatFindings,
  type Logger,
  mayStart,
  type RedisRole,
  systemClock,
  systemIds,
} from "@surefill/runtime";
import { Ledger, queuePrefix } from "@surefill/topup-store";
import type { ProducerConfig } from "./config.js";
import { startServer } from "./http/server.js";
import { createMetrics } from "./metrics.js";
import { createProviderReader } from "./provider.js";
import { openQueues } from "./queues.js";
import { createRoutes } from "./routes.js";

/** A running producer. `close` takes it apart within `SHUTDOWN_MS` and tells whether all went well. */
export type RunningProducer = { url: string; close(): Promise<boolean> };

/** Redis may lose what it was given: the producer does not start on it. The message says why, and the cure. */
export class UnsafeRedisError extends Error {
  readonly code = "REDIS_UNSAFE";
}

const PART_BUDGET_MS = 2_000;
const SERVER_BUDGET_SHARE = 0.7;

/**
 * Builds a producer in order and starts to listen. Rejects, with everything taken apart again, when Redis cannot be
 * reached, may forget what it acknowledges, or the address is taken.
 */
export async function startProducer(config: ProducerConfig, ports: { log: Logger }): Promise<RunningProducer> {
  const { log } = ports;
  const clock = systemClock;
  const closers = createClosers(clock);
  const close = async () => {
    const results = await closers.closeAll({ deadlineMs: config.SHUTDOWN_MS });
    return results.map((result) => reportClosed(log, result)).every(Boolean);
  };
  const connect = async (role: RedisRole, name: string) => {
    const onError = (err: Error) => log.warn({ err, connection: name }, "redis connection failed");
    const connection = await connectRedis({ url: config.REDIS_URL, role, name: `surefill-producer-${name}`, onError });
    closers.add(`redis ${name}`, { budgetMs: PART_BUDGET_MS, close: async () => connection.disconnect() });
    return connection;
  };

  try {
    const redis = await connect("api", "ledger");
    const findings = await checkRedis(redis, { clock, override: config.REDIS_CHECKS });
    if (!mayStart(findings)) throw new UnsafeRedisError(formatFindings(findings));
    if (findings.length > 0) log.warn({ findings: formatFindings(findings) }, "redis settings to look at");
    const ledger = await Ledger.open(redis, { prefix: config.REDIS_PREFIX, processId: systemIds.uuidv7().slice(-12) });

    const queues = openQueues({
      connection: await connect("queue-producer", "queues"),
      prefix: queuePrefix(config.REDIS_PREFIX),
      onError: (err) => log.warn({ err }, "queue error"),
    });
    closers.add("queues", { budgetMs: PART_BUDGET_MS, close: () => queues.close() });

    const client = createReloadlyClient({
      environment: reloadlyEnvironmentOf(config),
      clientId: config.RELOADLY_CLIENT_ID,
      clientSecret: config.RELOADLY_CLIENT_SECRET,
      connectionsMax: config.RELOADLY_CONNECTIONS_MAX,
    });
    closers.add("reloadly client", { budgetMs: PART_BUDGET_MS, close: () => client.close() });

    const metrics = createMetrics({ ledger, queues });
    const problemBase = config.PUBLIC_URL ?? "";
    const shared = { ledger, queues, redis, metrics, log, clock, ids: systemIds, problemBase };
    const provider = createProviderReader(client);
    const routes = createRoutes({ ...shared, provider, timings: config, publicUrl: config.PUBLIC_URL });
    const server = await startServer(
      { ...shared, routes, mounts: [], apiKeys: config.API_KEYS },
      { host: config.PRODUCER_HOST, port: config.PRODUCER_PORT },
    );
    closers.add("http server", {
      budgetMs: Math.round(config.SHUTDOWN_MS * SERVER_BUDGET_SHARE),
      close: (signal) => server.close(signal),
    });
    const url = `http://${urlHost(config.PRODUCER_HOST)}:${server.port}`;
    log.info({ address: url, environment: config.RELOADLY_ENVIRONMENT }, "producer is ready");
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function urlHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function reportClosed(log: Logger, result: CloseResult): boolean {
  if (result.outcome === "closed") return true;
  log.error({ part: result.name, outcome: result.outcome, err: result.error }, "a part did not close");
  return false;
}
