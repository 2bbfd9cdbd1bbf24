import { parseTopupRequest, type TopupJob, topupJobSchema } from "@surefill/topup";
import { paidRecentlyDetail, paymentsForgottenDetail } from "@surefill/topup-store";
import type { WorkerLedger } from "../ledger-port.js";

/** What a job in the submit queue turned out to be. `fromOutside`: the record was made from its payload just now. */
export type Intake = { kind: "ours"; job: TopupJob; fromOutside: boolean } | { kind: "refused"; reason: string };

/** The refusal of one job is read by a person on the board; more issues than this say nothing new. */
const ISSUES_SHOWN_MAX = 5;
/** A pointer holds the names of a stranger's fields, and those may be of any length. */
const POINTER_CHARACTERS_MAX = 100;

/**
 * Reads the data of a submit job. Our own jobs name a record. A job that another service added by itself carries a
 * whole top-up: it becomes a record, under the same rules as over HTTP. A payload that cannot is refused, with every
 * field that is wrong; values are not repeated, since they may be somebody's phone number.
 */
export async function takeIn(ledger: WorkerLedger, data: unknown): Promise<Intake> {
  const own = topupJobSchema.safeParse(data);
  if (own.success) return { kind: "ours", job: own.data, fromOutside: false };

  const parsed = parseTopupRequest(data);
  if (!parsed.ok) {
    const issues = parsed.issues
      .slice(0, ISSUES_SHOWN_MAX)
      .map(({ pointer, detail }) => `${pointer.slice(0, POINTER_CHARACTERS_MAX) || "/"} ${detail}`);
    return { kind: "refused", reason: `not a valid top-up: ${issues.join("; ")}` };
  }
  const { ok: _, reference, ...asked } = parsed;
  if (reference === undefined) {
    return { kind: "refused", reason: "not a valid top-up: /reference is needed, since a job may run more than once" };
  }
  const [accepted] = await ledger.acceptWithin([{ reference, ...asked }]);
  if (accepted === undefined) throw new Error("the ledger gave no answer for the top-up");
  switch (accepted.kind) {
    case "created":
    case "exists":
      return { kind: "ours", job: { reference, attempt: accepted.record.attempt }, fromOutside: true };
    case "conflict":
      return {
        kind: "refused",
        reason: `reference ${reference} exists with other content; a new top-up needs a new one`,
      };
    case "paid-recently":
      return { kind: "refused", reason: `not taken: ${paidRecentlyDetail(accepted.paidBy)}` };
    case "forgotten":
      return { kind: "refused", reason: `not taken: ${paymentsForgottenDetail(accepted.forgottenUntilMs)}` };
    case "over-limit":
      throw new Error("a job has no API key, so that no limit of one was asked");
  }
}
