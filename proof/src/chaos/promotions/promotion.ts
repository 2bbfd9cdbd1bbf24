/** One promotion of a replica that may be behind, under load, and what came of it. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FOLDER_READ_AFTER_MS, ledgerKeys } from "@surefill/topup-store";
import { Redis } from "ioredis";
import { findOrInstallRedisServer } from "../../../../scripts/find-redis.mjs";
import { startRedis } from "../../../../scripts/redis.mjs";
import { openFaultyLine } from "../faulty-line.js";
import { QUIET_PROVIDER, shortenedBy } from "../liveness/settings.js";
import { sendUntilAcknowledged, steadyOrders } from "../liveness/steady-load.js";
import { openRig, type Rig } from "../rig.js";

/** What happens to processes when the primary goes; each that is killed is started again. */
export const COMPANIONS = [
  "no process is lost",
  "worker-1 is killed",
  "worker-1 is killed and comes back without its STATE_DIR",
  "the producer is killed",
  "both workers are killed",
] as const;

export type PromotionPlan = {
  seed: number;
  /** For how long the replica hears nothing before it is promoted. */
  lagMs: number;
  companion: (typeof COMPANIONS)[number];
};

/** `noticed`: closed as a loss. `opened`: by itself. `waits`: closed, for a person. */
export type PromotionOutcome = "noticed" | "opened" | "waits";

export type Promotion = PromotionPlan & {
  /** Writes of the primary that the replica lacked, and top-ups that callers had acknowledged among them. */
  lostWrites: number;
  lostTopups: number;
  outcome: PromotionOutcome;
  /** From the promotion until that, in milliseconds. */
  afterMs: number;
  /** Claims that were granted on the promoted replica. */
  claims: number;
  /** Identifiers that were sent more than once, and executed more than once. */
  sentTwice: number;
  executedTwice: number;
};

const PER_SECOND = 20;
const LOAD_BEFORE_MS = 2_500;
const ORDERS = 400;
/** Longer than a ledger stays closed that waits for nobody in particular. */
const OUTCOME_DEADLINE_MS = FOLDER_READ_AFTER_MS + 25_000;
/** What a claim that was wrongly granted would need to be sent. */
const AFTER_OUTCOME_MS = 1_500;

/** Runs it. Rejects when the rig itself failed. */
export async function runPromotion(plan: PromotionPlan): Promise<Promotion> {
  const settings = { ...shortenedBy(10), SHUTDOWN_MS: "2000" };
  const rig = await openRig({
    seed: plan.seed,
    settings,
    provider: QUIET_PROVIDER,
    faultPlan: { rules: [] },
    producerLine: true,
    hasOwnFolders: true,
  });
  const line = await openFaultyLine(rig.redis.port);
  const server = await findOrInstallRedisServer();
  const replica = await startRedis({ server, settings: { replicaof: `127.0.0.1 ${line.port}` } });
  const client = new Redis(replica.url, { maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  try {
    while (!/master_link_status:up/.test(await client.info("replication"))) await sleep(50);
    return await promoteUnderLoad(rig, plan, { line, replica, client });
  } finally {
    client.disconnect();
    await replica.stop();
    await line.close();
    await rig.close({ keepFiles: false });
  }
}

type Replica = {
  line: Awaited<ReturnType<typeof openFaultyLine>>;
  replica: Awaited<ReturnType<typeof startRedis>>;
  client: Redis;
};

async function promoteUnderLoad(rig: Rig, plan: PromotionPlan, parts: Replica): Promise<Promotion> {
  const { line, replica, client } = parts;
  const load = startLoad(rig, plan.seed);
  await sleep(LOAD_BEFORE_MS);
  if (plan.lagMs > 0) line.set({ kind: "half-open" });
  await sleep(plan.lagMs);
  // From here on nothing is acknowledged any more; the primary comes back where nobody but this run looks.
  for (const each of [rig.producerLine, ...rig.workers.map(({ redisLine }) => redisLine)]) each?.leadTo(replica.port);
  const acknowledged = [...load.acknowledged];
  const lost = loseProcesses(rig, plan.companion);
  await rig.redis.kill(0);
  const { meta, record } = ledgerKeys(rig.prefix);
  const former = await client.hget(meta, "server");
  const promotedAtMs = Date.now();
  await client.replicaof("NO", "ONE");
  const outcome = await outcomeOf(client, meta, former);
  const afterMs = Date.now() - promotedAtMs;
  await lost;
  await sleep(AFTER_OUTCOME_MS);
  load.stop.abort();
  await load.done;

  const ended = /:(\d+)$/.exec((await client.hget(meta, "servers")) ?? "")?.[1];
  const known = Number(await rig.client.hget(meta, "sequence"));
  const there = await Promise.all(acknowledged.map((reference) => client.exists(record(reference))));
  const { rows, head } = await rig.providerDesk.readBooks();
  return {
    ...plan,
    lostWrites: known - Number(ended ?? known),
    lostTopups: there.filter((count) => count === 0).length,
    outcome,
    afterMs,
    claims: await claimsSince(client, record("*"), promotedAtMs),
    sentTwice: rows.filter(({ posts }) => posts > 1).length,
    executedTwice: head.totals.identifiersWithSeveralExecutions,
  };
}

/** Callers that send order after order, and each again until it is acknowledged. */
function startLoad(rig: Rig, seed: number) {
  const acknowledged = new Set<string>();
  const stop = new AbortController();
  const sending: Promise<void>[] = [];
  const orders = steadyOrders(`promoted-${seed}`, ORDERS);
  const run = async () => {
    for (const order of orders) {
      if (stop.signal.aborted) break;
      const sent = sendUntilAcknowledged(rig.producer.url, rig.apiKey, order, stop.signal);
      sending.push(sent.then((isSent) => void (isSent && acknowledged.add(order.reference))));
      await sleep(1_000 / PER_SECOND);
    }
    await Promise.allSettled(sending);
  };
  return { acknowledged, stop, done: run() };
}

async function loseProcesses(rig: Rig, companion: PromotionPlan["companion"]): Promise<void> {
  const [first, second] = rig.workers.map(({ program }) => program);
  const programs = {
    "no process is lost": [],
    "worker-1 is killed": [first],
    "worker-1 is killed and comes back without its STATE_DIR": [first],
    "the producer is killed": [rig.producer],
    "both workers are killed": [first, second],
  }[companion];
  await Promise.all(
    programs.map(async (program) => {
      await program?.kill();
      if (companion.endsWith("STATE_DIR")) {
        await rm(join(rig.dir, "state-worker-1"), { recursive: true, force: true });
      }
      await program?.startAgain();
    }),
  );
}

/** A ledger that opened stays open, one that is behind stays so: the first of them that is seen is the outcome. */
async function outcomeOf(client: Redis, meta: string, former: string | null): Promise<PromotionOutcome> {
  const giveUpAtMs = Date.now() + OUTCOME_DEADLINE_MS;
  for (;;) {
    const [server, behind, comparing] = await client.hmget(meta, "server", "behind", "comparing");
    if (behind != null) return "noticed";
    if (server !== former && comparing == null) return "opened";
    if (Date.now() > giveUpAtMs) return "waits";
    await sleep(20);
  }
}

async function claimsSince(client: Redis, pattern: string, sinceMs: number): Promise<number> {
  let claims = 0;
  for await (const keys of client.scanStream({ match: pattern, count: 1_000 })) {
    for (const key of keys as string[]) {
      const grantedAt = await client.hget(key, "grantedAt");
      if (grantedAt !== null && Number(grantedAt) >= sinceMs) claims += 1;
    }
  }
  return claims;
}
