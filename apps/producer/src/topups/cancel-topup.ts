import { endMove, type TopupRecord } from "@surefill/topup";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { lookUp } from "./get-topup.js";
import type { ShowTopup } from "./show-topup.js";
import { maskedTopupView } from "./topup-view.js";

/** Between looking and moving a worker may be faster; each such race moves the top-up on, so few are possible. */
const TRIES_MAX = 3;

const MAY_BE_PAID = "A transaction of it has come to light that may be paid: it is looked into when its turn comes.";

/**
 * `POST /v1/topups/{reference}/cancel`: withdraws a top-up that no POST can be in flight for. Cancelling a cancelled
 * one again answers 200.
 */
export const cancelTopup =
  (deps: { ledger: Pick<PromptLedger, "look" | "move"> }) =>
  async ({ reference, caller, show }: { reference: string; caller: string; show: ShowTopup }): Promise<HttpResult> => {
    const cancelled = endMove("cancelled", "withdrawn", { commandKey: caller });
    for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
      const record = await lookUp(deps.ledger, reference);
      if (record.state === "cancelled") return { status: 200, json: show(record) };
      const reason = reasonAgainst(record);
      if (reason !== undefined) throw stateConflict(reason, record);
      const moved = await deps.ledger.move(record, cancelled, { ifVersion: record.version });
      if (moved.kind === "moved") return { status: 200, json: show(await lookUp(deps.ledger, reference)) };
      // Nobody was faster: the ledger knows more against it than the record's state.
      if (moved.kind === "stale" && moved.record.version === record.version) throw stateConflict(MAY_BE_PAID, record);
    }
    throw new Problem("state_conflict", { detail: "The top-up changes too fast at the moment; try again." });
  };

/** The problem of a command that a top-up's state does not allow; shows the top-up, masked. */
export function stateConflict(detail: string, record: TopupRecord): Problem {
  return new Problem("state_conflict", { detail, existing: maskedTopupView(record) });
}

/** Why a top-up can not be withdrawn, in words for its caller; `undefined` when it can. */
function reasonAgainst({ state, holdReason }: TopupRecord): string | undefined {
  switch (state) {
    case "queued":
    case "cancelled":
      return undefined;
    case "held":
      return holdReason === "failed"
        ? "The provider said FAILED and is asked again when the hold ends: it may still turn out as paid."
        : undefined;
    case "submitting":
      return "It is being sent at this moment.";
    case "unknown":
      return "It was sent and its outcome is not known yet: it may be paid.";
    case "processing":
      return "The provider has it: it may be paid.";
    case "review":
      return "It waits for a person's verdict: use resolve.";
    case "succeeded":
    case "refunded":
    case "failed":
    case "rejected":
      return `It is final: ${state}.`;
  }
}
