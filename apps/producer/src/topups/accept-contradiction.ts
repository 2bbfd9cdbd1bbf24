import { isFinal, type TopupRecord } from "@surefill/topup";
import { acceptanceLine, type DebitShown, type ExtraDebits, type Ledger } from "@surefill/topup-store";
import { z } from "zod";
import type { DecisionJournal } from "../decision-journal.js";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { ProviderReader, SeenTransaction } from "../provider.js";
import { stateConflict } from "./cancel-topup.js";
import { lookUp, topupNotFound } from "./get-topup.js";
import { byField, reasonField } from "./person-fields.js";
import type { ShowTopup } from "./show-topup.js";

/** The body: who accepts, and why. */
export const acceptanceSchema = z
  .strictObject({ reason: reasonField, by: byField }, { error: "must be an object with reason and by" })
  .meta({
    id: "Acceptance",
    example: { reason: "Reloadly's support refused to take the second one back, ticket 4711", by: "Ada Obi" },
  });

/** What accepting needs. */
export type AcceptContradictionDeps = {
  ledger: Pick<Ledger, "look">;
  extraDebits: Pick<ExtraDebits, "accept">;
  provider: Pick<ProviderReader, "transactionsOf">;
  journal: DecisionJournal;
};

const DEADLINE_MS = 12_000;

/**
 * `POST /v1/topups/{reference}/accept-contradiction`: a person accepts what Reloadly shows of a final top-up: that it was
 * paid twice, or that it ended in another way. Reloadly is asked again, and exactly what it shows then is accepted: what
 * changes later is found again. Moves nothing.
 */
export const acceptContradiction =
  ({ ledger, extraDebits, provider, journal }: AcceptContradictionDeps) =>
  async (input: {
    reference: string;
    acceptance: z.output<typeof acceptanceSchema>;
    caller: string;
    show: ShowTopup;
  }): Promise<HttpResult> => {
    const { reference, acceptance, caller } = input;
    const record = await lookUp(ledger, reference);
    requireFinal(record);
    const shown = await provider.transactionsOf(record, AbortSignal.timeout(DEADLINE_MS));
    const open = shown.find(({ status }) => !ENDED.has(status));
    if (open !== undefined) {
      const detail = `Transaction ${open.transactionId} is ${open.status} at Reloadly: wait until it has ended.`;
      throw stateConflict(detail, record);
    }
    const live = shown.filter(({ status }) => status === "SUCCESSFUL");
    const accepted = { ...acceptance, key: caller, shown: shown.map(debitOf), live: live.map(debitOf) };
    const kind = await journal(
      (stamp) => acceptanceLine(record, accepted, stamp),
      () => extraDebits.accept(reference, { ...accepted, ifVersion: record.version }),
      (outcome) => outcome === "accepted",
    );
    switch (kind) {
      case "missing":
        throw topupNotFound(reference);
      case "stale":
        throw stateConflict("More became known of the top-up meanwhile: look at it again before you decide.", record);
      case "nothing":
        throw stateConflict("Nothing of it waits for a person: it was not found paid twice or contradicted.", record);
      case "accepted":
        return { status: 200, json: input.show(await lookUp(ledger, reference)) };
    }
  };

const ENDED: ReadonlySet<string> = new Set(["SUCCESSFUL", "REFUNDED", "FAILED"]);

function requireFinal(record: TopupRecord): void {
  if (record.state === "review") {
    throw new Problem("state_conflict", { detail: "It is in review and waits for a verdict: use resolve." });
  }
  if (!isFinal(record.state))
    throw stateConflict(`Only a final top-up is contradicted; this one is ${record.state}.`, record);
}

function debitOf({ transactionId, status, settlement }: SeenTransaction): DebitShown {
  const { cost = null, costCurrency = null } = settlement;
  return { transactionId, status, cost, costCurrency };
}
