import { z } from "zod";

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Beyond this many zeros an exponent is not money but an attack on memory. */
const SHIFT_MAX = 100;

/**
 * Turns the text of a JSON number into plain decimal text without losing a digit: "3.8E-5" becomes "0.000038", and
 * text without an exponent is returned unchanged, trailing zeros included. Returns `undefined` for any other text.
 */
export function plainDecimal(text: string): string | undefined {
  const match = DECIMAL.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent] = match;
  if (exponent === undefined) return text;
  const shift = Number(exponent);
  if (Math.abs(shift) > SHIFT_MAX) return undefined;
  return sign + movePoint(whole, fraction, shift);
}

function movePoint(whole: string, fraction: string, shift: number): string {
  const digits = whole + fraction;
  const point = whole.length + shift;
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return stripLeadingZeros(digits + "0".repeat(point - digits.length));
  return `${stripLeadingZeros(digits.slice(0, point))}.${digits.slice(point)}`;
}

function stripLeadingZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, "");
}

/** Money or a rate in an answer: plain decimal text such as "505.00000000000", never a JavaScript number. */
export const decimalSchema = z.string().transform((text, context) => {
  const plain = plainDecimal(text);
  if (plain !== undefined) return plain;
  context.addIssue({ code: "custom", message: "must be a decimal number" });
  return z.NEVER;
});

/** An id or a count in an answer: a whole number, written as a number or as a string, that a double holds exactly. */
export const wholeNumberSchema = z.string().transform((text, context) => {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  context.addIssue({ code: "custom", message: "must be a whole number below 2^53" });
  return z.NEVER;
});
