import type { Rules } from "./rules.js";
import { concludeClaim, emitVoided, endPost, readUnknown } from "./sending-steps.js";
import type { Emit, StepKind, Steps } from "./step.js";
import { copyOf, type Decision, type Transaction, type Worker, type World } from "./world.js";

/**
 * What happens to requests on their way and at the provider, and what becomes of its transactions. An answer reaches
 * the worker in the step that makes it: one that is late, or gets lost, is a worker that is slow, or that gave up first.
 */
export const providerSteps: Steps = (world, rules, emit) => {
  for (const [index, { phase }] of world.posts.entries()) {
    if (phase === "granted") passDeadline(world, index, emit);
    if (phase === "travelling") arrive(world, index, rules, emit);
    if (phase === "checked") bookSteps(world, index, rules, emit);
  }
  for (const index of world.transactions.keys()) transactionSteps(world, index, rules, emit);
};

function passDeadline(world: World, index: number, emit: Emit): void {
  const after = copyOf(world);
  endPost(after, index + 1);
  emit("deadline-passes", index, after);
}

function arrive(world: World, index: number, rules: Rules, emit: Emit): void {
  finish(world, index, emit, "request-lost");
  if (rules.holds.A1 && isUsed(world, index, rules)) {
    const reading: Decision = rules.keeps["used identifier is no refusal"] ? "identifier-used" : "refused";
    finish(world, index, emit, "duplicate-refused", () => reading);
    return;
  }
  const checked = copyOf(world);
  const post = checked.posts[index];
  if (post !== undefined) post.phase = "checked";
  emit("duplicate-check-passed", index, checked);
  finish(world, index, emit, "refuse-for-good", () => "refused");
  finish(world, index, emit, "refuse-for-now", () => "refused-for-now");
  finish(world, index, emit, "refuse-for-now", () => "refused-for-too-long");
  finish(world, index, emit, "break-before-booking", (worker) => readBreak(worker, rules));
}

/** Tells whether the provider has booked the request's identifier. */
function isUsed({ posts, transactions }: World, index: number, { keeps }: Rules): boolean {
  if (!keeps["derived identifier"]) return transactions.some(({ claim }) => claim === index + 1);
  return transactions.some(({ attempt }) => attempt === posts[index]?.attempt);
}

function bookSteps(world: World, index: number, rules: Rules, emit: Emit): void {
  const transaction = world.transactions.length + 1;
  finish(book(world, index, rules), index, emit, "book", () => "accepted", transaction);
  finish(book(world, index, rules), index, emit, "book-and-break", (worker) => readBreak(worker, rules));
  if (rules.answersExchanged && world.transactions.every(({ attempt }) => attempt > 0)) {
    const exchanged = book(world, index, rules);
    exchanged.transactions.push({ claim: 0, attempt: 0, status: "PROCESSING", listed: true, isLeftOut: false });
    finish(exchanged, index, emit, "exchange-answers", () => "accepted", transaction + 1);
  }
  if (!rules.holds.A6) finish(book(world, index, rules), index, emit, "refuse-yet-execute", () => "refused");
}

function readBreak(worker: Worker, rules: Rules): Decision {
  return rules.keeps["unknown after a 5xx"] ? readUnknown(worker, rules) : "refused";
}

function book(world: World, index: number, rules: Rules): World {
  const after = copyOf(world);
  const attempt = world.posts[index]?.attempt ?? 0;
  after.transactions.push({
    claim: index + 1,
    attempt,
    status: "PROCESSING",
    listed: !rules.reportLags,
    isLeftOut: false,
  });
  return after;
}

/** Readings of an answer that say that the request did nothing. */
const NOTHING_CAME: ReadonlySet<Decision> = new Set(["refused", "refused-for-now", "refused-for-too-long"]);

/** The request is over; the worker that waits for it, if there is one, has an answer. */
function finish(
  world: World,
  index: number,
  emit: Emit,
  kind: StepKind,
  readingOf?: (worker: Worker) => Decision,
  transaction = 0,
): void {
  const after = copyOf(world);
  endPost(after, index + 1);
  const waiting = after.workers.find(({ doing, claim }) => doing === "waiting" && claim === index + 1);
  if (waiting !== undefined && readingOf !== undefined) {
    concludeClaim(waiting, readingOf(waiting), transaction);
  }
  emit(kind, index, after);
  if (waiting !== undefined && NOTHING_CAME.has(waiting.decision)) emitVoided(after, index + 1, kind, index, emit);
}

function transactionSteps(world: World, index: number, rules: Rules, emit: Emit): void {
  const become = (kind: StepKind, change: Partial<Transaction>) => {
    const after = copyOf(world);
    const transaction = after.transactions[index];
    if (transaction !== undefined) Object.assign(transaction, change);
    emit(kind, index, after);
  };
  const transaction = world.transactions[index];
  if (transaction === undefined) return;
  if (!transaction.listed) become("list", { listed: true });
  switch (transaction.status) {
    case "PROCESSING":
      become("turn-successful", { status: "SUCCESSFUL" });
      become("turn-refunded", { status: "REFUNDED" });
      become("turn-failed", { status: "FAILED" });
      return;
    case "FAILED":
      become("take-failed-back", { status: "PROCESSING" });
      become("failed-turns-successful", { status: "SUCCESSFUL" });
      become("half-an-hour-passes", { status: "FAILED_FOR_GOOD" });
      return;
    case "FAILED_FOR_GOOD":
      if (!rules.holds.A9) become("failed-turns-successful-late", { status: "SUCCESSFUL" });
      return;
    case "SUCCESSFUL":
    case "REFUNDED":
      return;
  }
}
