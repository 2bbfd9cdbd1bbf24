import { invalidRequest, requireAmount, requireCountryCode, requireId } from "./request-checks.js";

/** A phone number and the country it belongs to. */
export interface Phone {
  /** ISO 3166-1 alpha-2. */
  countryCode: string;
  /** International digits, with or without a leading "+". */
  number: string;
}

interface TopupRequestBase {
  operatorId: number;
  /**
   * Decimal text, at most five decimals. In the account's currency, or in the operator's with `useLocalAmount`.
   */
  amount: string;
  /** Default false. Only for operators with `supportsLocalAmounts`. */
  useLocalAmount?: boolean;
  /**
   * The caller's own id of this top-up, 1 to 150 characters. Reloadly refuses to reuse one, though not while two
   * requests overlap, and finds a transaction by it ignoring case: never use two that differ by case alone. Optional at Reloadly, required
   * here, because a top-up without one can not be found again after a lost answer.
   */
  customIdentifier: string;
  /** Any part of it; Reloadly documents numbers that are none, and does not check them. */
  senderPhone?: Partial<Phone>;
}

/** A top-up of a phone, or of a Nauta account in Cuba, which has an e-mail address instead. */
export type TopupRequest = TopupRequestBase &
  ({ recipientPhone: Phone; recipientEmail?: never } | { recipientEmail: string; recipientPhone?: never });

const IDENTIFIER_LENGTH_MAX = 150;
const SENDER_PART_LENGTH_MAX = 40;

/** The JSON text of a top-up as it goes over the wire. Throws RELOADLY_INVALID_REQUEST, with nothing sent. */
export function topupBody(operation: string, request: TopupRequest): string {
  requireId(operation, "operatorId", request.operatorId);
  requireAmount(operation, "amount", request.amount);
  const { length } = request.customIdentifier;
  if (length === 0 || length > IDENTIFIER_LENGTH_MAX) {
    throw invalidRequest(operation, "customIdentifier", `must have 1 to ${IDENTIFIER_LENGTH_MAX} characters`);
  }
  const { recipientPhone, recipientEmail, senderPhone } = request;
  if ((recipientPhone === undefined) === (recipientEmail === undefined)) {
    throw invalidRequest(operation, "recipientPhone", "or recipientEmail must be given, and not both");
  }
  if (recipientPhone !== undefined) requirePhone(operation, "recipientPhone", recipientPhone);
  if (recipientEmail !== undefined && !/^[^\s@]+@nauta\.(com|co)\.cu$/i.test(recipientEmail)) {
    throw invalidRequest(operation, "recipientEmail", "must be an address at nauta.com.cu or nauta.co.cu");
  }
  if (senderPhone !== undefined) requireSender(operation, senderPhone);
  return JSON.stringify({
    operatorId: request.operatorId,
    amount: request.amount,
    useLocalAmount: request.useLocalAmount ?? false,
    customIdentifier: request.customIdentifier,
    recipientPhone,
    recipientEmail,
    senderPhone,
  });
}

function requirePhone(operation: string, field: string, phone: Phone): void {
  requireCountryCode(operation, `${field}.countryCode`, phone.countryCode);
  if (/^\+?\d[\d\s-]{3,24}$/.test(phone.number)) return;
  throw invalidRequest(operation, `${field}.number`, "must be a phone number of digits, with or without a leading +");
}

function requireSender(operation: string, { countryCode = "", number = "" }: Partial<Phone>): void {
  if (countryCode.length <= SENDER_PART_LENGTH_MAX && number.length <= SENDER_PART_LENGTH_MAX) return;
  throw invalidRequest(operation, "senderPhone", `must have parts of at most ${SENDER_PART_LENGTH_MAX} characters`);
}
