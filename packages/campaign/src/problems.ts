import type { Units } from "./money.js";

/** What a person does about a group of problems: problems are told by the repair that cures them. */
export const REPAIRS = {
  "fix-number": "Correct the phone number in the file.",
  "fix-email": "Correct the address: Nauta accounts end in @nauta.com.cu or @nauta.co.cu.",
  "one-recipient": "Leave the phone number or the e-mail address out.",
  "export-as-text": "Format the column as text in the spreadsheet and export the file again; digits are lost.",
  "name-country":
    "Give the country: map a country column, set defaultCountry or plainNumbers, or write numbers with +.",
  "fix-country": "Correct the country, or leave it out where the number has a +.",
  "choose-operator": "Give the operator's id, or leave it empty to have it detected.",
  "name-operator": "Give the operator's id: map an operator column, or set defaultOperatorId where all have one.",
  "wait-for-operator": "The operator takes no top-ups at present; check again later.",
  "choose-amount": "Choose an amount that the operator sells.",
  "fix-amount": "Correct the amount in the file.",
  "set-decimal-mark":
    "Say what the decimal mark of the file is (decimalMark), or write amounts as 1500 and 1.5, which can be read in one way only.",
  "fix-currency": "Give the amount in the account's currency, or in the operator's where it takes local amounts.",
  "drop-duplicate": "Leave the row out, or allow duplicates on purpose.",
  "confirm-paid-again": "Leave the row out, or allow paying again on purpose.",
  "raise-limit": "Raise the limit per recipient, or send less.",
  "send-less": "Send less, or have the limit for one top-up raised (TOPUP_AMOUNT_MAX).",
  "fix-reference": "Correct the reference (1 to 150 characters, unique for ever), or name another run.",
  "already-sent":
    "Leave the row out: its reference is taken, by a top-up that was sent or withdrawn. To send it on purpose, name another run.",
  "look-at-earlier":
    "Look up the earlier top-up and its transactions at the provider. If it was not paid, send the row in a campaign of its own.",
  "fix-sender": "Correct the sender's number or leave it empty.",
  "fix-metadata": "Shorten or correct the metadata.",
  "fix-row": "Correct the row: its cells do not stand under the file's columns.",
} as const;
export type Repair = keyof typeof REPAIRS;

/** Every reason why a row is not sent, with the repair that cures it. */
export const PROBLEM_REPAIRS = {
  PHONE_MISSING: "fix-number",
  PHONE_NOT_A_NUMBER: "fix-number",
  PHONE_FORMULA: "fix-number",
  PHONE_SEVERAL: "fix-number",
  PHONE_EXTENSION: "fix-number",
  PHONE_TOO_SHORT: "fix-number",
  PHONE_TOO_LONG: "fix-number",
  PHONE_INVALID: "fix-number",
  PHONE_NOT_MOBILE: "fix-number",
  PHONE_RETIRED_PLAN: "fix-number",
  PHONE_AMBIGUOUS: "fix-number",
  PHONE_SPREADSHEET_DAMAGE: "export-as-text",
  EMAIL_INVALID: "fix-email",
  RECIPIENT_TWICE: "one-recipient",
  COUNTRY_MISSING: "name-country",
  COUNTRY_UNKNOWN: "fix-country",
  COUNTRY_MISMATCH: "fix-country",
  OPERATOR_INVALID: "choose-operator",
  OPERATOR_UNKNOWN: "choose-operator",
  OPERATOR_NOT_DETECTED: "name-operator",
  OPERATOR_OTHER_COUNTRY: "choose-operator",
  OPERATOR_NEEDS_EMAIL: "choose-operator",
  OPERATOR_NEEDS_PHONE: "choose-operator",
  OPERATOR_UNPRICED: "choose-operator",
  OPERATOR_INACTIVE: "wait-for-operator",
  AMOUNT_MISSING: "fix-amount",
  AMOUNT_INVALID: "fix-amount",
  AMOUNT_NOT_ABOVE_ZERO: "fix-amount",
  AMOUNT_TOO_PRECISE: "fix-amount",
  AMOUNT_FORMULA: "fix-amount",
  AMOUNT_SPREADSHEET_DAMAGE: "export-as-text",
  AMOUNT_COMMA: "set-decimal-mark",
  AMOUNT_AMBIGUOUS: "set-decimal-mark",
  AMOUNT_NOT_OFFERED: "choose-amount",
  AMOUNT_BELOW_MINIMUM: "choose-amount",
  AMOUNT_ABOVE_MAXIMUM: "choose-amount",
  TOLERANCE_INVALID: "fix-amount",
  LOCAL_AMOUNT_UNCLEAR: "fix-currency",
  LOCAL_AMOUNT_NOT_SUPPORTED: "fix-currency",
  CURRENCY_INVALID: "fix-currency",
  CURRENCY_MISMATCH: "fix-currency",
  RECIPIENT_DUPLICATE: "drop-duplicate",
  RECIPIENT_PAID_RECENTLY: "confirm-paid-again",
  RECIPIENT_OVER_LIMIT: "raise-limit",
  AMOUNT_OVER_LIMIT: "send-less",
  REFERENCE_INVALID: "fix-reference",
  REFERENCE_SPREADSHEET_DAMAGE: "export-as-text",
  REFERENCE_DUPLICATE: "fix-reference",
  REFERENCE_USED: "already-sent",
  EARLIER_MAY_BE_PAID: "look-at-earlier",
  REFERENCE_OF_ANOTHER: "fix-reference",
  SENDER_INVALID: "fix-sender",
  METADATA_INVALID: "fix-metadata",
  ROW_CELL_TOO_LONG: "fix-row",
  ROW_TOO_MANY_CELLS: "fix-row",
} as const satisfies Record<string, Repair>;
export type ProblemCode = keyof typeof PROBLEM_REPAIRS;

