import { isEnded } from "./record.js";
import type { Rules } from "./rules.js";
import type { Emit, Steps } from "./step.js";
import { acceptedRecord, copyOf, type ModelRecord, type World } from "./world.js";

/**
 * Redis loses data, once: everything, or what came after an older copy. The loss is noticed by the next script, which
 * is refused, until the ledger is rebuilt from the intent journals and the provider's report.
 */
export const redisSteps: Steps = (world, rules, emit) => {
  if (!rules.redisLosesData) return;
  const { redis, record } = world;
  if (redis.condition === "whole") {
    if (redis.older === undefined && record.state !== "missing") copySteps(world, emit);
    loseSteps(world, rules, emit);
  }
  const mayStillSend = world.posts.some(({ phase }) => phase === "granted");
  if (redis.condition === "lost" && !(mayStillSend && rules.keeps["rebuild after the send deadline"])) {
    const after = copyOf(world);
    after.redis.condition = "rebuilt";
    rebuild(after, rules);
    emit("rebuild", 0, after);
  }
  if (redis.condition === "rebuilt" && record.state === "missing") {
    const after = copyOf(world);
    after.record = acceptedRecord();
    emit("order-again", 0, after);
  }
};

function copySteps(world: World, emit: Emit): void {
  const after = copyOf(world);
  after.redis.older = { ...world.record };
  emit("copy-falls-behind", 0, after);
}

function loseSteps(world: World, rules: Rules, emit: Emit): void {
  const isNoticed = rules.keeps["loss of data noticed"];
  const after = copyOf(world);
  after.record = world.redis.older ?? missingRecord();
  after.redis = { condition: isNoticed ? "lost" : "rebuilt", older: undefined, ended: world.redis.ended };
  emit("lose-data", 0, after);
}

function missingRecord(): ModelRecord {
  return { ...acceptedRecord(), state: "missing", attempt: 0, due: false };
}

/** As a person had ended it. Its end is told again. */
function endedRecord({ posts }: World, state: "cancelled" | "failed"): ModelRecord {
  return { ...acceptedRecord(), state, fence: posts.length, latestClaim: posts.length, due: false, events: 1 };
}

/** Recreates what is known from outside Redis and the ledger does not know, as open: it is then settled as usual. */
function rebuild(world: World, rules: Rules): void {
  const { record, posts, transactions, redis } = world;
  if (redis.ended !== "none" && rules.keeps["decision journal"]) {
    if (!isEnded(record)) world.record = endedRecord(world, redis.ended);
    return;
  }
  const sent = posts.filter(({ journalled }) => journalled && rules.keeps["intent journal"]);
  const listed = transactions.filter(({ listed }) => listed);
  const attempt = Math.max(0, ...sent.map((post) => post.attempt), ...listed.map((each) => each.attempt));
  if (attempt === 0 || record.attempt > attempt) return;
  // Whoever polls a transaction knows more of this attempt than that it was claimed.
  if (record.attempt === attempt && record.transaction > 0) return;
  const journalled = Math.max(0, ...sent.map((post) => post.fence));
  const isWaiting = record.state === "queued" || record.hold === "gate";
  const knowsAll = record.state !== "missing" && record.attempt === attempt && record.fence >= journalled;
  if (knowsAll && !(isWaiting && listed.some((each) => each.attempt === attempt))) return;
  const fence = Math.max(journalled, record.state === "missing" ? 0 : record.fence + 1);
  const found = transactions.findLastIndex((each) => each.listed && each.attempt === attempt) + 1;
  world.record = {
    ...acceptedRecord(),
    state: found > 0 ? "processing" : "unknown",
    attempt,
    fence,
    rounds: 1,
    transaction: found,
    latestClaim: posts.length,
  };
}
