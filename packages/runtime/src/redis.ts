import { Redis, type RedisOptions } from "ioredis";
import { ConfigurationError } from "./env.js";

/** What a connection is for. It decides how long a command may take and what becomes of it when the line breaks. */
export type RedisRole = "api" | "ledger" | "queue-producer" | "queue-worker";

/** A connection to one Redis. */
export type RedisClient = Redis;

const CONNECT_TIMEOUT_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;
const RECONNECT_DELAY_MS_MAX = 1_000;

/** Spelt out, also where a value is the library's default: what becomes of a command is what our safety rests on. */
const everyRole = {
  // Nothing connects because a file was imported or an object made: the caller awaits connectRedis().
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
  keepAlive: KEEP_ALIVE_MS,
  noDelay: true,
  // A Redis that still loads its file must not look ready.
  enableReadyCheck: true,
  // Quick first, then once a second: an outage of seconds must not cost a minute. Never gives up.
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 10), RECONNECT_DELAY_MS_MAX),
  autoResubscribe: false,
  // A replica or a read-only failover answers READONLY; a new connection may reach the new primary.
  reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
  disableClientInfo: true,
  // ioredis would gather the commands of one turn of the event loop, and hold the next lot back until all answers to
  // the last one are here. Measured, that costs more CPU time and more waiting than the writes it saves.
  enableAutoPipelining: false,
  // Replies in one shape, whichever protocol the server speaks.
  replyMapping: "legacy",
} as const satisfies RedisOptions;

/** For connections whose caller wants an answer now, or the truth that there is none. */
const failFast = {
  ...everyRole,
  // ioredis runs a queued command when the line is back, even if its timeout has already told the caller that it
  // failed: a claim that nobody waits for any more would be granted.
  enableOfflineQueue: false,
  // A command whose reply was lost may have run. Sending it again is the caller's decision (same operation id).
  autoResendUnfulfilledCommands: false,
  // With resending off, ioredis 6.0.0 leaves such a command pending until its timeout (its issue 2193). Zero rejects
  // it as soon as the line breaks.
  maxRetriesPerRequest: 0,
  // A line cut by a firewall stays "connected" for a quarter of an hour; a timeout of a command does not renew it.
  // While a command is out, no byte for this long ends the connection, and a new one is made.
  socketTimeout: 10_000,
} as const satisfies RedisOptions;

const byRole = {
  // The API answers 503 within a second when Redis hangs, also when a request needs two commands after each other.
  api: { ...failFast, commandTimeout: 450 },
  // The worker's ledger has more patience: a slow fsync is no reason to lose the answer of a POST.
  ledger: { ...failFast, commandTimeout: 3_000 },
  // BullMQ sends its scripts on this one; adding a job twice is harmless (job ids), waiting for an outage is not.
  "queue-producer": { ...failFast, commandTimeout: 2_000 },
  "queue-worker": {
    ...everyRole,
    // BullMQ demands null here: a worker waits for Redis to come back, for as long as it takes.
    maxRetriesPerRequest: null,
    enableOfflineQueue: true,
    // BullMQ's scripts check the job's lock, so running one twice is safe.
    autoResendUnfulfilledCommands: true,
    // No commandTimeout: BullMQ waits for jobs with blocking commands, and a timeout would cut them. A dead line is
    // noticed by silence instead: while a command is out, no byte for this long ends the connection.
    socketTimeout: 30_000,
  },
} as const satisfies Record<RedisRole, RedisOptions>;

/**
 * The ioredis options of a role. `name` shows in `CLIENT LIST`.
 * @throws {ConfigurationError} when `redisUrlProblem` finds something; the message does not repeat the URL.
 */
export function redisOptions(options: {
  url: string;
  role: RedisRole;
  name: string;
}): RedisOptions & { replyMapping: "legacy"; host: string; port: number } {
  return { ...parseRedisUrl(options.url), ...byRole[options.role], connectionName: options.name };
}

