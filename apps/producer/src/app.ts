import { createReloadlyClient, reloadlyEnvironmentOf } from "@surefill/reloadly-client";
import {
  closeAndReport,
  createClosers,
  type Logger,
  redisConnector,
  requireSafeRedis,
  systemClock,
  systemIds,
} from "@surefill/runtime";
import { Ledger, queuePrefix } from "@surefill/topup-store";
import { createLogin } from "./access/board-login.js";
import { hashPassword } from "./access/board-password.js";
import { BOARD_PATH, createBoard } from "./board/board.js";
import type { ProducerConfig } from "./config.js";
import { type ServerParts, startServer } from "./http/server.js";
import { createMetrics } from "./metrics.js";
import { promptLedger } from "./prompt-ledger.js";
import { createProviderReader } from "./provider.js";
import { openQueues, type Queues } from "./queues.js";
import { createRoutes } from "./routes.js";

/** A running producer. `close` takes it apart within `SHUTDOWN_MS` and tells whether all went well. */
export type RunningProducer = { url: string; close(): Promise<boolean> };

const PART_BUDGET_MS = 2_000;
/** Of the time for stopping, this much is for requests that are under way. */
const SERVER_SHARE = 0.7;

/**
 * Builds a producer in order and starts to listen. Rejects, with everything taken apart again, when Redis cannot be
 * reached or may forget what it acknowledges, or when the address is taken.
 */
export async function startProducer(config: ProducerConfig, { log }: { log: Logger }): Promise<RunningProducer> {
  const clock = systemClock;
  const ids = systemIds;
  const closers = createClosers(clock);
  const budgetMs = PART_BUDGET_MS;
  const close = () => closeAndReport(closers, log, config.SHUTDOWN_MS);
  const connect = redisConnector({ url: config.REDIS_URL, process: "producer", log, closers, budgetMs });
  try {
    const redis = await connect("api", "ledger");
    await requireSafeRedis(redis, { clock, override: config.REDIS_CHECKS, log });
    const ledger = await Ledger.open(redis, { prefix: config.REDIS_PREFIX, processId: ids.uuidv7().slice(-12) });
    const queues = openQueues({
      connection: await connect("queue-producer", "queues"),
      prefix: queuePrefix(config.REDIS_PREFIX),
      onError: (err) => log.warn({ err }, "queue error"),
    });
    closers.add("queues", { budgetMs, close: () => queues.close() });
    const client = createReloadlyClient({
      environment: reloadlyEnvironmentOf(config),
      clientId: config.RELOADLY_CLIENT_ID,
      clientSecret: config.RELOADLY_CLIENT_SECRET,
      connectionsMax: config.RELOADLY_CONNECTIONS_MAX,
    });
    closers.add("reloadly client", { budgetMs, close: () => client.close() });

    const metrics = createMetrics({ ledger, queues });
    const provider = createProviderReader(client);
    const problemBase = config.PUBLIC_URL ?? "";
    const shared = { ledger, queues, redis, metrics, log, clock, ids, problemBase };
    const routes = createRoutes({
      ...shared,
      ledger: promptLedger(ledger, clock),
      provider,
      timings: config,
      publicUrl: config.PUBLIC_URL,
    });
    const mounts = await boardMounts(config, { queues, ledger, log });
    const server = await startServer(
      { ...shared, routes, mounts, apiKeys: config.API_KEYS },
      { host: config.PRODUCER_HOST, port: config.PRODUCER_PORT },
    );
    closers.add("http server", {
      budgetMs: Math.round(config.SHUTDOWN_MS * SERVER_SHARE),
      close: (signal) => server.close(signal),
    });
    const url = `http://${hostInUrl(config.PRODUCER_HOST)}:${server.port}`;
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type BoardNeeds = { queues: Queues; ledger: Ledger; log: Logger };

/** The board shows who is paid what: without a password it is not there at all. */
async function boardMounts(config: ProducerConfig, parts: BoardNeeds): Promise<ServerParts["mounts"]> {
  const { BOARD_USER: user, BOARD_PASSWORD: plain, BOARD_PASSWORD_HASH: hash } = config;
  const password = hash ?? (plain === undefined ? undefined : await hashPassword(plain));
  if (password === undefined) {
    parts.log.info({}, "the board is off: neither BOARD_PASSWORD nor BOARD_PASSWORD_HASH is set");
    return [];
  }
  const handler = createBoard({
    login: createLogin({ user, password, clock: systemClock }),
    queues: parts.queues.all,
    ledger: parts.ledger,
    label: config.BOARD_LABEL ?? config.RELOADLY_ENVIRONMENT,
    isLive: config.RELOADLY_ENVIRONMENT === "live",
  });
  return [{ path: BOARD_PATH, handler }];
}

/** A process that listens everywhere is reached from its own machine on the loopback address. */
function hostInUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
