/**
 * Rows as people really send them, each with the one verdict it must get: `OK` with what is sent, or the code of every
 * problem. Read with NASTY_OPTIONS under NASTY_MAPPING, against NASTY_OPERATORS.
 */
import {
  type CatalogueOperator,
  checkOptionsSchema,
  createCatalogue,
  createJudge,
  createRowReader,
  type Mapping,
  type ProblemCode,
  type RowVerdict,
} from "@surefill/campaign";

export const NASTY_COLUMNS = ["phone", "amount", "country", "operator", "local", "tolerance", "ref", "from", "note"];

export const NASTY_MAPPING: Mapping = {
  phone: "phone",
  amount: "amount",
  country: "country",
  operator: "operator",
  useLocalAmount: "local",
  tolerance: "tolerance",
  reference: "ref",
  sender: "from",
  metadata: { note: "note" },
};

export const NASTY_OPTIONS = checkOptionsSchema.parse({ defaultCountry: "KE" });

const NO_FEES = { international: "0", internationalPercentage: "0", local: "0", localPercentage: "0" };

const SAFARICOM: CatalogueOperator = {
  operatorId: 265,
  name: "Safaricom Kenya",
  countryCode: "KE",
  isActive: true,
  takesEmail: false,
  accountCurrency: "USD",
  localCurrency: "KES",
  supportsLocalAmounts: true,
  denominations: "RANGE",
  minAmount: "0.09",
  maxAmount: "83.23",
  localMinAmount: "10",
  localMaxAmount: "10000",
  fixedAmounts: [],
  localFixedAmounts: [],
  fxRate: "120.15",
  internationalDiscount: "4",
  localDiscount: "0",
  fees: NO_FEES,
};

const DIGICEL: CatalogueOperator = {
  ...SAFARICOM,
  operatorId: 173,
  name: "Digicel Haiti",
  countryCode: "HT",
  localCurrency: "HTG",
  supportsLocalAmounts: false,
  denominations: "FIXED",
  minAmount: null,
  maxAmount: null,
  localMinAmount: null,
  localMaxAmount: null,
  fixedAmounts: ["5", "10", "20"],
  fxRate: "130",
};

/** What the account can buy from. 265 is what detection finds for a number of Kenya, 341 for one of Nigeria. */
export const NASTY_OPERATORS: readonly CatalogueOperator[] = [
  SAFARICOM,
  DIGICEL,
  { ...SAFARICOM, operatorId: 341, name: "MTN Nigeria", countryCode: "NG", localCurrency: "NGN", fxRate: "1428.5" },
  { ...SAFARICOM, operatorId: 266, name: "Airtel Kenya", isActive: false },
  { ...DIGICEL, operatorId: 685, name: "Nauta Cuba", countryCode: "CU", takesEmail: true },
  { ...SAFARICOM, operatorId: 900, name: "Strange Kenya", accountCurrency: "EUR" },
];

export function detectedOperator(countryCode: string): number | "none" {
  return countryCode === "KE" ? 265 : countryCode === "NG" ? 341 : "none";
}

/** Judges the rows of a file with these columns as one check does, in their order. */
export function judgeNastyRows(columns: readonly string[], rows: readonly (readonly string[])[]): RowVerdict[] {
  const reader = createRowReader({ columns, mapping: NASTY_MAPPING, options: NASTY_OPTIONS, run: "nasty" });
  const judge = createJudge({
    catalogue: createCatalogue(NASTY_OPERATORS),
    accountCurrency: "USD",
    options: NASTY_OPTIONS,
    limits: { priceMarginPercent: 2 },
    seed: 7,
  });
  return rows.map((cells, index) => {
    const read = reader(index + 1, cells);
    const detected = read.phone === undefined ? "none" : detectedOperator(read.phone.countryCode);
    return judge.judge(read, { detected });
  });
}

/** A verdict as NASTY_ROWS write it. */
export function inWords({ judged }: RowVerdict): string | string[] {
  if (judged.kind === "rejected") return judged.rejected.problems.map(({ code }) => code);
  const { recipient, countryCode, operatorId, amount, useLocalAmount } = judged.planned;
  return `OK ${recipient} ${countryCode} ${operatorId} ${amount}${useLocalAmount ? " local" : ""}`;
}

/** `cells` start with phone and amount; what is left out is empty. */
export type NastyRow = {
  what: string;
  cells: readonly string[];
  verdict: `OK ${string}` | readonly ProblemCode[];
};

const row = (what: string, cells: readonly string[], verdict: NastyRow["verdict"]): NastyRow => ({
  what,
  cells,
  verdict,
});

/** A number that no other row has, so that no row is a duplicate by accident. */
const KE = (last: number) => `+2547112${String(last).padStart(5, "0")}`;

