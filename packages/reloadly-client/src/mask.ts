/** Seven or more digits with at most two separators between any two of them: the shape of a phone number. */
const DIGIT_RUN = /\+?\d(?:[\s().\-/]{0,2}\d){6,}/g;
/** The part before the @ is bounded, or a text without one would take time by the square of its length. */
const EMAIL = /[^\s@<>()"',;:]{1,64}@[^\s@<>()"',;:]+/g;
/** A money amount such as 50000.00 also has seven digits, and operators need to read it. */
const AMOUNT = /^\d{1,6}\.\d{1,5}$/;

const TEXT_LENGTH_MAX = 500;

/** Provider text without phone numbers and e-mail addresses, cut to a length fit for a log. */
export function maskPersonalData(text: string): string {
  return text
    .slice(0, TEXT_LENGTH_MAX)
    .replace(EMAIL, "***")
    .replace(DIGIT_RUN, (run) => (AMOUNT.test(run) ? run : "***"));
}