/** One reason why a row is not sent. `hint` is for the person who repairs the file, and names no phone number. */
export type Problem = { code: ProblemCode; hint: string };

/** What was assumed, or changed within what the file allows, for a row that is sent; each in a sentence for a person. */
export const ASSUMPTIONS = {
  "default-country": "The number names no country: it was read as one of defaultCountry.",
  "default-operator": "The row names no operator: it goes to defaultOperatorId.",
  "operator-detected": "The row names no operator: it was detected from the number.",
  "default-amount": "The row has no amount: it is sent defaultAmount.",
  "default-account-currency": "The amount names no currency: it was read in the account's.",
  "default-local-currency": "The amount names no currency: it was read in the operator's own, not in the account's.",
  // Of plans that were made when both readings had this one name.
  "default-local":
    "The amount names no currency: it was read in the one that useLocalAmount says (plans of earlier versions only).",
  "decimal-comma": "The comma of the amount was read as its decimal mark: every amount of the file has one.",
  "amount-moved": "The amount was raised, within its tolerance, to one that the operator sells.",
  "local-amount-converted":
    "The operator takes no local amounts: one in the account's currency was chosen that delivers the amount within its tolerance.",
  "amount-of-some-circles":
    "The operator sells the amount in some of its circles (regions) only: a number of another one will be refused by the provider.",
  "bounds-disagree":
    "The operator publishes bounds in two currencies that disagree about the amount: it is tried, and the provider decides.",
  "leading-zeros-read-as-plus": "The number begins with 00, which was read as +.",
  "plain-number-read-as-international": "The number has no +: it was read as complete with its country's code.",
  "argentine-15-read-as-9": "The number has the 15 of Argentina behind its area code: it was read as +54 9.",
  "trailing-decimals-removed": "The number ended in decimals that are zeros: they were removed.",
  "digits-translated": "The digits are those of another script: they were read as 0 to 9.",
  "formula-quotes-removed": 'The cell was kept as text by ="…": the quotes were removed.',
  "reference-derived": "The row has no reference: it has the one made of the run and the row's number.",
} as const;
export type Assumption = keyof typeof ASSUMPTIONS;

/** A row that is not sent, with every reason that was found. */
export type RejectedRow = {
  /** Counts the file's data rows from 1. */
  row: number;
  problems: readonly Problem[];
  /** What the row would have cost, where that much of it could be read. */
  costUnits?: Units;
};
