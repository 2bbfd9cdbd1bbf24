import { addEvidence, applyDecision, grantClaim, hasSeen, isEnded, isLiveBefore, writeDecision } from "./record.js";
import type { Rules } from "./rules.js";
import type { Emit, StepKind, Steps } from "./step.js";
import { copyOf, type Decision, idle, type ModelRecord, type Worker, type World } from "./world.js";

/** What the workers do to send: claim, send once, write down what came of it. */
export const sendingSteps: Steps = (world, rules, emit) => {
  for (const [index, worker] of world.workers.entries()) {
    if (worker.doing === "nothing") {
      if (isLedgerUsable(world) && world.record.due) claimSteps(world, index, rules, emit);
      continue;
    }
    const killed = copyOf(world);
    killed.workers[index === 0 ? 0 : 1] = idle();
    const post = killed.posts[worker.claim - 1];
    if (post?.phase === "granted") endPost(killed, worker.claim);
    emit("kill", index, killed);
    busySteps(world, index, rules, emit);
  }
};

/** Tells whether scripts run: not while a loss of data has been noticed and not been mended. */
export function isLedgerUsable({ redis, record }: World): boolean {
  return redis.condition !== "lost" && record.state !== "missing";
}

/** The worker at a place; there are two. */
export function workerAt(world: World, index: number): Worker {
  return world.workers[index === 0 ? 0 : 1];
}

/** Has a worker write a decision about the record as it is now. */
export function decideOn(record: ModelRecord, worker: Worker, decision: Decision, transaction = 0): void {
  worker.doing = "writing";
  worker.from = record.state;
  worker.attempt = record.attempt;
  worker.fence = record.fence;
  worker.decision = decision;
  worker.transaction = transaction;
}

function claimSteps(world: World, index: number, rules: Rules, emit: Emit): void {
  const { record, posts } = world;
  const { keeps } = rules;
  if (record.state === "submitting") {
    const after = copyOf(world);
    applyDecision(after.record, "unknown", 0, rules);
    emit("lease-runs-out", index, after);
    if (keeps["lease before anybody else acts"]) return;
  }
  const isWaiting = record.state === "queued" || (record.state === "held" && record.hold !== "failed");
  if (!isWaiting && record.state !== "submitting") return;
  const after = copyOf(world);
  const worker = workerAt(after, index);
  if (record.contradicted !== "no" && keeps["late answers block a claim"]) {
    const answer = record.contradicted === "answered" ? answerOf(world) : 0;
    const isAnswered = answer > 0;
    decideOn(record, worker, isAnswered ? "late-answer" : "review", answer);
    emit(isAnswered ? "claim-finds-answer" : "claim-finds-contradiction", index, after);
    return;
  }
  // What was sent before is looked up before anything more is: FAILED may have been taken back.
  if (record.state !== "submitting" && isLiveBefore(world, record.attempt)) {
    decideOn(record, worker, "review");
    emit("look-back", index, after);
    return;
  }
  if (record.state === "queued") {
    const gated = copyOf(world);
    gated.record.state = "held";
    gated.record.hold = "gate";
    emit("claim-finds-gate", index, gated);
  }
  if (posts.length >= rules.claimsMax) return;
  const claim = posts.length + 1;
  if (!keeps["claim before the POST"]) {
    decideOn(record, worker, "none");
    worker.doing = "waiting";
    worker.claim = claim;
    after.posts.push({ phase: "travelling", attempt: record.attempt, fence: 0, journalled: false });
    emit("send-unclaimed", index, after);
    return;
  }
  grantClaim(after.record, claim, rules);
  decideOn(after.record, worker, "none");
  worker.doing = "claimed";
  worker.claim = claim;
  const fence = rules.redisLosesData ? after.record.fence : 0;
  after.posts.push({ phase: "granted", attempt: record.attempt, fence, journalled: false });
  emit("claim", index, after);
}

function answerOf({ record, transactions }: World): number {
  const isOfAttempt = (attempt: number) => attempt === record.attempt || attempt === 0;
  return transactions.findLastIndex((each, at) => isOfAttempt(each.attempt) && hasSeen(record, at + 1)) + 1;
}

