import { failureClassOf, type ReadRow, type RetryClass, referenceOfRow } from "@surefill/campaign";
import { isFinal, type TopupRecord } from "@surefill/topup";
import type { Campaign, Campaigns, Ledger, PaymentHistory } from "@surefill/topup-store";
import { REFERENCE_CHARACTERS_MAX, suffixOfRun } from "../retry-run.js";
import { CheckImpossible } from "./check-impossible.js";

/** The rows of a chunk that a retry concerns. */
export type SelectedRows = {
  has(row: number): boolean;
  /**
   * A row as the retry sends it: under a reference of its own, since the earlier one is used up for ever; or refused,
   * where its earlier top-up may have been paid after all.
   */
  prepare(read: ReadRow): ReadRow;
};

/** Finds the rows of a chunk, counted from 0, that a retry concerns. */
export type RetrySelection = (chunk: number) => Promise<SelectedRows>;

/**
 * Which rows of the file a retry sends again: those whose top-up in the earlier campaign has ended, without money, for
 * a reason of one of the chosen classes; `cancelled` is the class of those that were withdrawn. One that is contradicted
 * since is refused, and not sent again. `undefined` for a campaign that is no retry.
 */
export async function createRetrySelection(
  parts: {
    campaigns: Pick<Campaigns, "find" | "plans">;
    ledger: Pick<Ledger, "records">;
    history: Pick<PaymentHistory, "contradicted">;
  },
  { retryOf, options }: Pick<Campaign, "retryOf" | "options">,
): Promise<RetrySelection | undefined> {
  if (retryOf === undefined) return undefined;
  const source = await parts.campaigns.find(retryOf.campaign);
  const plan = source?.plan;
  if (plan === undefined) throw new CheckImpossible(`The plan of ${retryOf.campaign} is gone.`);
  const classes = new Set<string>(retryOf.classes);
  const suffix = suffixOfRun(options.run ?? "");
  return async (chunk) => {
    const judged = await parts.campaigns.plans.read(retryOf.campaign, plan.version, chunk);
    if (judged === undefined) throw new CheckImpossible(`A part of the plan of ${retryOf.campaign} is gone.`);
    const rowOf = new Map(
      judged.flatMap((row) =>
        row.kind === "planned" ? [[referenceOfRow(plan.run, row.planned), row.planned.row] as const] : [],
      ),
    );
    const records = await parts.ledger.records([...rowOf.keys()]);
    const failed = records.filter(
      (record) => record.request.campaign === retryOf.campaign && classes.has(retryClassOf(record) ?? ""),
    );
    const contradicted = await parts.history.contradicted(failed.map(({ reference }) => reference));
    const references = new Map(failed.map(({ reference }) => [rowOf.get(reference), reference]));
    return {
      has: (row) => references.has(row),
      prepare: (read) => {
        const earlier = references.get(read.row) ?? "";
        return contradicted.has(earlier) ? doubtful(renamed(read, suffix), earlier) : renamed(read, suffix);
      },
    };
  };
}

/** The class that a retry takes a row by; `undefined` for one that has paid, or may. */
function retryClassOf({ state, code }: Pick<TopupRecord, "state" | "code">): RetryClass | undefined {
  if (!isFinal(state) || state === "succeeded") return undefined;
  return state === "cancelled" ? "cancelled" : failureClassOf(code ?? state);
}

function doubtful(read: ReadRow, earlier: string): ReadRow {
  const hint = `${earlier} ended without money, and a transaction at the provider contradicts that`;
  return { ...read, problems: [...read.problems, { code: "EARLIER_MAY_BE_PAID", hint }] };
}

/** A row without a reference of its own derives it from the run, which is the retry's already. */
function renamed(read: ReadRow, suffix: string): ReadRow {
  if (read.reference === undefined) return read;
  const reference = `${read.reference}${suffix}`;
  if (reference.length <= REFERENCE_CHARACTERS_MAX) return { ...read, reference };
  const hint = `with ${suffix}, which tells the retry, it has more than ${REFERENCE_CHARACTERS_MAX} characters`;
  return { ...read, reference, problems: [...read.problems, { code: "REFERENCE_INVALID", hint }] };
}
