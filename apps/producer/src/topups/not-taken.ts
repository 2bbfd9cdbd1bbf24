import { beyondRetention } from "@surefill/topup";
import { type NotTaken, paidRecentlyDetail, paymentsForgottenDetail, type Spend } from "@surefill/topup-store";
import type { Identity } from "../access/identity.js";
import { type FieldProblem, Problem, validationFailed } from "../http/problem.js";
import { dailyLimitReached } from "./daily-limits.js";

const DAY_MS = 86_400_000;

/** The refusal of a new top-up of which a condition does not hold. Nothing was stored. */
export function notTaken(answer: NotTaken, spend: Spend | undefined, identity: Identity): Problem {
  switch (answer.kind) {
    case "over-limit":
      return dailyLimitReached(answer, spend, identity);
    case "forgotten":
      return validationFailed([guardProblem(paymentsForgottenDetail(answer.forgottenUntilMs))]);
    case "paid-recently": {
      const { reference, state, acceptedAtMs, endedAtMs } = answer.paidBy;
      const detail = `Not taken within unlessPaidWithin: ${paidRecentlyDetail(answer.paidBy)}.`;
      const acceptedAt = new Date(acceptedAtMs).toISOString();
      const endedAt = endedAtMs === undefined ? null : new Date(endedAtMs).toISOString();
      // A key that is bound may not learn of others' top-ups.
      if (identity.binding !== undefined) {
        return new Problem("paid_recently", { detail: "Not taken: the recipient was paid within unlessPaidWithin." });
      }
      return new Problem("paid_recently", { detail, paidBy: { reference, state, acceptedAt, endedAt } });
    }
  }
}

/** What is wrong with a guard that reaches back further than top-ups are kept; `undefined` where nothing is. */
export function guardBeyondRetention(
  unlessPaidWithinMs: number | undefined,
  retentionDays: number,
): FieldProblem | undefined {
  if (unlessPaidWithinMs === undefined || unlessPaidWithinMs <= retentionDays * DAY_MS) return undefined;
  return guardProblem(beyondRetention("it", retentionDays));
}

function guardProblem(detail: string): FieldProblem {
  return { pointer: "/unlessPaidWithin", code: "beyond_retention", detail };
}
