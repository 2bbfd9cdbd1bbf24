import type { Chance } from "@surefill/runtime";
import {
  type DecisionContext,
  endMove,
  gateMove,
  type Move,
  readRefusal,
  type Timings,
  type TopupRecord,
  unreachableGate,
} from "@surefill/topup";
import type { LedgerTime } from "../ledger-time.js";
import type { DetectAnswer, Provider } from "../provider.js";
import type { JobResult } from "../queue/alarms.js";
import { type MoveWriter, writeMove } from "../write-move.js";

/**
 * Finds the operator of a top-up that was sent with "auto", and stores it, so that every attempt goes to the same
 * one. `detected`: claim again. Otherwise the top-up is rejected or waits, and `result` says what the job does.
 */
export async function detectOperator(
  parts: MoveWriter & { provider: Provider; chance: Chance; timings: Timings },
  record: TopupRecord,
  now: LedgerTime,
): Promise<{ kind: "detected" } | { kind: "not-detected"; result: JobResult }> {
  const phone = record.request.recipientPhone;
  if (phone === undefined) throw new TypeError("only a phone number's operator is detected");
  const answer = await parts.provider.detectOperator(phone);
  const context = { nowMs: now(), random: parts.chance.random, timings: parts.timings };
  const move = afterDetection(answer, context);
  const { moved, result } = await writeMove(parts, record, move, { inQueue: "submit", now });
  return moved.kind === "moved" && answer.kind === "detected" ? { kind: "detected" } : { kind: "not-detected", result };
}

function afterDetection(answer: DetectAnswer, context: DecisionContext): Move {
  switch (answer.kind) {
    case "detected":
      return {
        to: "queued",
        because: "operator-detected",
        patch: { operatorId: answer.operatorId },
        dueAtMs: context.nowMs,
      };
    case "refused":
      // Detection is a read: a refusal that is not about the number (limits, account) passes.
      if (readRefusal(answer.code, false).do === "reject") return endMove("rejected", "refused", { code: answer.code });
      return waitForProvider(answer, context);
    case "unreached":
      return waitForProvider(answer, context);
  }
}

function waitForProvider(unreached: { code: string; detail?: string }, context: DecisionContext): Move {
  return gateMove(unreachableGate(unreached, context.timings), "not-sent", { code: unreached.code }, context);
}
