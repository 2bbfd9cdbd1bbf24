/**
 * A small world in which the decisions run against a provider that does its worst: it executes and does not answer,
 * executes minutes later, refuses, forgets, says FAILED and takes it back, and does not notice overlapping
 * duplicates. Chance picks every answer; no choice may ever leave two executions of one top-up alive.
 */
import {
  afterHold,
  afterLookup,
  afterPoll,
  afterSubmit,
  canMove,
  customIdentifierOf,
  DEFAULT_TIMINGS,
  type DecisionContext,
  isFinal,
  type Move,
  type ProviderRow,
  type StatusAnswer,
  type SubmitOutcome,
  type Timings,
  type TopupRecord,
  unknownMove,
} from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decisionContext, GRANTED_AT_MS, topupRecord } from "../../support/topup-record.js";

type Status = "processing" | "successful" | "refunded" | "failed";
type Execution = {
  identifier: string;
  transactionId: number;
  atMs: number;
  visibleAtMs: number;
  status: Status;
  willFlip: boolean;
};

const REFUSAL_CODES = [
  "INSUFFICIENT_BALANCE",
  "PHONE_RECENTLY_RECHARGED",
  "OPERATOR_NOT_IN_SERVICE",
  "SOMETHING_NEW",
  "INVALID_AMOUNT",
];
/** What the world does, by the shipped settings, whatever settings the decisions run with. */
const WORLD = DEFAULT_TIMINGS;

class World {
  nowMs = GRANTED_AT_MS;
  record: TopupRecord = topupRecord({ state: "queued", fence: 0, submits: 0 });
  readonly executions: Execution[] = [];
  readonly #choices: number[];
  readonly #timings: Timings;

  constructor(choices: readonly number[], timings: Timings) {
    this.#choices = [...choices];
    this.#timings = timings;
    delete this.record.grantedAtMs;
  }

  #pick(count: number): number {
    return (this.#choices.shift() ?? 0) % count;
  }

  get #context(): DecisionContext {
    return decisionContext(this.nowMs, { timings: this.#timings });
  }

  #begun(identifier: string): Execution[] {
    return this.executions.filter((execution) => execution.identifier === identifier && execution.atMs <= this.nowMs);
  }

  /** Executions that cost money now or may still do so. */
  live(): Execution[] {
    return this.executions.filter(
      ({ atMs, status }) => atMs <= this.nowMs && ["processing", "successful"].includes(status),
    );
  }

  apply(move: Move): void {
    if (!canMove(this.record.state, move.to)) throw new Error(`no move from ${this.record.state} to ${move.to}`);
    const gateUntilMs = move.gate && ("untilMs" in move.gate ? move.gate.untilMs : this.nowMs + move.gate.firstMs);
    const parked = move.to === "held" && move.patch.holdReason === undefined && { holdReason: "gate:account" as const };
    const dueAtMs = move.dueAtMs ?? gateUntilMs;
    const entered = move.to === this.record.state ? {} : { enteredAtMs: this.nowMs };
    const fields = { ...this.record, ...move.patch, ...parked, ...entered, state: move.to, dueAtMs };
    this.record = Object.fromEntries(
      Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
    ) as TopupRecord;
  }

