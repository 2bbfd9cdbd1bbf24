import type { Country } from "./catalogue/countries.js";
import { findCountry } from "./catalogue/countries.js";
import type { OperatorBook } from "./catalogue/operator-book.js";
import { listedAmounts, type Operator } from "./catalogue/operators.js";
import { internationalDigits, senderDigits } from "./catalogue/phone.js";
import { fieldsOf, textOf } from "./json.js";
import { type Decimal, decimal, formatDecimal, type Price, parseDecimal, priceOrder } from "./money.js";
import { invalidInput, type Refusal, refusal } from "./refusal.js";

/** A valid request for a top-up, read from the body of a POST. */
export interface Order {
  readonly operator: Operator;
  readonly amount: Decimal;
  readonly useLocalAmount: boolean;
  /** International digits without `+`, or an e-mail address for operators that take one. */
  readonly recipient: string;
  readonly senderPhone: string | null;
  readonly price: Price;
}

/** The longest customIdentifier that Reloadly takes. */
export const IDENTIFIER_LENGTH_MAX = 150;

const NOTHING = decimal("0");

/** Reads and checks a body in Reloadly's order. Nothing that fails here leaves a trace at the provider. */
export function readOrder(body: unknown, operators: OperatorBook): Order | Refusal {
  const fields = fieldsOf(body);
  if (fields === undefined) return invalidInput("The request body is not a JSON object");
  const identifier = fields.customIdentifier;
  if (typeof identifier === "string" && identifier.length > IDENTIFIER_LENGTH_MAX) {
    return invalidInput(`Maximum length allowed for field customIdentifier is ${IDENTIFIER_LENGTH_MAX}`);
  }
  const operator = readOperator(fields.operatorId, operators);
  if ("errorCode" in operator) return operator;
  const amount = readAmount(fields.amount);
  if ("errorCode" in amount) return amount;
  const useLocalAmount = fields.useLocalAmount === true || fields.useLocalAmount === "true";
  const recipient = operator.takesEmail
    ? readEmail(fields.recipientEmail)
    : readRecipient(operator.country, recipientPhoneOf(fields));
  if (typeof recipient !== "string") return recipient;
  const senderPhone = readSender(fields.senderPhone);
  if (typeof senderPhone === "object" && senderPhone !== null) return senderPhone;
  const wrongAmount = checkAmount(operator, amount, useLocalAmount);
  if (wrongAmount !== undefined) return wrongAmount;
  const price = priceOf(operator, amount, useLocalAmount);
  return { operator, amount, useLocalAmount, recipient, senderPhone, price };
}

/** Reloadly's guide also calls it `receiverPhone`. */
export function recipientPhoneOf(fields: Readonly<Record<string, unknown>>): unknown {
  return fields.recipientPhone ?? fields.receiverPhone;
}

function readOperator(value: unknown, operators: OperatorBook): Operator | Refusal {
  const text = textOf(value);
  if (text === undefined) return invalidInput("Missing required field operatorId");
  if (!/^\d{1,9}$/.test(text)) return invalidInput("Invalid operatorId provided");
  // An operator that does not exist gets the same answer as one that is down.
  return operators.find(Number(text)) ?? refusal("OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE");
}

function readAmount(value: unknown): Decimal | Refusal {
  const text = textOf(value);
  if (text === undefined) return invalidInput("Missing required field amount");
  const amount = parseDecimal(text);
  return amount === undefined || amount.lte(NOTHING) ? invalidInput("Invalid amount provided") : amount;
}

function readRecipient(operatorCountry: Country, value: unknown): string | Refusal {
  const phone = fieldsOf(value);
  if (phone === undefined) return invalidInput("Missing required field recipientPhone");
  const countryCode = textOf(phone.countryCode);
  const number = textOf(phone.number);
  if (countryCode === undefined) return invalidInput("Missing required field recipientPhone.countryCode");
  if (number === undefined) return invalidInput("Missing required field recipientPhone.number");
  const country = findCountry(countryCode);
  const digits = country === undefined ? undefined : internationalDigits(country, number);
  if (digits === undefined) return refusal("INVALID_RECIPIENT_PHONE");
  return country === operatorCountry ? digits : refusal("OPERATOR_AND_RECIPIENT_PHONE_MISMATCH");
}

function readEmail(value: unknown): string | Refusal {
  if (typeof value !== "string") return invalidInput("Missing required field recipientEmail");
  const isNauta = /^[^\s@]{1,64}@nauta\.(com|co)\.cu$/i.test(value);
  return isNauta
    ? value
    : invalidInput("Invalid recipientEmail provided, must be a nauta.com.cu or nauta.co.cu address");
}

/** Each part of a sender may be left out. */
function readSender(value: unknown): string | null | Refusal {
  if (value === undefined || value === null) return null;
  const sender = fieldsOf(value);
  if (sender === undefined) return refusal("INVALID_SENDER_PHONE");
  if (sender.number === undefined || sender.number === null) return null;
  return senderDigits(textOf(sender.number) ?? "") ?? refusal("INVALID_SENDER_PHONE");
}

function checkAmount(operator: Operator, amount: Decimal, isLocal: boolean): Refusal | undefined {
  if (isLocal && !operator.supportsLocalAmounts) return refusal("LOCAL_AMOUNTS_NOT_SUPPORTED_BY_OPERATOR");
  const errorCode = isLocal ? "INVALID_LOCAL_AMOUNT_FOR_OPERATOR" : "INVALID_AMOUNT_FOR_OPERATOR";
  const who = `operator id ${operator.operatorId} (${operator.name})`;
  if (operator.range === undefined) {
    const allowed = listedAmounts(operator, isLocal);
    if (allowed.some((one) => one.eq(amount))) return undefined;
    const list = [...new Set(allowed.map((one) => formatDecimal(one, 2)))].join(", ");
    return refusal(errorCode, { message: `The amounts for ${who} are : ${list}` });
  }
  const { min, max } = operator.range;
  // Bounds are enforced in the currency in which the operator states them.
  const compared = operator.supportsLocalAmounts && !isLocal ? amount.times(operator.fxRate) : amount;
  if (compared.gte(min) && compared.lte(max)) return undefined;
  const bounds = operator.supportsLocalAmounts
    ? `(local) amounts for ${who} are : ${min.toFixed(2)} ${operator.country.currencyCode} and ${max.toFixed(2)} ${operator.country.currencyCode}`
    : `amounts for ${who} are : ${min.toFixed(2)} and ${max.toFixed(2)}`;
  return refusal(errorCode, { message: `Min and max ${bounds}` });
}

function priceOf(operator: Operator, amount: Decimal, isLocal: boolean): Price {
  const { fees, fxRate } = operator;
  return isLocal
    ? priceOrder(amount.div(fxRate), {
        discountPercentage: operator.localDiscount,
        feePercentage: fees.localPercentage,
        flatFee: fees.local.div(fxRate),
      })
    : priceOrder(amount, {
        discountPercentage: operator.internationalDiscount,
        feePercentage: fees.internationalPercentage,
        flatFee: fees.international,
      });
}