/**
 * Makes a client that is never ready on another database than the one it was asked for. ioredis reports a refused
 * SELECT as an error event and goes on, on database 0; here the connection ends, at the first connect and at every
 * later one. BullMQ duplicates its connections, so a duplicate keeps the rule.
 */
function strictClient(options: RedisOptions & { replyMapping: "legacy" }): RedisClient {
  const client = new Redis(options);
  const select = client.select.bind(client);
  Object.assign(client, {
    select(database: number) {
      const answer = select(database);
      answer.catch(() => client.disconnect(true));
      return answer;
    },
    duplicate: (changes: RedisOptions = {}) => strictClient({ ...options, ...changes, replyMapping: "legacy" }),
  });
  return client;
}

/** Redis answered, and refuses this user, its password or the database: connecting again does not help. */
export class RedisRefusedError extends Error {
  readonly code = "REDIS_REFUSED";

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "RedisRefusedError";
  }
}

const REFUSAL =
  /^(?:WRONGPASS|NOAUTH|NOPERM|DENIED)\b|^ERR (?:DB index|invalid DB|SELECT is not allowed|invalid password|invalid username|.*\bAUTH\b)/i;

/**
 * Makes a client and connects it. Connection errors, now and later, go to `onError` and never to an unhandled event;
 * the client goes on trying by itself.
 * @throws {RedisRefusedError} when Redis refuses the user, the password or the database.
 * @throws {Error} when the first connection fails; the client is closed then. Messages hold host, port, database and
 * the words of Redis only.
 */
export async function connectRedis(options: {
  url: string;
  role: RedisRole;
  name: string;
  onError: (error: Error) => void;
}): Promise<RedisClient> {
  const settings = redisOptions(options);
  const client = strictClient(settings);
  let lastError: Error | undefined;
  client.on("error", (error: Error) => {
    // What follows a refusal (a line that is closed) says less than the refusal.
    if (!isRefusal(lastError)) lastError = error;
    options.onError(error);
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.disconnect();
    const cause = lastError ?? error;
    const address = `${settings.host}:${settings.port}`;
    if (isRefusal(cause)) {
      const message = `Redis at ${address} refuses what REDIS_URL asks for (database ${settings.db ?? 0}): ${cause.message}`;
      throw new RedisRefusedError(message);
    }
    throw new Error(`Cannot connect to Redis at ${address}.`, { cause });
  }
}

/** Whether Redis refuses this user, its password or the database, as opposed to being away or in trouble. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && REFUSAL.test(error.message);
}

/** What is wrong with a Redis URL, or undefined. Does not repeat it: it may hold a password. */
export function redisUrlProblem(text: string): string | undefined {
  if (!/^rediss?:\/\//i.test(text)) return "does not start with redis:// or, with TLS, rediss://";
  if (!URL.canParse(text)) return "is not a URL such as redis://user:password@host:6379/0";
  const url = new URL(text);
  if (text.includes("?")) {
    return "has a query; the database stands in the path, such as /3, and a ? in a password is written %3F";
  }
  if (text.includes("#")) return "has a fragment; a # in a password is written %23";
  if (url.hostname === "") return "has no host; this machine is 127.0.0.1";
  if (!/^\/?(?:0|[1-9]\d{0,3})?$/.test(url.pathname)) return "ends in a path that is not a database number such as /0";
  if (!canDecode(url.username) || !canDecode(url.password)) {
    return "has a % in user or password that begins no code such as %40; a % itself is written %25";
  }
  return undefined;
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function parseRedisUrl(text: string) {
  const problem = redisUrlProblem(text);
  if (problem !== undefined) throw new ConfigurationError([`REDIS_URL: ${problem}.`]);
  const url = new URL(text);
  const db = url.pathname.replace(/^\//, "");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return {
    host: host === "" ? "127.0.0.1" : host,
    port: url.port === "" ? 6379 : Number(url.port),
    db: db === "" ? 0 : Number(db),
    ...(url.username === "" ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === "" ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === "rediss:" ? { tls: {} } : {}),
  };
}
