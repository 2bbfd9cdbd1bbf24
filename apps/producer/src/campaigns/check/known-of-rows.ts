import {
  type CheckOptions,
  createJudge,
  type Judge,
  type JudgeRules,
  type KnownOfRow,
  type ReadRow,
  recipientOfRow,
} from "@surefill/campaign";
import { type Ledger, type PaymentHistory, requestOf, type UsedReference } from "@surefill/topup-store";
import type { DetectOperators } from "./detect-operators.js";

const DAY_MS = 86_400_000;

/** What is looked up about the rows of a chunk before they are judged, in the order of the rows. */
export type LookUpRows = (reads: readonly ReadRow[], signal: AbortSignal) => Promise<KnownOfRow[]>;

/** What looking up needs, and what it goes by. */
export type LookUpParts = {
  ledger: Pick<Ledger, "recipientHash" | "contentDigest">;
  history: Pick<PaymentHistory, "recentPayments" | "usedReferences">;
  detect: DetectOperators;
  rules: JudgeRules;
  options: Pick<CheckOptions, "recentlyPaid">;
  /** What references are derived from. */
  run: string;
  campaign: string;
  /** The ledger's time. */
  nowMs: number;
};

/** Makes the look-up of one check: three questions for each chunk, whatever its rows are. */
export function createRowLookUp(parts: LookUpParts): LookUpRows {
  const { ledger, history, detect, options, run, nowMs } = parts;
  const isSame = createComparison(parts);

  async function paidRecently(
    hashes: readonly (string | undefined)[],
  ): Promise<(KnownOfRow["paidRecently"] | undefined)[]> {
    const { days, action } = options.recentlyPaid;
    if (action === "allow") return [];
    const asked = hashes.filter((hash) => hash !== undefined);
    const answers = (await history.recentPayments(asked, nowMs - days * DAY_MS)).values();
    return hashes.map((hash) => {
      const paid = hash === undefined ? undefined : answers.next().value;
      if (paid === undefined) return undefined;
      const daysAgo = Math.max(0, Math.floor((nowMs - paid.acceptedAtMs) / DAY_MS));
      return { daysAgo, reference: paid.reference };
    });
  }

  async function detected(reads: readonly ReadRow[], hashes: readonly (string | undefined)[], signal: AbortSignal) {
    const wanted = reads.flatMap(({ operator, phone }, index) => {
      const hash = hashes[index];
      return operator?.kind === "detect" && phone !== undefined && hash !== undefined ? [{ index, phone, hash }] : [];
    });
    const found = wanted.length === 0 ? [] : await detect(wanted, signal);
    return new Map(wanted.map(({ index }, position) => [index, found[position] ?? "none"]));
  }

  return async (reads, signal) => {
    const hashes = reads.map((read) => {
      const recipient = recipientOfRow(read);
      return recipient === undefined ? undefined : ledger.recipientHash(recipient.text);
    });
    const references = reads.map(({ reference, row }) => reference ?? `${run}.${row}`);
    const [payments, used, operators] = await Promise.all([
      paidRecently(hashes),
      history.usedReferences(references),
      detected(reads, hashes, signal),
    ]);
    return reads.map((read, index): KnownOfRow => {
      const payment = payments[index];
      const holder = used[index];
      const operator = operators.get(index);
      const found = operator === undefined ? {} : { detected: operator };
      return {
        ...found,
        ...(payment !== undefined && { paidRecently: payment }),
        ...(holder !== undefined && { referenceUsed: isSame(read, found, holder) ? "same" : "other" }),
      };
    });
  };
}

/**
 * Tells whether the top-up that has a row's reference is what the row asks for. What the row asks for is known when it
 * has been judged; so it is judged beforehand, by a judge that knows of no other row and whose verdict is for this only.
 */
function createComparison({ ledger, rules, campaign }: LookUpParts) {
  const lenient = { duplicates: "allow", recentlyPaid: { days: 1, action: "allow" } } as const;
  let judge: Judge | undefined;
  return (read: ReadRow, known: KnownOfRow, { digest }: UsedReference): boolean => {
    const { file: _, ...alone } = rules;
    judge ??= createJudge({ ...alone, options: lenient, limits: { ...rules.limits, perRecipientMax: undefined } });
    const { judged } = judge.judge(read, known);
    return judged.kind === "planned" && ledger.contentDigest(requestOf(campaign, judged.planned)) === digest;
  };
}
