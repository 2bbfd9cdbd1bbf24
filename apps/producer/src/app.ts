import { hashPassword } from "@surefill/access";
import { unitsOf } from "@surefill/campaign";
import { createReloadlyClient, type ReloadlyClient, reloadlyEnvironmentOf } from "@surefill/reloadly-client";
import {
  type Clock,
  type Closers,
  closeAndReport,
  createClosers,
  createResolve,
  type Logger,
  NO_NETWORKS,
  type RedisClient,
  redisConnector,
  requireSafeRedis,
  systemClock,
  systemIds,
  vetOutboundUrl,
} from "@surefill/runtime";
import {
  ExtraDebits,
  GroupCommands,
  type Ledger,
  queuePrefix,
  readEvent,
  readEvents,
  Uploads,
  WebhookDeliveries,
  WebhookEndpoints,
} from "@surefill/topup-store";
import { admitToBoard, createLogin } from "./access/board-login.js";
import { openAccess } from "./access/open-access.js";
import { createBalanceReader } from "./balance.js";
import { BOARD_PATH, createBoard } from "./board/board.js";
import { openCampaigns } from "./campaigns/open-campaigns.js";
import type { ProducerConfig } from "./config.js";
import { openConsoleFiles } from "./console/console-files.js";
import { EventFeed } from "./events/event-feed.js";
import { Seats } from "./events/seats.js";
import { AtOnce } from "./http/at-once.js";
import { type ServerParts, startServer } from "./http/server.js";
import { createMetrics, type Metrics } from "./metrics.js";
import { openLedger } from "./open-ledger.js";
import { LiveCatalogue } from "./operators/live-catalogue.js";
import { promptLedger } from "./prompt-ledger.js";
import { createProviderReader } from "./provider.js";
import type { ReceiveDeps } from "./provider-webhooks/receive-reloadly-webhook.js";
import { AHEAD_MS_MAX } from "./provider-webhooks/signature.js";
import { Waker } from "./provider-webhooks/waker.js";
import { WebhookQueue } from "./queue/webhook-queue.js";
import { openQueues, type Queues } from "./queues.js";
import { createRoutes } from "./routes.js";
import type { AcceptRules } from "./topups/accept-rules.js";

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
  const closers = createClosers(clock);
  const budgetMs = PART_BUDGET_MS;
  const close = () => closeAndReport(closers, log, config.SHUTDOWN_MS);
  const connect = redisConnector({ url: config.REDIS_URL, process: "producer", log, closers, budgetMs });
  try {
    const redis = await connect("api", "ledger");
    await requireSafeRedis(redis, { clock, prefix: config.REDIS_PREFIX, override: config.REDIS_CHECKS, log });
    const { ledger, journal } = await openLedger(redis, config, { log, closers, budgetMs });
    const queueConnection = await connect("queue-producer", "queues");
    const queues = openQueues({
      connection: queueConnection,
      prefix: queuePrefix(config.REDIS_PREFIX),
      onError: (err) => log.warn({ err }, "queue error"),
    });
    closers.add("queues", { budgetMs, close: () => queues.close() });
    const client = openReloadly(config, closers);
    const provider = createProviderReader(client);
    const readBalance = createBalanceReader({ provider, clock });
    const metrics = createMetrics({ ledger, queues, readBalance, clock, commit: config.BUILD_COMMIT });
    const problemBase = config.PUBLIC_URL ?? "";
    const shared = { ledger, queues, redis, metrics, log, clock, ids: systemIds, problemBase, journal };
    const acceptRules = openAcceptRules(config, { client, clock, log, closers });
    const uploads = await openUploads(config, { connect, ledger });
    const bulkRedis = await connect("ledger", "campaigns");
    const { FAILED_HOLD_MS: failedHoldMs, REDIS_PREFIX: prefix } = config;
    const campaignParts = { ...shared, ...uploads, prefix, bulkRedis, client, readBalance, failedHoldMs, closers };
    const bounds = { topupMaxUnits: unitsOf(config.TOPUP_AMOUNT_MAX), retentionDays: config.RETENTION_DAYS };
    const campaigns = openCampaigns({ ...campaignParts, ...bounds });
    const access = openAccess(config, shared);
    const webhooks = openWebhookEndpoints(config, { ...shared, queueConnection, closers });
    const routes = createRoutes({
      ...shared,
      ledger: promptLedger(ledger, shared),
      ...openAttention(redis, config, ledger),
      provider,
      client,
      acceptRules,
      timings: config,
      publicUrl: config.PUBLIC_URL,
      ...(await openEvents(config, { ...shared, connect, closers })),
      ...webhooks,
      ...uploads,
      campaigns,
      access: access.routeParts,
      readBalance,
      providerWebhooks: openProviderWebhooks(config, { ...shared, closers }),
    });
    const shown = [...queues.all, webhooks.webhookQueue.shown];
    const mounts = await boardMounts(config, { shown, ledger, log, access });
    const entrance = { pages: openConsoleFiles(), identify: access.identify, trail: access.trail };
    const server = await startServer(
      { ...shared, routes, mounts, ...entrance, ...serverLimits(config) },
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

/** What asks Reloadly, with the account of the settings. */
function openReloadly(config: ProducerConfig, closers: Closers): ReloadlyClient {
  const client = createReloadlyClient({
    environment: reloadlyEnvironmentOf(config),
    clientId: config.RELOADLY_CLIENT_ID,
    clientSecret: config.RELOADLY_CLIENT_SECRET,
    connectionsMax: config.RELOADLY_CONNECTIONS_MAX,
  });
  closers.add("reloadly client", { budgetMs: PART_BUDGET_MS, close: () => client.close() });
  return client;
}

/** What concerns the work of people. */
function openAttention(redis: RedisClient, { REDIS_PREFIX: prefix }: ProducerConfig, { witness }: Ledger) {
  return {
    extraDebits: new ExtraDebits(redis, { prefix, witness }),
    groupCommands: new GroupCommands(redis, { prefix }),
  };
}

/** What one client may take of the server. */
function serverLimits(config: ProducerConfig) {
  return {
    readerStallMs: config.READER_STALL_MS,
    requestsPerKeyMax: config.REQUESTS_PER_KEY_MAX,
    connectionsPerAddressMax: config.CONNECTIONS_PER_ADDRESS_MAX,
  };
}

type RuleNeeds = { client: ReloadlyClient; clock: Clock; log: Logger; closers: Closers };

/** What new top-ups are held against: the catalogue of operators and the limits. */
function openAcceptRules(config: ProducerConfig, { client, clock, log, closers }: RuleNeeds): AcceptRules {
  const catalogue = new LiveCatalogue({ client, clock, log });
  closers.add("catalogue", { budgetMs: PART_BUDGET_MS, close: () => catalogue.close() });
  return {
    catalogue,
    topupMax: unitsOf(config.TOPUP_AMOUNT_MAX),
    dailyLimits: config.KEY_AMOUNT_PER_DAY_MAX,
    retentionDays: config.RETENTION_DAYS,
  };
}

type EventNeeds = {
  redis: RedisClient;
  connect: ReturnType<typeof redisConnector>;
  metrics: Metrics;
  clock: Clock;
  log: Logger;
  closers: Closers;
};

/** What tells events: one follower of the log for all who listen. */
async function openEvents(config: ProducerConfig, { redis, connect, metrics, clock, log, closers }: EventNeeds) {
  const follower = await connect("queue-worker", "events");
  const feed = await EventFeed.open({ follower, redis, prefix: config.REDIS_PREFIX, clock, log });
  closers.add("event feed", { budgetMs: PART_BUDGET_MS, close: () => feed.close() });
  const { EVENT_FOLLOWERS_MAX: most, EVENT_FOLLOWERS_PER_KEY_MAX: perKeyMax } = config;
  const seats = new Seats({ most, perKeyMax }, metrics.followers);
  return { feed, seats, heartbeatMs: config.EVENT_HEARTBEAT_MS };
}

/** What keeps files. Their rows are written on a line of its own: a large chunk may take longer than a request may. */
async function openUploads(
  config: ProducerConfig,
  { connect, ledger }: { connect: EventNeeds["connect"]; ledger: Ledger },
) {
  const redis = await connect("ledger", "uploads");
  const keptMs = config.UPLOAD_DAYS * 86_400_000;
  return {
    uploads: new Uploads(redis, { prefix: config.REDIS_PREFIX, keptMs, witness: ledger.witness }),
    uploadsAtOnce: new AtOnce({ most: config.UPLOADS_PER_KEY_MAX, what: "uploads of this API key" }),
    uploadLimits: { bytesMax: config.UPLOAD_BYTES_MAX, rowsMax: config.UPLOAD_ROWS_MAX },
  };
}

type EndpointNeeds = {
  ledger: Ledger;
  redis: RedisClient;
  queueConnection: RedisClient;
  clock: Clock;
  log: Logger;
  closers: Closers;
};

/** What keeps webhook endpoints and asks for deliveries; the worker makes them. */
function openWebhookEndpoints(config: ProducerConfig, parts: EndpointNeeds) {
  const { redis, queueConnection, clock, log, closers } = parts;
  const { witness } = parts.ledger;
  const prefix = config.REDIS_PREFIX;
  const webhookQueue = new WebhookQueue(queueConnection, queuePrefix(prefix), log);
  closers.add("webhook queue", { budgetMs: PART_BUDGET_MS, close: () => webhookQueue.close() });
  const resolve = createResolve({ clock });
  const allowed = config.WEBHOOK_ALLOWED_NETWORKS ?? NO_NETWORKS;
  return {
    endpoints: new WebhookEndpoints(redis, { prefix, witness }),
    deliveries: new WebhookDeliveries(redis, { prefix, witness }),
    webhookQueue,
    vetUrl: (url: string) => vetOutboundUrl(url, { allowed, resolve }),
    readEvent: (id: string) => readEvent(redis, prefix, id),
    readEvents: (after: string, limit: number) => readEvents(redis, prefix, after, limit),
  };
}

type HintNeeds = { ledger: Ledger; queues: Queues; metrics: Metrics; clock: Clock; log: Logger; closers: Closers };

/** What takes the provider's webhooks; without the secret that they are signed with, nothing does. */
function openProviderWebhooks(config: ProducerConfig, parts: HintNeeds): ReceiveDeps | undefined {
  const { RELOADLY_WEBHOOK_SECRET: secret, RELOADLY_WEBHOOK_SEPARATOR: separator } = config;
  if (secret === undefined) return undefined;
  const rules = { secret, separator, ageMsMax: config.RELOADLY_WEBHOOK_AGE_MS_MAX };
  const { ledger, closers, ...rest } = parts;
  // Older messages are refused for their age, so there is no need to know them again.
  const rememberMs = rules.ageMsMax + AHEAD_MS_MAX;
  const waker = new Waker({ ...rest, hints: ledger.hints, rememberMs });
  closers.add("provider hints", { budgetMs: PART_BUDGET_MS, close: () => waker.close() });
  return { rules, waker, metrics: parts.metrics, clock: parts.clock };
}

type BoardNeeds = { shown: Queues["all"]; ledger: Ledger; log: Logger; access: ReturnType<typeof openAccess> };

/** The board shows who is paid what: to people who have signed in, and by a password where one is set. */
async function boardMounts(config: ProducerConfig, parts: BoardNeeds): Promise<ServerParts["mounts"]> {
  const { BOARD_USER: user, BOARD_PASSWORD: plain, BOARD_PASSWORD_HASH: hash } = config;
  const { sessionOf, passwordChecks: checks } = parts.access;
  const password = hash ?? (plain === undefined ? undefined : await hashPassword(plain));
  if (password === undefined) {
    parts.log.info({}, "the board has no login: only people who have signed in see it");
  }
  const login = password === undefined ? undefined : createLogin({ user, password, clock: systemClock, checks });
  const handler = createBoard({
    admit: admitToBoard(sessionOf, login),
    hasLogin: login !== undefined,
    queues: parts.shown,
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
