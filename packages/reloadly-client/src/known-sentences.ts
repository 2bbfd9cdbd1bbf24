import type { KnownErrorCode } from "./provider-error-codes.js";

/**
 * Sentences that Reloadly prints with a code and is also seen to send without it. Whole sentences only, and only of
 * codes that say what was wrong with the request: what a gateway or another service could write as well is not here.
 */
const SENTENCES: readonly (readonly [KnownErrorCode, RegExp])[] = [
  ["CUSTOM_IDENTIFIER_ALREADY_USED", /^(?:the )?custom ?identifier (?:provided )?has already been used\b/i],
  ["INVALID_RECIPIENT_PHONE", /^recipient phone number is not valid\.?$/i],
  ["INVALID_SENDER_PHONE", /^sender phone number is not valid\.?$/i],
  ["INSUFFICIENT_BALANCE", /^insufficient funds in the wallet to complete this transaction\.?$/i],
  ["COULD_NOT_AUTO_DETECT_OPERATOR", /^could not auto detect operator for given phone number\.?$/i],
  ["TRANSACTION_NOT_FOUND", /^transaction not found for given id\.?$/i],
  ["COUNTRY_NOT_SUPPORTED", /^the country selected is currently not supported\.?$/i],
  ["COUNTRY_NOT_SUPPORTED", /^country not found and\/or not currently supported\.?$/i],
  [
    "INVALID_INPUT_PROVIDED",
    /^(?:missing required field|maximum length allowed for field) (?:customIdentifier|operatorId|amount|recipientPhone|recipientEmail|senderPhone)\b/i,
  ],
  [
    "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE",
    /^the topup operator is currently unavailable or inactive, please try again later or contact support\.?$/i,
  ],
];

/** The code whose sentence this is, or null. */
export function codeOfSentence(message: string): KnownErrorCode | null {
  const sentence = message.trim();
  return SENTENCES.find(([, pattern]) => pattern.test(sentence))?.[0] ?? null;
}

/** True where a text says in any words that something was used before. */
export function isUsedIdentifier(message: string): boolean {
  return /has already been used/i.test(message);
}