  /** Lets time pass until the record is due and does what its state asks for. */
  step(): void {
    this.nowMs = Math.max(this.nowMs, this.record.dueAtMs ?? 0);
    const { state, holdReason } = this.record;
    if (state === "queued" || (state === "held" && holdReason !== "failed")) this.#submit();
    else if (state === "unknown") this.#lookUp();
    else if (state === "processing") this.apply(afterPoll(this.record, this.#status(), 1, this.#context));
    else this.apply(afterHold(this.record, this.#status(), 1, this.#context));
  }

  #submit(): void {
    const { fence, submits } = this.record;
    this.record = {
      ...this.record,
      state: "submitting",
      fence: fence + 1,
      submits: submits + 1,
      grantedAtMs: this.nowMs,
      enteredAtMs: this.nowMs,
    };
    const outcome = this.#post();
    if (outcome !== "worker-lost") {
      this.apply(afterSubmit(this.record, outcome, 1, this.#context));
      return;
    }
    this.nowMs += WORLD.SUBMIT_LEASE_MS;
    this.apply(unknownMove(this.record, "lease-expired", "WORKER_LOST", this.#context));
  }

  #post(): SubmitOutcome | "worker-lost" {
    const identifier = customIdentifierOf(this.record.reference, this.record.attempt);
    const kind = this.#pick(6);
    if (kind === 1) return { kind: "not-sent", cause: this.#pick(2) === 0 ? "too-late" : "unreachable", code: "X" };
    if (kind === 2) return { kind: "refused", code: REFUSAL_CODES[this.#pick(REFUSAL_CODES.length)] ?? "" };
    const used = this.#begun(identifier).length > 0;
    // The request may be on its way for as long as the quiet period allows, and the report may lag as long.
    const delaysMs = [0, 1_000, 60_000, WORLD.QUIET_MS / 2, WORLD.QUIET_MS];
    const delayMs = kind === 0 ? 0 : (delaysMs[this.#pick(delaysMs.length)] ?? 0);
    const drops = kind === 3;
    if (!used && !drops) {
      const atMs = this.nowMs + delayMs;
      const visibleAtMs = kind === 4 ? this.nowMs + WORLD.QUIET_MS : atMs;
      this.executions.push({
        identifier,
        transactionId: this.executions.length + 1,
        atMs,
        visibleAtMs,
        status: "processing",
        willFlip: false,
      });
    }
    if (kind === 5) return "worker-lost";
    if (kind !== 0) return { kind: "unknown", code: "TIMEOUT" };
    if (used) return { kind: "refused", code: "CUSTOM_IDENTIFIER_ALREADY_USED" };
    return { kind: "accepted", transactionId: this.executions.length };
  }

  #lookUp(): void {
    if (this.#pick(4) === 1) {
      this.apply(afterLookup(this.record, { kind: "unreached", code: "X" }, this.#context));
      return;
    }
    const identifier = customIdentifierOf(this.record.reference, this.record.attempt);
    const rows = this.#begun(identifier)
      .filter(({ visibleAtMs }) => visibleAtMs <= this.nowMs)
      .map(
        (execution): ProviderRow => ({
          transactionId: execution.transactionId,
          status: this.#statusOf(execution),
          operatorId: 341,
          recipient: "2348031234567",
          requestedAmount: "5.0",
        }),
      );
    this.apply(afterLookup(this.record, { kind: "rows", rows }, this.#context));
  }

  #status(): StatusAnswer {
    const execution = this.executions.find(({ transactionId }) => transactionId === this.record.transactionId);
    if (execution === undefined || this.#pick(5) === 1) return { kind: "unreadable", code: "X" };
    return this.#statusOf(execution);
  }

  /** The provider goes on: PROCESSING may end, and FAILED may turn into SUCCESSFUL until it was read after the hold. */
  #statusOf(execution: Execution): StatusAnswer {
    if (execution.status === "failed" && execution.willFlip) execution.status = "successful";
    if (execution.status === "processing") {
      execution.status =
        (["successful", "processing", "failed", "failed", "refunded"] as const)[this.#pick(5)] ?? "processing";
      execution.willFlip = execution.status === "failed" && this.#pick(3) === 1;
    }
    return execution.status === "successful" ? { kind: "successful", settlement: {} } : { kind: execution.status };
  }
}

/** Runs a world to its end and throws where money was lost or nothing ends. */
function live(choices: readonly number[], timings: Timings): TopupRecord {
  const world = new World(choices, timings);
  for (let steps = 0; !isFinal(world.record.state) && world.record.state !== "review"; steps += 1) {
    if (steps > 3_000) throw new Error(`no end in sight: ${world.record.state}`);
    world.step();
    if (world.live().length > 1) throw new Error("two executions are alive");
  }
  world.nowMs += 2 * WORLD.QUIET_MS; // Whatever is still on its way arrives.
  const alive = world.live().map(({ status }) => status);
  if (alive.length > 1) throw new Error("two executions are alive at the end");
  const { state } = world.record;
  if (state === "succeeded" && alive[0] !== "successful") throw new Error("succeeded, and nobody was paid");
  if (state !== "succeeded" && state !== "review" && alive.length > 0)
    throw new Error(`${state}, and somebody is paid`);
  return world.record;
}

const choices = fc.array(fc.nat({ max: 59 }), { maxLength: 60, size: "max" });
const property = (timings: Timings) => fc.property(choices, (picked) => void live(picked, timings));

describe("whatever the provider answers", () => {
  test("no sequence of answers makes two attempts live, and every one ends in the truth or with a person", () => {
    fc.assert(property(WORLD), { numRuns: 5_000 });
  });

  test("every end is reached, so that the world above is not an empty one", () => {
    const ends = new Set(fc.sample(choices, { numRuns: 3_000, seed: 1 }).map((picked) => live(picked, WORLD).state));
    expect([...ends].toSorted()).toEqual(["failed", "refunded", "rejected", "review", "succeeded"]);
  });

  test("without the quiet period two attempts do become live: this check can fail", () => {
    expect(fc.check(property({ ...WORLD, QUIET_MS: 1 }), { numRuns: 5_000, seed: 1 }).failed).toBe(true);
  });
});
