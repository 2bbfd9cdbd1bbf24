import { z } from "zod";
import type { Clock } from "./clock.js";
import type { RedisClient } from "./redis.js";
import { checkPermissions } from "./redis-permissions.js";

/** Something about Redis that is not as it must be. `refuse`: a process must not start on it. */
export interface Finding {
  severity: "refuse" | "warn";
  /** The name in redis.conf or in `INFO`. */
  setting: string;
  found: string;
  wanted: string;
  why: string;
  /** The command or the line of redis.conf that puts it right. */
  cure: string;
}

/**
 * `off`: no checks. `attested:<name>`: that person or service vouches for durability where it cannot be read or is
 * done in another way (a managed Redis that forbids CONFIG and keeps a log of its own); everything else is checked.
 */
export type RedisChecksOverride = "off" | `attested:${string}`;

/** The setting `REDIS_CHECKS`: `on`, `off` or `attested:<name>`. */
export const redisChecksSchema = z
  .union([
    z.literal("on").transform(() => undefined),
    z.literal("off"),
    z.templateLiteral(["attested:", z.string().min(1)]),
  ])
  .describe("on, off, or attested:<who vouches for its durability>");

const VERSION_MAJOR_MIN = 7;
const CLOCK_DIFFERENCE_MS_MAX = 2_000;

/**
 * Looks whether money can be trusted to this Redis: it must forget nothing (no eviction, append-only file, fsync
 * before the answer), be a primary that is fully loaded, let this user do what is needed on keys under `prefix`, and
 * agree with us about the time. `override: "off"` leaves out all but the permissions.
 * @returns what is wrong, worst first; empty when all is well.
 * @throws when Redis cannot be asked at all.
 */
export async function checkRedis(
  client: RedisClient,
  options: { clock: Clock; prefix: string; override?: RedisChecksOverride | undefined },
): Promise<readonly Finding[]> {
  const permissions = await checkPermissions(client, options.prefix);
  // A user who may not do what is needed may not ask the rest either.
  if (permissions.length > 0) return permissions;
  if (options.override === "off") return [checksAreOff];
  const info = parseInfo(await client.info());
  const durability = await checkDurability(client, options.override);
  const clock = await checkClock(client, options.clock);
  const findings = [...checkServer(info), ...checkReplicas(info), ...checkEviction(info), ...durability, ...clock];
  return findings.toSorted((a, b) => Number(a.severity === "warn") - Number(b.severity === "warn"));
}

/** True when nothing found forbids a start. */
export function mayStart(findings: readonly Finding[]): boolean {
  return findings.every((finding) => finding.severity === "warn");
}

/** The findings in plain words, for the person who has to put them right. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings
    .map(({ severity, setting, found, wanted, why, cure }) =>
      [
        `${severity === "refuse" ? "Refused" : "Warning"}: Redis has ${setting} = ${found}; wanted: ${wanted}.`,
        `  Why:  ${why}`,
        `  Cure: ${cure}`,
      ].join("\n"),
    )
    .join("\n");
}

const checksAreOff: Finding = {
  severity: "warn",
  setting: "REDIS_CHECKS",
  found: "off",
  wanted: "on",
  why: "Nobody looked whether this Redis keeps what it acknowledges. If it does not, a recipient can be paid twice.",
  cure: "Remove REDIS_CHECKS, or set it to attested:<name> when the service is durable in its own way.",
};

type Info = ReadonlyMap<string, string>;

function parseInfo(text: string): Info {
  const pairs = text.split("\r\n").flatMap((line) => {
    const colon = line.indexOf(":");
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)] as const] : [];
  });
  return new Map(pairs);
}

function checkServer(info: Info): Finding[] {
  const findings: Finding[] = [];
  const version = info.get("valkey_version") ?? info.get("redis_version") ?? "unknown";
  if (!(Number.parseInt(version, 10) >= VERSION_MAJOR_MIN)) {
    findings.push({
      severity: "refuse",
      setting: "version",
      found: version,
      wanted: `${VERSION_MAJOR_MIN} or newer, Redis or Valkey`,
      why: "Our scripts and BullMQ's use what older versions lack, and older append-only files can lose their tail.",
      cure: "Install Redis 7 or Valkey 7.2 or newer.",
    });
  }
  if (info.get("role") !== "master") {
    findings.push({
      severity: "refuse",
      setting: "role",
      found: info.get("role") ?? "unknown",
      wanted: "master",
      why: "A replica takes no writes, and what it shows may be old.",
      cure: "Point REDIS_URL at the primary.",
    });
  }
  if (info.get("loading") !== "0") {
    findings.push({
      severity: "refuse",
      setting: "loading",
      found: info.get("loading") ?? "unknown",
      wanted: "0",
      why: "It is still reading its file; records that are not read yet would look as if they had never been.",
      cure: "Wait until it has loaded, then start again.",
    });
  }
  if ((info.get("aof_last_write_status") ?? "ok") !== "ok") {
    findings.push({
      severity: "refuse",
      setting: "aof_last_write_status",
      found: info.get("aof_last_write_status") ?? "unknown",
      wanted: "ok",
      why: "Its last write to disk failed, mostly because the disk is full.",
      cure: "Free the disk and look into the Redis log.",
    });
  }
  return findings;
}

/** Replication is asynchronous: what a promoted replica had not received is gone. */
function checkReplicas(info: Info): Finding[] {
  const replicas = Number(info.get("connected_slaves") ?? "0");
  if (info.get("role") !== "master" || replicas === 0) return [];
  return [
    {
      severity: "warn",
      setting: "connected_slaves",
      found: String(replicas),
      wanted: "0, or no automatic failover",
      why:
        "A replica that is promoted lacks what it had not received, although it was acknowledged: nothing waits for " +
        "replicas (WAIT). That is noticed before anything is sent, all sending stops, and the ledger must be rebuilt.",
      cure: "Keep replicas for backups, and let neither Sentinel nor a cluster promote one.",
    },
  ];
}

