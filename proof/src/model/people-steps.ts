import { applyDecision, hasSeen, isQuiet } from "./record.js";
import type { Rules } from "./rules.js";
import { isLedgerUsable } from "./sending-steps.js";
import type { Emit, StepKind, Steps } from "./step.js";
import { copyOf, type Decision, type World } from "./world.js";

/**
 * What people do through the API. Looking and writing is one step: a verdict is written only if nothing at all was
 * written since, and a withdrawal checks in its script what could have changed.
 */
export const peopleSteps: Steps = (world, rules, emit) => {
  if (!rules.people || !isLedgerUsable(world)) return;
  withdraw(world, rules, emit);
  if (world.record.state === "review") verdicts(world, rules, emit);
};

function withdraw(world: World, { keeps }: Rules, emit: Emit): void {
  const { state, hold, contradicted } = world.record;
  if (state !== "queued" && !(state === "held" && hold === "gate")) return;
  if (contradicted !== "no" && keeps["late answers block a claim"]) return;
  const after = copyOf(world);
  after.record.state = "cancelled";
  after.record.hold = "none";
  after.record.due = false;
  after.record.events += 1;
  emit("withdraw", 0, after);
}

function verdicts(world: World, rules: Rules, emit: Emit): void {
  const { transactions, record } = world;
  const decide = (kind: StepKind, decision: Decision, transaction = 0) => {
    const after = copyOf(world);
    // A verdict may name another transaction of the top-up than the one that stands there.
    if (transaction > 0) after.record.transaction = 0;
    applyDecision(after.record, decision, transaction, rules);
    emit(kind, 0, after);
  };
  const paid = transactions.findIndex(({ status }) => status === "SUCCESSFUL") + 1;
  if (paid > 0) decide("verdict-succeeded", "adopt-successful", paid);
  // What follows is refused while the provider may still be working on a POST, or shows one that may be paid.
  const isKnown = (transaction: number) => record.transaction === transaction || hasSeen(record, transaction);
  const shown = transactions.filter(({ listed }, index) => listed || isKnown(index + 1));
  const isLive = shown.some(({ status }) => status === "SUCCESSFUL" || status === "PROCESSING");
  if (!isQuiet(world, rules) || isLive) return;
  const isHeld = shown.some(({ status }) => status === "FAILED");
  if (isHeld && rules.keeps["verdict waits for the hold"]) return;
  const refunded = transactions.findIndex(({ status }) => status === "REFUNDED") + 1;
  if (refunded > 0) decide("verdict-refunded", "adopt-refunded", refunded);
  decide("verdict-failed", "no-attempts-left");
  if (record.attempt < rules.attemptsMax) decide("verdict-new-attempt", "next-attempt");
}
