import type { Transaction } from "@surefill/reloadly-client";
import type { Settlement } from "@surefill/topup";

/** What a transaction debited and delivered, with the PIN where the operator issued one. */
export function settlementOf(transaction: Transaction): Settlement {
  const { balanceInfo, pinDetail } = transaction;
  return withoutNulls({
    cost: balanceInfo?.cost ?? null,
    costCurrency: balanceInfo?.currencyCode ?? null,
    delivered: transaction.deliveredAmount,
    deliveredCurrency: transaction.deliveredAmountCurrencyCode,
    operatorTransactionId: transaction.operatorTransactionId,
    pin: pinDetail === null ? null : withoutNulls(pinDetail),
  });
}

/**
 * What two answers about one transaction say of it together. The newer one wins where both say a thing; what it leaves
 * out, the PIN above all, is kept from the older one.
 */
export function mergeSettlements(older: Settlement, newer: Settlement): Settlement {
  const pin = { ...older.pin, ...newer.pin };
  return { ...older, ...newer, ...(Object.keys(pin).length > 0 && { pin }) };
}

type WithoutNulls<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

function withoutNulls<T extends object>(fields: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}