/** INFO tells the policy, also where CONFIG is forbidden. */
function checkEviction(info: Info): Finding[] {
  const policy = info.get("maxmemory_policy") ?? "unknown";
  if (policy === "noeviction") return [];
  return [
    {
      severity: "refuse",
      setting: "maxmemory-policy",
      found: policy,
      wanted: "noeviction",
      why: "When memory is full it throws records away. A reference that is forgotten can be paid again.",
      cure: "CONFIG SET maxmemory-policy noeviction, and the same in redis.conf",
    },
  ];
}

const DURABILITY = [
  {
    setting: "appendonly",
    wanted: "yes",
    accepted: {},
    why: "Without its append-only file a restart forgets minutes of top-ups, and they can be paid again.",
    cure: "CONFIG SET appendonly yes, and the same in redis.conf",
  },
  {
    setting: "appendfsync",
    wanted: "always",
    accepted: {
      everysec:
        "A power cut, or a kill while the disk is slow, loses up to about two seconds of writes that were acknowledged. " +
        "A top-up sent in them is unknown afterwards and could be sent again when its caller repeats it.",
    },
    why: "It answers before anything is on the disk: half a minute of top-ups can be lost and paid again.",
    cure: "CONFIG SET appendfsync always, and the same in redis.conf",
  },
  {
    setting: "no-appendfsync-on-rewrite",
    wanted: "no",
    accepted: {},
    why: "While it rewrites its file it does not fsync at all, whatever appendfsync says.",
    cure: "CONFIG SET no-appendfsync-on-rewrite no, and the same in redis.conf",
  },
] as const satisfies ReadonlyArray<{ accepted: Readonly<Record<string, string>> } & Record<string, unknown>>;

async function checkDurability(client: RedisClient, override: RedisChecksOverride | undefined): Promise<Finding[]> {
  if (override !== undefined) {
    return [
      {
        severity: "warn",
        setting: "durability",
        found: override,
        wanted: "appendonly yes, appendfsync always",
        why: "Redis was not asked whether it keeps what it acknowledges; somebody vouches for it.",
        cure: "Remove REDIS_CHECKS where CONFIG GET is allowed.",
      },
    ];
  }
  const findings: Finding[] = [];
  for (const { setting, wanted, accepted, why, cure } of DURABILITY) {
    const found = await readConfig(client, setting);
    if (found === undefined) return [configIsForbidden];
    if (found === wanted) continue;
    const acceptedWhy = new Map(Object.entries(accepted)).get(found);
    const severity = acceptedWhy === undefined ? "refuse" : "warn";
    findings.push({ severity, setting, found, wanted, why: acceptedWhy ?? why, cure });
  }
  return findings;
}

const configIsForbidden: Finding = {
  severity: "refuse",
  setting: "CONFIG GET",
  found: "forbidden",
  wanted: "allowed",
  why: "Whether this Redis keeps what it acknowledges cannot be read.",
  cure: "Allow it (ACL SETUSER <user> +config|get), or set REDIS_CHECKS=attested:<who vouches for it>.",
};

/** Undefined when this user or this service may not read the configuration. Other errors are passed on. */
async function readConfig(client: RedisClient, name: string): Promise<string | undefined> {
  try {
    const [, value] = z.array(z.string()).parse(await client.config("GET", name));
    return value;
  } catch (error) {
    if (error instanceof Error && /^NOPERM|unknown (?:command|subcommand)/i.test(error.message)) return undefined;
    throw error;
  }
}

async function checkClock(client: RedisClient, clock: Clock): Promise<Finding[]> {
  const beforeMs = clock.nowMs();
  const [seconds, microseconds] = z.tuple([z.coerce.number(), z.coerce.number()]).parse(await client.time());
  const oursMs = (beforeMs + clock.nowMs()) / 2;
  const differenceMs = Math.round(seconds * 1_000 + microseconds / 1_000 - oursMs);
  if (Math.abs(differenceMs) <= CLOCK_DIFFERENCE_MS_MAX) return [];
  return [
    {
      severity: "refuse",
      setting: "TIME",
      found: `${differenceMs} ms from this machine's clock`,
      wanted: `within ${CLOCK_DIFFERENCE_MS_MAX} ms`,
      why: "Leases and quiet periods are counted on both clocks; when they disagree, an attempt may be sent too early.",
      cure: "Run NTP (chrony, systemd-timesyncd) on both machines.",
    },
  ];
}
