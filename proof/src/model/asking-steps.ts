import { isLiveBefore, isQuiet } from "./record.js";
import type { Rules } from "./rules.js";
import { decideOn, isLedgerUsable, workerAt } from "./sending-steps.js";
import type { Emit, StepKind, Steps } from "./step.js";
import { copyOf, type Decision, type ModelRecord, type Transaction, type World } from "./world.js";

/**
 * What the workers ask the provider: look-ups, polls, and the question after a hold. Reading the record and asking is
 * one step: a move is written only where the record still stands as it was read. An answer that changes nothing but
 * the time of the next question is left out.
 */
export const askingSteps: Steps = (world, rules, emit) => {
  const { record } = world;
  if (!isLedgerUsable(world) || !record.due) return;
  for (const [index, worker] of world.workers.entries()) {
    if (worker.doing !== "nothing") continue;
    if (record.state === "submitting") lookUpEarly(world, index, emit);
    if (record.state === "unknown") lookUp(world, index, rules, emit);
    if (record.state === "processing") poll(world, index, rules, emit);
    if (record.state === "held" && record.hold === "failed") askAfterHold(world, index, rules, emit);
  }
};

function ask(world: World, index: number, kind: StepKind, emit: Emit, decision: Decision, transaction = 0): void {
  const after = copyOf(world);
  decideOn(world.record, workerAt(after, index), decision, transaction);
  emit(kind, index, after);
}

function lookUp(world: World, index: number, rules: Rules, emit: Emit): void {
  const { record, transactions } = world;
  const found = transactions.flatMap((each, at) => (each.listed && each.attempt === record.attempt ? [at + 1] : []));
  const [transaction = 0, ...others] = found;
  const row = transactions[transaction - 1];
  if (others.length > 0) {
    ask(world, index, "look-up", emit, "review");
    return;
  }
  if (row !== undefined) {
    ask(world, index, "look-up", emit, adoption(row), transaction);
    return;
  }
  const decision = readAbsence(record, isQuiet(world, rules), rules);
  if (decision !== undefined) ask(world, index, "look-up", emit, decision);
}

/**
 * A claim whose worker was lost is looked up while its lease runs: one row proves that the POST was executed, anything
 * else changes nothing. The model lets it happen at any time in the lease, with the claimant alive or not.
 */
function lookUpEarly(world: World, index: number, emit: Emit): void {
  const { record, transactions } = world;
  const found = transactions.flatMap((each, at) => (each.listed && each.attempt === record.attempt ? [at + 1] : []));
  const [transaction = 0, ...others] = found;
  if (transaction > 0 && others.length === 0) ask(world, index, "early-look-up", emit, "adopt", transaction);
}

function adoption({ status }: Transaction): Decision {
  switch (status) {
    case "PROCESSING":
      return "adopt";
    case "SUCCESSFUL":
      return "adopt-successful";
    case "REFUNDED":
      return "adopt-refunded";
    case "FAILED":
    case "FAILED_FOR_GOOD":
      return "adopt-failed";
  }
}

function readAbsence(record: ModelRecord, isQuietOver: boolean, rules: Rules): Decision | undefined {
  if (!rules.keeps["absence fails nothing"]) return "no-attempts-left";
  if (!rules.keeps["absence begins no new attempt"] && record.attempt < rules.attemptsMax) return "next-attempt";
  if (!isQuietOver) return undefined;
  return record.identifierUsed || record.rounds >= rules.roundsMax ? "review" : "send-again";
}

function poll(world: World, index: number, rules: Rules, emit: Emit): void {
  const row = world.transactions[world.record.transaction - 1];
  if (row === undefined) return;
  if (!rules.keeps["unreadable status ends nothing"])
    ask(world, index, "poll-unreadable", emit, "failed-hold", world.record.transaction);
  if (namesAnother(row, rules)) {
    ask(world, index, "poll-names-another", emit, "names-another", world.record.transaction);
    if (row.status !== "FAILED") return;
    // The report has no such row, so the answer tells nothing but its word.
    ask(world, index, "poll-tells-no-top-up", emit, "failed-hold", world.record.transaction);
    return;
  }
  switch (row.status) {
    case "PROCESSING":
      ask(world, index, "patience-ends", emit, "review");
      return;
    case "SUCCESSFUL":
      ask(world, index, "poll", emit, "successful", world.record.transaction);
      return;
    case "REFUNDED":
      ask(world, index, "poll", emit, "refunded", world.record.transaction);
      return;
    case "FAILED":
    case "FAILED_FOR_GOOD":
      ask(world, index, "poll", emit, "failed-hold", world.record.transaction);
      return;
  }
}

/** PROCESSING does not tell whose the transaction is; every last word does. */
function namesAnother({ attempt, status }: Transaction, { keeps }: Rules): boolean {
  return attempt === 0 && status !== "PROCESSING" && keeps["answers name their top-up"];
}

function askAfterHold(world: World, index: number, rules: Rules, emit: Emit): void {
  const { record } = world;
  const row = world.transactions[record.transaction - 1];
  if (row === undefined) return;
  const canFail: Decision = isLiveBefore(world, record.attempt + 1) ? "review" : "no-attempts-left";
  const stillFailed: Decision = record.attempt < rules.attemptsMax ? "next-attempt" : canFail;
  if (!rules.keeps["unreadable status ends nothing"])
    ask(world, index, "poll-unreadable", emit, stillFailed, world.record.transaction);
  // What the provider calls FAILED for less than half an hour is under a hold.
  if (row.status === "FAILED" && rules.keeps["hold after FAILED"]) return;
  if (!rules.keeps["second question after the hold"]) {
    ask(world, index, "ask-after-hold", emit, stillFailed, world.record.transaction);
    return;
  }
  if (namesAnother(row, rules)) {
    ask(world, index, "poll-names-another", emit, "names-another", world.record.transaction);
    if (row.status === "FAILED_FOR_GOOD")
      ask(world, index, "poll-tells-no-top-up", emit, stillFailed, world.record.transaction);
    return;
  }
  switch (row.status) {
    case "PROCESSING":
      ask(world, index, "ask-after-hold", emit, "processing-again", world.record.transaction);
      return;
    case "SUCCESSFUL":
      ask(world, index, "ask-after-hold", emit, "successful", world.record.transaction);
      return;
    case "REFUNDED":
      ask(world, index, "ask-after-hold", emit, "refunded", world.record.transaction);
      return;
    case "FAILED":
    case "FAILED_FOR_GOOD":
      ask(world, index, "ask-after-hold", emit, stillFailed, world.record.transaction);
      return;
  }
}
