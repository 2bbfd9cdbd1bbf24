import { applyDecision, hasSeen, isQuiet } from "./record.js";
import type { PersonDoes, Rules } from "./rules.js";
import { isLedgerUsable } from "./sending-steps.js";
import type { Emit, StepKind, Steps } from "./step.js";
import { copyOf, type Decision, type Transaction, type World } from "./world.js";

/**
 * What people do through the API. Looking and writing is one step: a verdict is written only if nothing at all was
 * written since, and a withdrawal checks in its script what could have changed.
 */
export const peopleSteps: Steps = (world, rules, emit) => {
  if (!isLedgerUsable(world)) return;
  if (rules.people.includes("withdraw")) withdraw(world, rules, emit);
  if (world.record.state === "review") verdicts(world, rules, emit);
};

function withdraw(world: World, { keeps, redisLosesData }: Rules, emit: Emit): void {
  const { state, hold, contradicted } = world.record;
  if (state !== "queued" && !(state === "held" && hold === "gate")) return;
  if (contradicted !== "no" && keeps["late answers block a claim"]) return;
  const after = copyOf(world);
  after.record.state = "cancelled";
  after.record.hold = "none";
  after.record.due = false;
  after.record.events += 1;
  if (redisLosesData) after.redis.ended = "cancelled";
  emit("withdraw", 0, after);
}

function verdicts(world: World, rules: Rules, emit: Emit): void {
  const { transactions, record } = world;
  const { keeps, people, attemptsMax } = rules;
  const decide = (verdict: PersonDoes, kind: StepKind, decision: Decision, transaction = 0) => {
    if (!people.includes(verdict)) return;
    const after = copyOf(world);
    // A verdict may name another transaction of the top-up than the one that stands there.
    if (transaction > 0) after.record.transaction = 0;
    applyDecision(after.record, decision, transaction, rules);
    if (rules.redisLosesData && after.record.state === "failed") after.redis.ended = "failed";
    emit(kind, 0, after);
  };
  const placeOf = (wanted: Transaction["status"]) =>
    transactions.findIndex(({ attempt, status }) => attempt > 0 && status === wanted) + 1;
  const paid = placeOf("SUCCESSFUL");
  if (paid > 0) decide("call it succeeded", "verdict-succeeded", "adopt-successful", paid);
  // What follows is refused while the provider may still be working on a POST, or shows one that may be paid.
  const isKnown = (transaction: number) => record.transaction === transaction || hasSeen(record, transaction);
  const shown = transactions.filter(({ attempt, listed }, index) => attempt > 0 && (listed || isKnown(index + 1)));
  const isLive = shown.some(({ status }) => status === "SUCCESSFUL" || status === "PROCESSING");
  if (!isQuiet(world, rules) || isLive) return;
  const isHeld = shown.some(({ status }) => status === "FAILED");
  if (isHeld && keeps["verdict waits for the hold"]) return;
  const isShown = shown.some(({ attempt }) => attempt === record.attempt);
  if (record.identifierUsed && !isShown && keeps["verdict minds a used identifier"]) return;
  const refunded = placeOf("REFUNDED");
  if (refunded > 0) decide("call it refunded", "verdict-refunded", "adopt-refunded", refunded);
  decide("call it failed", "verdict-failed", "no-attempts-left");
  if (!isShown && keeps["verdict keeps the identifier"]) {
    decide("have it sent", "verdict-send-again", "send-again");
  } else if (record.attempt < attemptsMax) {
    decide("have it sent", "verdict-new-attempt", "next-attempt");
  }
}
