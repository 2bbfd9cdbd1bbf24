import { compareDecimals } from "./amount.js";
import { lineOf } from "./phone-plans.js";
import type { TopupRecord } from "./record.js";
import { identifierOf } from "./reference.js";

/** Whom a transaction is for and what it buys, as far as an answer tells; null where it does not. Decimal texts. */
export type BoughtTransaction = {
  operatorId: number | null;
  /** E.164 digits, or the e-mail address. */
  recipient: string | null;
  requestedAmount: string | null;
  deliveredAmount: string | null;
};

/** By which part a transaction is another's. */
export type DifferingPart = "RECIPIENT" | "OPERATOR" | "AMOUNT";

/**
 * By what a transaction buys something else than the record asks for; `undefined` when nothing that is told differs. A
 * recipient is the same whichever of a line's numbers is shown.
 */
export function differingPart(record: TopupRecord, bought: BoughtTransaction): DifferingPart | undefined {
  const { request } = record;
  const recipient = request.recipientPhone?.number ?? request.recipientEmail ?? "";
  if (bought.recipient !== null && lineOf(bought.recipient.toLowerCase()) !== lineOf(recipient)) return "RECIPIENT";
  if (bought.operatorId !== null && bought.operatorId !== record.operatorId) return "OPERATOR";
  // An order in the operator's currency may be reported by what it delivered.
  const amounts = [bought.requestedAmount, request.useLocalAmount ? bought.deliveredAmount : null];
  const told = amounts.filter((amount) => amount !== null);
  const isSameAmount = told.length === 0 || told.some((amount) => compareDecimals(amount, request.amount) === 0);
  return isSameAmount ? undefined : "AMOUNT";
}

/**
 * Why a transaction is not the record's current attempt, as a code such as `CUSTOM_IDENTIFIER_OF_ANOTHER`; `undefined`
 * when nothing that is told contradicts it. Reloadly ignores the case of identifiers.
 */
export function namesAnother(
  record: TopupRecord,
  { customIdentifier, ...bought }: BoughtTransaction & { customIdentifier: string | null },
): string | undefined {
  const isOther = customIdentifier !== null && customIdentifier.toLowerCase() !== identifierOf(record).toLowerCase();
  const part = isOther ? "CUSTOM_IDENTIFIER" : differingPart(record, bought);
  return part && `${part}_OF_ANOTHER`;
}