function busySteps(world: World, index: number, rules: Rules, emit: Emit): void {
  const after = copyOf(world);
  const worker = workerAt(after, index);
  const post = after.posts[worker.claim - 1];
  switch (worker.doing) {
    case "claimed":
    case "journalled":
      if (post === undefined) return;
      if (post.phase !== "granted" && rules.keeps["send deadline"]) {
        const { claim } = worker;
        concludeClaim(worker, "not-sent");
        emit("too-late-to-send", index, after);
        emitVoided(after, claim, "too-late-to-send", index, emit);
        return;
      }
      if (rules.redisLosesData && worker.doing === "claimed") {
        worker.doing = "journalled";
        post.journalled = true;
        emit("journal", index, after);
        return;
      }
      post.phase = "travelling";
      post.attempt = worker.attempt;
      worker.doing = "waiting";
      emit("send", index, after);
      return;
    case "waiting":
      concludeClaim(worker, readUnknown(worker, rules));
      emit("give-up-waiting", index, after);
      return;
    case "writing":
      if (isLedgerUsable(world)) write(after, index, rules, emit);
      return;
    case "keeping":
      if (isLedgerUsable(world)) keep(after, index, rules, emit);
      return;
    case "telling":
      after.record.events = Math.min(after.record.events + 1, 3);
      after.workers[index === 0 ? 0 : 1] = idle();
      emit("tell", index, after);
      return;
    case "nothing":
      return;
  }
}

function write(after: World, index: number, rules: Rules, emit: Emit): void {
  const worker = workerAt(after, index);
  const { record } = after;
  const result = writeDecision(record, worker, rules);
  if (result === "moved") {
    const isToBeTold = isEnded(record) && !rules.keeps["event in the move"];
    after.workers[index === 0 ? 0 : 1] = isToBeTold ? { ...idle(), doing: "telling" } : idle();
    emit("write", index, after);
    return;
  }
  if (worker.decision === "accepted") {
    worker.doing = "keeping";
  } else if (result === "conflict") {
    // One transaction more than one attempt can have: a person must look.
    decideOn(record, worker, "review");
  } else {
    after.workers[index === 0 ? 0 : 1] = idle();
  }
  emit("write-refused", index, after);
}

/** The claim is over, and yet the POST was accepted: the transaction is kept, and taken over where it is the answer. */
function keep(after: World, index: number, rules: Rules, emit: Emit): void {
  const worker = workerAt(after, index);
  const { record } = after;
  const { transaction, attempt } = worker;
  after.workers[index === 0 ? 0 : 1] = idle();
  const booked = after.transactions[transaction - 1];
  if (booked !== undefined && !rules.holds["A5 in part"]) booked.isLeftOut = true;
  if (!rules.keeps["late answers kept"]) {
    emit("drop-answer", index, after);
    return;
  }
  addEvidence(after, transaction, attempt);
  const isOver = record.attempt !== attempt || isEnded(record) || record.state === "review";
  if (!isOver && record.transaction !== transaction) {
    const isAnswer = record.transaction === 0;
    decideOn(record, workerAt(after, index), isAnswer ? "late-answer" : "review", isAnswer ? transaction : 0);
  }
  emit("keep-answer", index, after);
}

/** A POST has an outcome: the worker that waits for it writes it down, if it is still there. */
export function concludeClaim(worker: Worker, decision: Decision, transaction = 0): void {
  worker.doing = "writing";
  worker.claim = 0;
  worker.decision = decision;
  worker.transaction = transaction;
}

/** What an answer that proves nothing leads to. */
export function readUnknown({ attempt }: Worker, { keeps, attemptsMax }: Rules): Decision {
  if (!keeps["look-up before a second POST"]) return "not-sent";
  const mayGoOn = !keeps["same identifier after an unknown outcome"] && attempt < attemptsMax;
  return mayGoOn ? "next-attempt" : "unknown";
}

/**
 * The journal has a line that nothing came of the claim. A rebuild goes by the latest claim, so it makes nothing of the
 * ones before it, either. That line is not waited for: every step is taken with it and without.
 */
export function emitVoided(world: World, claim: number, kind: StepKind, actor: number, emit: Emit): void {
  if (world.posts[claim - 1]?.journalled !== true) return;
  const voided = copyOf(world);
  for (const [index, post] of voided.posts.entries()) {
    if (index >= claim) break;
    post.journalled = false;
    if (post.phase === "over") endPost(voided, index + 1);
  }
  emit(kind, actor, voided);
}

/** Nothing will come of a claim's POST any more. What it was is forgotten where no journal holds it. */
export function endPost(world: World, claim: number): void {
  const post = world.posts[claim - 1];
  if (post === undefined) return;
  post.phase = "over";
  if (post.journalled) return;
  post.attempt = 0;
  post.fence = 0;
}
