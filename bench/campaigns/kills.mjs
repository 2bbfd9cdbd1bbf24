/**
 * Kills the worker that feeds a campaign, and Redis, while the campaign runs, and asks the provider's own books
 * afterwards who was paid.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SANDBOX_ARGS, shortenedEnv } from "../../scripts/demo/settings.mjs";
import { openCampaignWorld } from "./campaign-world.mjs";
import { judge } from "./kills-verdict.mjs";
import { mixedEnding } from "./mixed-outcomes.mjs";
import { MAPPING, recipientsFile } from "./recipients-file.mjs";
import { untilAnswered } from "./until-answered.mjs";

const LOOK_EVERY_MS = 50;
/** A campaign in which no row becomes final for so long has come to a stop. */
const STANDSTILL_MS = 180_000;
/** The first and the last kill, as shares of the rows that were fed: before and after, there may be nothing to interrupt. */
const FIRST_KILL = 0.08;
const LAST_KILL = 0.88;
const RATE_PER_S = 1_000;
/** So many are under way at once that most rows still wait when the kills come. */
const WINDOW_SHARE = 0.05;
const WINDOW_MAX = 500;
/**
 * What has waited out its hold while nobody worked ends together: among the last 50 rows that may look like a wave of
 * failures, among the last 1,000 it does not.
 */
const FAILURE_RULES = [{ class: "any", sharePercent: 30, ofLast: 1_000 }];

/**
 * Runs one campaign of `rows` through `workerKills` kills of the feeder and `redisKills` of Redis, at moments that
 * `seed` fixes.
 * @param {{ rows: number, seed: number, workerKills: number, redisKills: number,
 *   server: import("../../scripts/find-redis.mjs").RedisServer, signal: AbortSignal,
 *   onProgress: (line: string) => void }} options `signal` ends it early, with everything that it started
 * @returns the figures, and under `wrong` a sentence for everything that is not as it has to be
 */
export async function runKilledCampaign(options) {
  const world = await openCampaignWorld({
    server: options.server,
    env: shortenedEnv,
    sandboxArgs: [...SANDBOX_ARGS, "--balance", "100000000"],
  });
  const folder = await mkdtemp(join(tmpdir(), "surefill-kills-"));
  try {
    const { id, planned, startedMs } = await startCampaign(world, options);
    const { kills, decided } = await runThrough(world, id, planned, options);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    options.onProgress("every row is final; asking the books");
    return { rows: options.rows, seconds, kills, decided, ...(await judge(world, id, kills, { ...options, folder })) };
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function startCampaign({ api }, { rows, onProgress }) {
  onProgress(`${rows} rows: upload and check`);
  const upload = await api.upload(recipientsFile({ rows, endingOf: mixedEnding }), "kills.csv");
  const window = Math.max(20, Math.min(WINDOW_MAX, Math.floor(rows * WINDOW_SHARE)));
  const limits = { ratePerS: RATE_PER_S, window, failureRules: FAILURE_RULES };
  const { id } = await api.create({ name: "kills", upload: upload.id, mapping: MAPPING, limits });
  const { plan } = await api.check(id);
  const startedMs = performance.now();
  await api.start(id, plan.planHash);
  return { id, planned: plan.rows.planned, startedMs };
}

/**
 * Watches the campaign to its end, and kills on the way. Answers what each kill met, and how many reviews a person had
 * to decide: a number whose POST has no outcome twice has none three times where a kill comes to it.
 */
async function runThrough(world, id, planned, { onProgress, signal, ...options }) {
  const due = planKills(options);
  const kills = [];
  let decided = 0;
  let worker = await world.startWorker();
  let news = { final: -1, atMs: performance.now() };
  for (;;) {
    const { state, over, pause, progress } = await untilAnswered(() => world.api.campaign(id), signal);
    if (over) return { kills, decided };
    if (state === "paused") throw new Error(`the campaign paused by itself: ${JSON.stringify(pause)}`);
    const { rows } = progress;
    if (rows.final !== news.final) news = { final: rows.final, atMs: performance.now() };
    if (rows.review > 0 && rows.final + rows.review === planned) {
      decided += await decideReviews(world.api, signal);
    }
    if (performance.now() - news.atMs > STANDSTILL_MS) {
      throw new Error(`the campaign stands still: ${JSON.stringify(progress)}`);
    }
    const [next] = due;
    if (next !== undefined && planned - rows.waiting >= next.share * planned) {
      due.shift();
      const met = { whom: next.whom, waiting: rows.waiting, inFlight: rows.inFlight, final: rows.final };
      onProgress(`kill ${next.whom}: ${met.final} rows final, ${met.inFlight} in flight, ${met.waiting} not fed yet`);
      if (next.whom === "redis") {
        await world.redis.kill();
        await world.redis.start();
      } else {
        process.kill(worker.pid, "SIGKILL");
        await worker.exited;
        worker = await world.startWorker();
      }
      kills.push(met);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

/** Decides what waits for a person as the provider's report suggests: sent again, or the run has failed. */
async function decideReviews(api, signal) {
  const { data } = await untilAnswered(() => api.ask("GET", "/v1/topups?state=review"), signal);
  for (const topup of data) {
    const { verdict, reason } = topup.review.suggestion;
    if (verdict !== "resubmit") throw new Error(`a row waits for a person: ${JSON.stringify(topup)}`);
    const path = `/v1/topups/${topup.reference}`;
    const json = { verdict, by: "whoever runs this", reason };
    await untilAnswered(async () => {
      // What is not in review any more was decided by a request whose answer was lost.
      if ((await api.ask("GET", path)).state === "review") await api.ask("POST", `${path}/resolve`, { json });
    }, signal);
  }
  return data.length;
}

/** When whom: one kill in each equal part of the run, those of Redis spread among those of the worker. */
export function planKills({ seed, workerKills, redisKills }) {
  const count = workerKills + redisKills;
  const chance = seeded(seed);
  const redisAt = new Set(
    Array.from({ length: redisKills }, (_, index) => Math.floor(((index + 0.5) * count) / redisKills)),
  );
  const part = (LAST_KILL - FIRST_KILL) / count;
  return Array.from({ length: count }, (_, index) => ({
    share: FIRST_KILL + part * (index + chance() * 0.8),
    whom: redisAt.has(index) ? "redis" : "worker",
  }));
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
