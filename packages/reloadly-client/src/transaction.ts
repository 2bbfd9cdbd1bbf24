import { z } from "zod";
import { wholeNumberSchema } from "./decimal.js";
import { looseDecimal, looseText } from "./loose.js";

const STATUSES = ["PROCESSING", "SUCCESSFUL", "REFUNDED", "FAILED"] as const;

/** The statuses that Reloadly documents for airtime. */
export type KnownStatus = (typeof STATUSES)[number];

/** A status of Reloadly's. One that we do not know is kept as it came; `raw` is empty when there was none at all. */
export type ProviderStatus = { kind: "known"; status: KnownStatus } | { kind: "unrecognised"; raw: string };

/** Never throws away a status: a new one must not stop a poller. */
export function readStatus(raw: string | null): ProviderStatus {
  const status = STATUSES.find((known) => known === raw);
  return status === undefined ? { kind: "unrecognised", raw: raw ?? "" } : { kind: "known", status };
}

/** All as text, character by character: a code such as 12E4 must not be taken for a number. */
const pinDetailSchema = z.object({
  serial: looseText,
  /** How to use it, in one text or in up to three. */
  info: looseText,
  info1: looseText,
  info2: looseText,
  info3: looseText,
  /** An amount, or words such as "Valid 30 days". */
  value: looseText,
  /** The voucher itself: whoever reads it can use it. Keep it out of logs. */
  code: looseText,
  ivr: looseText,
  validity: looseText,
});

const balanceInfoSchema = z.object({
  oldBalance: looseDecimal,
  newBalance: looseDecimal,
  /** What the top-up cost the account, in `currencyCode`. */
  cost: looseDecimal,
  currencyCode: looseText,
  currencyName: looseText,
  updatedAt: looseText,
});

const identifyingText = z.string().nullish();

const rawTransactionSchema = z.object({
  transactionId: wholeNumberSchema,
  status: identifyingText,
  operatorTransactionId: looseText,
  customIdentifier: identifyingText,
  recipientPhone: identifyingText,
  recipientEmail: identifyingText,
  senderPhone: looseText,
  countryCode: looseText,
  operatorId: wholeNumberSchema.nullish(),
  operatorName: looseText,
  discount: looseDecimal,
  discountCurrencyCode: looseText,
  requestedAmount: looseDecimal,
  requestedAmountCurrencyCode: looseText,
  deliveredAmount: looseDecimal,
  deliveredAmountCurrencyCode: looseText,
  fee: looseDecimal,
  transactionDate: looseText,
  pinDetail: pinDetailSchema.nullable().default(null).catch(null),
  balanceInfo: balanceInfoSchema.nullable().default(null).catch(null),
});

/**
 * One top-up as Reloadly records it. Fields have Reloadly's names; amounts are decimal text with the currency beside
 * them; a field that did not come is null. `recipientPhone` is in international digits without "+". Dates are
 * Reloadly's own text, "yyyy-MM-dd HH:mm:ss", in UTC since 2026.
 */
export const transactionSchema = rawTransactionSchema.transform((raw) => ({
  ...raw,
  status: readStatus(raw.status ?? null),
  customIdentifier: raw.customIdentifier ?? null,
  recipientPhone: raw.recipientPhone ?? null,
  recipientEmail: raw.recipientEmail ?? null,
  operatorId: raw.operatorId ?? null,
}));

export type Transaction = z.output<typeof transactionSchema>;
export type PinDetail = z.output<typeof pinDetailSchema>;
export type BalanceInfo = z.output<typeof balanceInfoSchema>;
