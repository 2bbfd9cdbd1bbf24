/** A ledger under a prefix of its own on the run's Redis, with a clock that a test sets. */
import {
  DEFAULT_TIMINGS,
  endMove,
  type Move,
  nextAttemptMove,
  nextPollDelayMs,
  type TopupRecord,
  type TopupRequest,
} from "@surefill/topup";
import { Ledger, type LedgerOptions } from "@surefill/topup-store";
import { openTestRedis, type TestRedis } from "./redis-server.js";

export interface TestLedger {
  readonly ledger: Ledger;
  readonly redis: TestRedis;
  /** The ledger's time; set it, or add to it. Starts at the machine's, because streams are trimmed by that. */
  nowMs: number;
  /** Opens another ledger on the same records and the same clock, as another process would. */
  another(options?: Partial<LedgerOptions>): Promise<Ledger>;
  close(): Promise<void>;
}

export async function openTestLedger(): Promise<TestLedger> {
  const redis = await openTestRedis();
  const open = (options: Partial<LedgerOptions> = {}) =>
    Ledger.open(redis.client, { prefix: redis.prefix, processId: "test", nowMs: () => test.nowMs, ...options });
  const test: TestLedger = {
    redis,
    nowMs: Date.now(),
    another: open,
    close: () => redis.close(),
    get ledger() {
      return ledger;
    },
  };
  const ledger = await open();
  return test;
}

/** A request for one phone of its own, so that no gate of another top-up is met. */
export function requestFor(phone: number, changes: Partial<TopupRequest> = {}): TopupRequest {
  return {
    operatorId: 341,
    amount: "5",
    useLocalAmount: false,
    recipientPhone: { countryCode: "NG", number: String(2348030000000 + phone) },
    ...changes,
  };
}

export const LEASE = { leaseMs: DEFAULT_TIMINGS.SUBMIT_LEASE_MS, holdJitterMs: 0 };

/** Accepts one top-up and returns its record. */
export async function accepted(ledger: Ledger, reference: string, request = requestFor(1)): Promise<TopupRecord> {
  const [answer] = await ledger.accept([{ reference, request }]);
  if (answer?.kind !== "created") throw new Error(`${reference} was not created: ${answer?.kind}`);
  return answer.record;
}

/** Accepts and claims one top-up and returns its record. */
export async function claimed(ledger: Ledger, reference: string, request = requestFor(1)): Promise<TopupRecord> {
  const { attempt } = await accepted(ledger, reference, request);
  const answer = await ledger.claim(reference, attempt, LEASE);
  if (answer.kind !== "claimed") throw new Error(`${reference} was not claimed: ${answer.kind}`);
  return answer.record;
}

/** The move of a claimed top-up that the provider took. */
export function acceptance(transactionId: number, nowMs: number): Move {
  return {
    to: "processing",
    because: "accepted-by-provider",
    patch: { transactionId, processingSinceMs: nowMs, leaseUntilMs: null },
    dueAtMs: nowMs + nextPollDelayMs(1, () => 0.5, DEFAULT_TIMINGS),
  };
}

/** The claimed attempt was accepted and paid. */
export async function settleAsPaid(ledger: Ledger, claim: TopupRecord, transactionId = 1): Promise<void> {
  await ledger.move(claim, acceptance(transactionId, await ledger.nowMs()));
  await ledger.move(await recordOf(ledger, claim.reference), endMove("succeeded", "status-successful"));
}

/** Holds a top-up whose transaction the provider called FAILED; the hold is over at once. */
export async function heldOnFailed(ledger: Ledger, reference: string): Promise<TopupRecord> {
  const nowMs = await ledger.nowMs();
  const hold = { holdReason: "failed", holdUntilMs: nowMs } as const;
  const record = await recordOf(ledger, reference);
  await ledger.move(record, { to: "held", because: "status-failed", patch: hold, dueAtMs: nowMs });
  return recordOf(ledger, reference);
}

/** The claimed attempt was accepted, FAILED, and FAILED again after its hold: the next one waits to be sent. */
export async function nextAfterFailed(ledger: Ledger, claim: TopupRecord, transactionId: number): Promise<TopupRecord> {
  const { reference } = claim;
  await ledger.move(claim, acceptance(transactionId, await ledger.nowMs()));
  const held = await heldOnFailed(ledger, reference);
  await ledger.move(held, nextAttemptMove(held, "still-failed-after-hold", await ledger.nowMs()));
  return recordOf(ledger, reference);
}

/** Reads a record that must be there. */
export async function recordOf(ledger: Ledger, reference: string): Promise<TopupRecord> {
  const looked = await ledger.look(reference);
  if (looked === undefined) throw new Error(`the ledger has no ${reference}`);
  return looked.record;
}