export const NASTY_ROWS: readonly NastyRow[] = [
  // Numbers that are right, however they are written.
  row("international", ["+254711100001", "5"], "OK 254711100001 KE 265 5"),
  row("national with trunk zero", ["0711100002", "5"], "OK 254711100002 KE 265 5"),
  row("national whose zero the spreadsheet ate", ["711100003", "5"], "OK 254711100003 KE 265 5"),
  row("international whose plus the spreadsheet ate", ["254711100004", "5"], "OK 254711100004 KE 265 5"),
  row("leading 00", ["00254711100005", "5"], "OK 254711100005 KE 265 5"),
  row("leading 00 and spaces", ["00 254 711 100 006", "5"], "OK 254711100006 KE 265 5"),
  row("apostrophe of a spreadsheet", ["'0711100007", "5"], "OK 254711100007 KE 265 5"),
  row("formula quotes of a spreadsheet", ['="0711100008"', "5"], "OK 254711100008 KE 265 5"),
  row("spaces, dashes and brackets", [" +254 (711) 100-009 ", "5"], "OK 254711100009 KE 265 5"),
  row("dots", ["0711.100.010", "5"], "OK 254711100010 KE 265 5"),
  row("no-break spaces", ["+254\u00a0711\u00a0100\u00a0011", "5"], "OK 254711100011 KE 265 5"),
  row("marks of direction", ["\u202a+254711100012\u202c", "5"], "OK 254711100012 KE 265 5"),
  row("Arabic-Indic digits", ["٠٧١١١٠٠٠١٣", "5"], "OK 254711100013 KE 265 5"),
  row("Extended Arabic-Indic digits", ["۰۷۱۱۱۰۰۰۱۴", "٥"], "OK 254711100014 KE 265 5"),
  row("Bengali digits", ["০৭১১১০০০১৫", "5"], "OK 254711100015 KE 265 5"),
  row("full-width digits and plus", ["＋２５４７１１１０００１６", "5"], "OK 254711100016 KE 265 5"),
  row("mathematical digits", ["0𝟟𝟙𝟙𝟙𝟘𝟘𝟘𝟙𝟟", "5"], "OK 254711100017 KE 265 5"),
  row("a float of a data frame", ["254711100018.0", "5"], "OK 254711100018 KE 265 5"),
  row("a country of its own", ["08031234567", "5", "ng"], "OK 2348031234567 NG 341 5"),
  row("a fixed amount", ["+50934101234", "10", "HT", "173"], "OK 50934101234 HT 173 10"),
  row("an operator by name", ["+50934101235", "10", "HT", " digicel  haiti "], "OK 50934101235 HT 173 10"),
  row("a local amount", ["+254711100019", "100", "", "", "TRUE"], "OK 254711100019 KE 265 100 local"),
  row("an amount with zeros behind", ["+254711100020", "5.5000000"], "OK 254711100020 KE 265 5.5"),
  row(
    "an amount moved within its tolerance",
    ["+50934101236", "8", "HT", "173", "no", "2"],
    "OK 50934101236 HT 173 10",
  ),
  row("a tolerance of 0", ["+50934101237", "5", "HT", "173", "0", "0.0"], "OK 50934101237 HT 173 5"),

  // Numbers that a spreadsheet has damaged.
  row("scientific notation", ["2.54712E+11", "5"], ["PHONE_SPREADSHEET_DAMAGE"]),
  row("scientific notation with a comma", ["2,54712E+11", "5"], ["PHONE_SPREADSHEET_DAMAGE"]),
  row("scientific notation written out again", ["254712000000", "5"], ["PHONE_SPREADSHEET_DAMAGE"]),
  row("a column that was too narrow", ["########", "5"], ["PHONE_SPREADSHEET_DAMAGE"]),
  row("an error of a formula", ["#REF!", "5"], ["PHONE_SPREADSHEET_DAMAGE"]),

  // Cells that are not one mobile number.
  row("nothing", ["", "5"], ["PHONE_MISSING"]),
  row("spaces only", [" \u00a0 ", "5"], ["PHONE_MISSING"]),
  row("two numbers with a slash", ["0711100021/0711100022", "5"], ["PHONE_SEVERAL"]),
  row("two numbers with a word", ["0711100021 or 0711100022", "5"], ["PHONE_SEVERAL"]),
  row("two numbers with a space", ["0711100021 0711100022", "5"], ["PHONE_SEVERAL"]),
  row("two numbers on two lines", ["0711100021\n0711100022", "5"], ["PHONE_SEVERAL"]),
  row("two international numbers", ["+254711100021+254711100022", "5"], ["PHONE_SEVERAL"]),
  row("an extension", ["0711100023 ext. 5", "5"], ["PHONE_EXTENSION"]),
  row("an extension with x", ["0711100023x5", "5"], ["PHONE_EXTENSION"]),
  row("a name", ["Jane Wanjiru", "5"], ["PHONE_NOT_A_NUMBER"]),
  row("the letter O for a zero", ["O711100024", "5"], ["PHONE_NOT_A_NUMBER"]),
  row("emoji", ["📞0711100025", "5"], ["PHONE_NOT_A_NUMBER"]),
  row("an e-mail address", ["jane@example.com", "5"], ["PHONE_NOT_A_NUMBER"]),
  row("n/a", ["n/a", "5"], ["PHONE_NOT_A_NUMBER"]),
  row("a minus", ["-0711100026", "5"], ["PHONE_NOT_A_NUMBER"]),
  row("a command", ["=cmd|' /C calc'!A0", "5"], ["PHONE_FORMULA"]),
  row("a command behind a plus", ["+cmd|' /C calc'!A0", "5"], ["PHONE_FORMULA"]),
  row("a command behind an at sign", ["@SUM(1+1)*cmd|' /C calc'!A0", "5"], ["PHONE_FORMULA"]),
  row("a sum", ["=254711100027+1", "5"], ["PHONE_FORMULA"]),
  row("a digit too few", ["071110002", "5"], ["PHONE_INVALID"]),
  row("half of the digits", ["07111", "5"], ["PHONE_TOO_SHORT"]),
  row("a short code", ["*144#", "5"], ["PHONE_NOT_A_NUMBER"]),
  row("three digits", ["999", "5"], ["PHONE_TOO_SHORT"]),
  row("a digit too many", ["07111000281", "5"], ["PHONE_INVALID"]),
  row("three digits too many", ["0711100028111", "5"], ["PHONE_TOO_LONG"]),
  row("thirty digits", ["1".repeat(30), "5"], ["PHONE_TOO_LONG"]),
  row("a prefix that is not in use", ["+254211100029", "5"], ["PHONE_INVALID"]),
  row("a fixed line", ["+254202222222", "5"], ["PHONE_NOT_MOBILE"]),
  row("a free-call number", ["+254800221234", "5"], ["PHONE_NOT_MOBILE"]),
  row("a number of no country", ["+80012345678", "5"], ["PHONE_NOT_MOBILE"]),
  row("a number of another country", ["+256772123456", "5", "KE"], ["COUNTRY_MISMATCH"]),
  row("a number of another country without its plus", ["256772123456", "5"], ["COUNTRY_MISMATCH"]),
  row("a country that is none", ["0711100030", "5", "Atlantis"], ["COUNTRY_UNKNOWN"]),
  row("a cell of 10 kB", [`0711100031${"x".repeat(10_240)}`, "5"], ["ROW_CELL_TOO_LONG"]),

  // Amounts.
  row("no amount", [KE(1), ""], ["AMOUNT_MISSING"]),
  row("a decimal comma", [KE(2), "5,50"], ["AMOUNT_COMMA"]),
  row("a thousands comma", [KE(3), "1,000"], ["AMOUNT_COMMA"]),
  row("a thousands point, or three decimals", [KE(37), "1.500"], ["AMOUNT_AMBIGUOUS"]),
  row("a thousands point behind two digits", [KE(38), "10.000"], ["AMOUNT_AMBIGUOUS"]),
  row("a thousands point within quotes of a spreadsheet", [KE(39), '="1.500"'], ["AMOUNT_AMBIGUOUS"]),
  row("two thousands points", [KE(40), "1.500.000"], ["AMOUNT_INVALID"]),
  row("three decimals behind a zero", [KE(41), "0.500"], "OK 254711200041 KE 265 0.5"),
  row("two decimals that end in a zero", [KE(42), "1.50"], "OK 254711200042 KE 265 1.5"),
  row("four decimals", [KE(43), "1.5000"], "OK 254711200043 KE 265 1.5"),
  row("three decimals behind four digits", [KE(44), "1000.500", "", "", "yes"], "OK 254711200044 KE 265 1000.5 local"),
  row("a tolerance with a thousands point", [KE(45), "5", "", "", "", "1.000"], ["TOLERANCE_INVALID"]),
  row("a currency", [KE(4), "$5"], ["AMOUNT_INVALID"]),
  row("a currency behind", [KE(5), "5 USD"], ["AMOUNT_INVALID"]),
  row("a thousands space", [KE(6), "1 000"], ["AMOUNT_INVALID"]),
  row("a leading zero", [KE(7), "05"], ["AMOUNT_INVALID"]),
  row("zero", [KE(8), "0.00"], ["AMOUNT_NOT_ABOVE_ZERO"]),
  row("a negative amount", [KE(9), "-5"], ["AMOUNT_NOT_ABOVE_ZERO"]),
  row("the rest of a float", [KE(10), "4.999999999"], ["AMOUNT_TOO_PRECISE"]),
  row("an amount in scientific notation", [KE(11), "1E+3"], ["AMOUNT_SPREADSHEET_DAMAGE"]),
  row("an amount that became a date", [KE(12), "05-Jan"], ["AMOUNT_SPREADSHEET_DAMAGE"]),
  row("an amount that became a whole date", [KE(13), "2026-05-01"], ["AMOUNT_SPREADSHEET_DAMAGE"]),
  row("a formula for an amount", [KE(14), "=5+5"], ["AMOUNT_FORMULA"]),
  row("a billion", [KE(15), "1000000000"], ["AMOUNT_INVALID"]),
  row("less than the least", [KE(16), "0.05"], ["AMOUNT_BELOW_MINIMUM"]),
  row("a cent more than the most", [KE(17), "83.24"], ["AMOUNT_ABOVE_MAXIMUM"]),
  row("the most in cents, which is more than the local most", [KE(18), "83.23"], "OK 254711200018 KE 265 83.23"),
  row("an amount that is not sold", ["+50934101240", "7", "HT", "173"], ["AMOUNT_NOT_OFFERED"]),
  row("an amount beyond its tolerance", ["+50934101241", "8", "HT", "173", "", "1"], ["AMOUNT_NOT_OFFERED"]),
  row("a tolerance that is no amount", [KE(19), "5", "", "", "", "10%"], ["TOLERANCE_INVALID"]),
  row(
    "a local amount where none is taken",
    ["+50934101242", "650", "HT", "173", "yes"],
    ["LOCAL_AMOUNT_NOT_SUPPORTED"],
  ),
  row("a local flag that says nothing", [KE(20), "5", "", "", "maybe"], ["LOCAL_AMOUNT_UNCLEAR"]),

  // Operators.
  row("an operator of another country", [KE(21), "5", "", "341"], ["OPERATOR_OTHER_COUNTRY"]),
  row("an operator that is not in the catalogue", [KE(22), "5", "", "4711"], ["OPERATOR_UNKNOWN"]),
  row("an operator's name that is not quite right", [KE(23), "5", "", "Safaricom"], ["OPERATOR_UNKNOWN"]),
  row("an operator that is no id", [KE(24), "5", "", "26.5"], ["OPERATOR_INVALID"]),
  row("an operator that is down", [KE(25), "5", "", "266"], ["OPERATOR_INACTIVE"]),
  row("an operator for e-mail addresses", ["+5351234567", "10", "CU", "685"], ["OPERATOR_NEEDS_EMAIL"]),
  row("an operator in another currency", [KE(26), "5", "", "900"], ["OPERATOR_UNPRICED"]),
  row("a number that no operator is found for", ["+50934101243", "5", "HT"], ["OPERATOR_NOT_DETECTED"]),

  // The rest of a row.
  row("a reference with a slash", [KE(27), "5", "", "", "", "", "order/1"], ["REFERENCE_INVALID"]),
  row("a reference that was rounded", [KE(28), "5", "", "", "", "", "1.23457E+12"], ["REFERENCE_SPREADSHEET_DAMAGE"]),
  row("a reference like those that are derived", [KE(29), "5", "", "", "", "", "Nasty.7"], ["REFERENCE_INVALID"]),
  row("a reference", [KE(30), "5", "", "", "", "", "Order-1"], "OK 254711200030 KE 265 5"),
  row("the same reference in capitals", [KE(31), "5", "", "", "", "", "ORDER-1"], ["REFERENCE_DUPLICATE"]),
  row("a sender that is none", [KE(32), "5", "", "", "", "", "", "me"], ["SENDER_INVALID"]),
  row("a sender", [KE(33), "5", "", "", "", "", "", "+447400123456"], "OK 254711200033 KE 265 5"),
  row("a note of 201 characters", [KE(34), "5", "", "", "", "", "", "", "x".repeat(201)], ["METADATA_INVALID"]),
  row("a cell too many", [KE(35), "5", "", "", "", "", "", "", "note", "50"], ["ROW_TOO_MANY_CELLS"]),
  row("an empty cell too many", [KE(36), "5", "", "", "", "", "", "", "note", ""], "OK 254711200036 KE 265 5"),
  row("a recipient for the second time, written otherwise", ["0711 100 001", "5"], ["RECIPIENT_DUPLICATE"]),
  row(
    "everything wrong at once",
    ["x", "x", "", "", "x"],
    ["PHONE_NOT_A_NUMBER", "AMOUNT_INVALID", "LOCAL_AMOUNT_UNCLEAR"],
  ),
];
