import type { GateKind } from "./gates.js";

/**
 * What a definite refusal means for the top-up:
 * - `reject`: this recipient, amount or operator will never be accepted;
 * - `wait`: the reason passes; the gate of that kind closes meanwhile;
 * - `look`: an earlier request with this identifier may have been executed, so look before anything.
 */
export type RefusalAction = { do: "reject" } | { do: "wait"; gate: Exclude<GateKind, "product"> } | { do: "look" };

const reject: RefusalAction = { do: "reject" };
const waitAccount: RefusalAction = { do: "wait", gate: "account" };
const waitOperator: RefusalAction = { do: "wait", gate: "operator" };
const waitPhone: RefusalAction = { do: "wait", gate: "phone" };
const look: RefusalAction = { do: "look" };

/** Every provider error code that we know how to act on, when it comes as a definite refusal of a POST. */
export const REFUSALS: Readonly<Record<string, RefusalAction>> = {
  INVALID_INPUT_PROVIDED: reject,
  INVALID_REQUEST: reject,
  INVALID_AMOUNT: reject,
  INVALID_AMOUNT_FOR_OPERATOR: reject,
  INVALID_LOCAL_AMOUNT_FOR_OPERATOR: reject,
  LOCAL_AMOUNTS_NOT_SUPPORTED_BY_OPERATOR: reject,
  INVALID_AMOUNT_FOR_RECIPIENT_PHONE: reject,
  INVALID_RECIPIENT_PHONE: reject,
  OPERATOR_AND_RECIPIENT_PHONE_MISMATCH: reject,
  INVALID_SENDER_PHONE: reject,
  INVALID_PHONE_NUMBER: reject,
  RECIPIENT_PHONE_INACTIVE: reject,
  PHONE_BANNED_BY_OPERATOR: reject,
  COUNTRY_NOT_SUPPORTED: reject,
  COULD_NOT_AUTO_DETECT_OPERATOR: reject,
  TRANSACTION_REJECTED_BY_OPERATOR: reject,
  TRANSACTION_REFUSED_BY_OPERATOR: reject,

  INSUFFICIENT_BALANCE: waitAccount,
  MAX_DAILY_TRANSACTION_AMOUNT_REACHED: waitAccount,
  MAX_DAILY_TRANSACTION_COUNT_REACHED: waitAccount,
  INACTIVE_ACCOUNT: waitAccount,
  ACCOUNT_NOT_FOUND: waitAccount,
  NOT_AUTHORIZED: waitAccount,
  RATE_LIMIT_REACHED: waitAccount,
  INVALID_TOKEN: waitAccount,
  TOKEN_EXPIRED: waitAccount,
  MISSING_TOKEN: waitAccount,
  // Whatever is sent there, the address or the form is wrong: no top-up's fault.
  NOT_FOUND: waitAccount,
  UNSUPPORTED_MEDIA_TYPE: waitAccount,

  OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE: waitOperator,
  OPERATOR_NOT_IN_SERVICE: waitOperator,
  // With a 4xx, Reloadly's own word that nothing was taken; with a 5xx the client calls it doubtful, and it never comes
  // here. The identifier stays the same, so that an attempt that was taken after all is refused, found and adopted.
  TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT: waitOperator,
  CONNECTION_TO_OPERATOR_FAILED: waitOperator,
  CONNECTION_TO_OPERATOR_TEMPORARILY_DOWN: waitOperator,

  PHONE_RECENTLY_RECHARGED: waitPhone,
  RECIPIENT_REACHED_MAX_TOPUP_NUMBER: waitPhone,

  CUSTOM_IDENTIFIER_ALREADY_USED: look,
  RECIPIENT_HAS_PENDING_TRANSACTION: look,
  TOPUP_TRANSACTION_FAILED: look,
  TRANSACTION_FAILED_ON_OPERATOR: look,
  REQUEST_FAILED_ON_PROVIDER: look,
  REQUEST_PROCESSING_FAILED: look,
};

/**
 * Reads a definite refusal. A code that is not in the table is looked up like an unknown outcome: the table must
 * grow, not guess. After an outcome of this attempt was unknown, "recently recharged" may be that very top-up.
 */
export function readRefusal(code: string, earlierUnknown: boolean): RefusalAction {
  if (code === "PHONE_RECENTLY_RECHARGED" && earlierUnknown) return look;
  return (Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined) ?? look;
}
