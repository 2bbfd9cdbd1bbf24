/**
 * Who is paid: every form of a number is read alike by the API (and jobs), and by a campaign's file; or both refuse it.
 * Numbers are made up.
 */
import {
  type CatalogueOperator,
  checkOptionsSchema,
  createCatalogue,
  createJudge,
  createRowReader,
} from "@surefill/campaign";
import { lineOf, parseTopupRequest, readPhoneText } from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NASTY_OPERATORS } from "../../support/nasty-rows.js";

const reader = createRowReader({
  columns: ["phone", "country", "amount"],
  mapping: { phone: "phone", country: "country", amount: "amount" },
  options: checkOptionsSchema.parse({}),
  run: "who",
});

/** The digits that a row of a file is sent to, or its problem. */
function inFile(country: string, phone: string): { number: string } | { code: string; hint: string } {
  const read = reader(1, [phone, country, "1"]);
  const [problem] = read.problems;
  if (problem !== undefined) return problem;
  return { number: read.phone?.number ?? "" };
}

/** The digits that a request is sent to, or its issue. */
function inApi(countryCode: string, number: string | number): { number: string } | { code: string; detail: string } {
  const parsed = parseTopupRequest({ operatorId: 1, amount: "1", recipientPhone: { countryCode, number } });
  if (parsed.ok) return { number: parsed.request.recipientPhone?.number ?? "" };
  const [issue] = parsed.issues;
  return { code: issue?.code ?? "", detail: issue?.detail ?? "" };
}

/** What a form is, its country and text, and the digits, or the codes of the file and of the API. */
type Form = readonly [what: string, country: string, text: string, file: string, api?: string];

const TAKEN: readonly Form[] = [
  ["plus", "KE", "+254712345678", "254712345678"],
  ["a space behind the plus", "KE", "+ 254 712 345 678", "254712345678"],
  ["groups", "KE", "+254 712 345 678", "254712345678"],
  ["groups of two", "BF", "70 12 34 56", "22670123456"],
  ["groups of two in a plan of several lengths", "ID", "0812 34 56 78 90", "6281234567890"],
  ["hyphens and dots", "KE", "0712-345.678", "254712345678"],
  ["a hyphen between spaces", "KE", "0712 - 345 - 678", "254712345678"],
  ["no-break and thin spaces", "KE", "+254\u00a0712\u2009345\u202f678", "254712345678"],
  ["typographic hyphens", "KE", "0712\u2011345\u2013678", "254712345678"],
  ["full-width signs", "KE", "＋２５４－７１２３４５６７８", "254712345678"],
  ["Arabic-Indic digits", "EG", "٠١٠٠١٢٣٤٥٦٧", "201001234567"],
  ["marks of direction", "KE", "\u202a+254712345678\u202c", "254712345678"],
  ["two zeros for the plus", "KE", "00254712345678", "254712345678"],
  ["two zeros and a space", "KE", "00 254 712 345 678", "254712345678"],
  ["the code without plus", "KE", "254712345678", "254712345678"],
  ["a bracketed area", "US", "(212) 555-0123", "12125550123"],
  ["a bracketed area behind the code", "JM", "+1 (876) 555-0123", "18765550123"],
  ["a bracketed code", "KE", "(+254) 712 345 678", "254712345678"],
  ["a bracketed trunk zero", "GB", "+44 (0)7400 123456", "447400123456"],
  ["a bracketed trunk zero behind 00", "GB", "00 44 (0) 7400 123456", "447400123456"],
  ["a trunk zero behind the code", "NG", "+234 0803 123 4567", "2348031234567"],
  ["a trunk 8", "RU", "8 (916) 123-45-67", "79161234567"],
  ["the carrier of a Brazilian call", "BR", "015 11 96123-4567", "5511961234567"],
  ["the local form of an island with one area code", "AG", "464-1234", "12684641234"],
  ["the plan of today of Gabon", "GA", "062 47 48 49", "24162474849"],
  ["the plan of today of Côte d'Ivoire", "CI", "07 07 08 09 10", "2250707080910"],
  ["the plan of today of Benin", "BJ", "+229 01 97 12 34 56", "2290197123456"],
  ["the 9 of Argentina", "AR", "+54 9 11 2345-6789", "5491123456789"],
  ["the 15 of Argentina", "AR", "011 15-2345-6789", "5491123456789"],
];

const SEVERAL = "PHONE_SEVERAL";
const REFUSED: readonly Form[] = [
  ["a second number behind a slash", "KH", "012 345 678/9", SEVERAL],
  ["a second number behind a slash without spaces", "ID", "0812345678/9", SEVERAL],
  ["a second number behind a slash in groups", "MY", "011 1234567/8", SEVERAL],
  ["a note in brackets that is a digit", "KH", "012 345 611 (2)", SEVERAL],
  ["a note in brackets in front", "KH", "(2)/012 345 611", SEVERAL],
  ["a last digit behind a hyphen", "KH", "012 345 678-9", SEVERAL],
  ["a last digit behind a spaced hyphen", "KH", "012 345 678 - 9", SEVERAL],
  ["a last digit behind a dash", "KH", "012 345 678\u20139", SEVERAL],
  ["a last digit behind a space", "KH", "012 345 678 9", SEVERAL],
  ["a last digit behind a dot", "ID", "0812345678.9", SEVERAL],
  ["two last digits behind a hyphen", "ID", "0812 3456 78-79", SEVERAL],
  ["a second number behind a comma", "KE", "0712345678,0712345679", SEVERAL],
  ["the end of a second number behind a comma", "ID", "0812345678,9", SEVERAL],
  ["a second number behind a semicolon", "KE", "0712345678;0712345679", SEVERAL],
  ["a second number behind a space", "KE", "0712345678 0712345679", SEVERAL],
  ["a second number behind or", "KE", "0712345678 or 9", SEVERAL],
  ["a second number behind and", "KE", "0712345678 and 0712345679", SEVERAL],
  ["a second number behind ou", "SN", "771234567 ou 771234568", SEVERAL],
  ["a second number behind an ampersand", "KE", "0712345678 & 79", SEVERAL],
  ["a second number behind a tilde", "KE", "0712345678~9", SEVERAL],
  ["a second number on another line", "KE", "0712345678\n0712345679", SEVERAL],
  ["a second number behind a tab", "KE", "0712345678\t9", SEVERAL],
  ["a second number in brackets", "KE", "0712345678 (0712345679)", SEVERAL],
  ["a second number with a plus", "KE", "+254712345678 +254712345679", SEVERAL],
  ["the name of a network", "KE", "+254 712 345 678 (Safaricom)", SEVERAL],
  ["a word behind", "KE", "0712345678 husband's phone", SEVERAL],
  ["a word in front", "KE", "call 0712345678", SEVERAL],
  ["a word in another script", "EG", "01001234567 واتساب", SEVERAL],
  ["one letter in brackets", "KE", "0712345678 (S)", SEVERAL],
  ["an extension", "KE", "0712345678 ext. 5", "PHONE_EXTENSION"],
  ["an extension with x", "KE", "0712345678x5", "PHONE_EXTENSION"],
  ["an extension with a hash", "KE", "0712345678#5", "PHONE_EXTENSION"],
  ["an extension of a link", "KE", "+254712345678;ext=5", "PHONE_EXTENSION"],
  ["a link", "KE", "tel:+254712345678", "PHONE_NOT_A_NUMBER", "invalid"],
  ["the letter O", "KE", "O712345678", "PHONE_NOT_A_NUMBER", "invalid"],
  ["the letter O in the midst", "KE", "07123O5678", "PHONE_NOT_A_NUMBER", "invalid"],
  ["a plus in the midst", "KE", "0712+345678", "PHONE_NOT_A_NUMBER", "invalid"],
  ["two pluses", "KE", "++254712345678", "PHONE_NOT_A_NUMBER", "invalid"],
  ["a plus and two zeros", "KE", "+00254712345678", "PHONE_NOT_A_NUMBER", "invalid"],
  ["two hyphens", "KE", "0712--345678", "PHONE_NOT_A_NUMBER", "invalid"],
  ["a hyphen behind", "KE", "0712345678-", "PHONE_NOT_A_NUMBER", "invalid"],
  ["two bracketed groups", "GB", "+44 (0) (7400) 123456", SEVERAL],
  ["an asterisk", "KE", "0712*345678", SEVERAL],
  ["scientific notation", "KE", "2.54712E+11", "PHONE_SPREADSHEET_DAMAGE"],
  ["what scientific notation became", "KE", "254712000000", "PHONE_SPREADSHEET_DAMAGE"],
  ["a trunk zero in a country that has none", "IT", "+39 (0)347 1234567", "PHONE_INVALID", "invalid"],
  ["the country's code twice", "KE", "+254 254 712 345 678", "PHONE_INVALID", "invalid"],
  ["the country's code twice without plus", "KE", "254 254 712 345 678", "PHONE_INVALID", "invalid"],
  ["the country's code twice in a long number", "NG", "+234 234 803 123 4567", "PHONE_TOO_LONG", "invalid"],
  ["a carrier behind a plus", "CO", "+57 03 300 123 4567", "PHONE_INVALID", "invalid"],
  ["a digit too few in a plan of fixed length", "ZA", "082 123 456", "PHONE_RETIRED_PLAN"],
];

const RETIRED: ReadonlyArray<readonly [country: string, text: string, says: RegExp]> = [
  ["GA", "+241 02 47 48 49", /062/],
  ["GA", "+241 2 47 48 49", /062/],
  ["GA", "02 47 48 49", /062/],
  ["GA", "07474849", /077/],
  ["MX", "+5215541637145", /leave out the 1 after \+52/],
  ["MX", "5215541637145", /leave out the 1 after \+52/],
  ["MX", "044 55 4163 7146", /044/],
  ["MX", "045 55 4163 7146", /045/],
  ["MX", "01 55 4163 7146", /begins with 01/],
  ["MX", "+52 044 55 4163 7146", /044/],
  ["AR", "15 2345 6789", /area code/],
  ["AR", "+54 9 341 15 555 1234", /leave out the 15/],
  ["BR", "+55 11 8765 4321", /ninth digit/],
  ["BR", "(11) 8765-4321", /ninth digit/],
  ["BR", "+55 11 7123 4567", /begin with 9/],
  ["CI", "+225 07 08 09 10", /2021/],
  ["CI", "47080910", /2021/],
  ["BJ", "97 12 34 56", /01 in front/],
  ["BJ", "+229 97123456", /01 in front/],
  ["BJ", "22997123456", /01 in front/],
  ["CM", "97 12 34 56", /a 6 in front/],
  ["GN", "62 12 34 56", /a 6 in front/],
  ["MU", "712 3456", /a 5 in front/],
  ["MA", "061 23 45 67", /2009/],
  ["VN", "0169 123 4567", /2018/],
  ["VN", "+84 169 123 4567", /2018/],
  ["EC", "099 123 456", /2012/],
  ["EG", "010 123 4567", /2011/],
  ["CL", "8123 4567", /a 9 in front/],
  ["SN", "641 23 45", /2007/],
  ["TG", "901 23 45", /seven digits/],
  ["LR", "06 512 345", /nine/],
  ["KR", "011-234-5678", /010/],
];

const ZERO_LOST: ReadonlyArray<readonly [country: string, text: string]> = [
  ["CI", "707080910"],
  ["CI", "+225 707080910"],
  ["CI", "225707080910"],
  ["BJ", "197123456"],
  ["BJ", "+229197123456"],
  ["CG", "61234567"],
  ["CG", "+24261234567"],
];

const named = (forms: readonly Form[]) =>
  forms.map(([what, country, text, file, api = file.toLowerCase()]) => ({ what, country, text, file, api }));

describe("a number with", () => {
  test.each(named(TAKEN))("$what is read, in $country, by every way in", ({ country, text, file: number }) => {
    expect(inFile(country, text)).toEqual({ number });
    expect(inApi(country, text)).toEqual({ number });
  });

  test.each(named(REFUSED))("$what is refused, in $country, by every way in", ({ country, text, file, api }) => {
    expect(inFile(country, text)).toMatchObject({ code: file });
    expect(inApi(country, text)).toMatchObject({ code: api });
  });
});

describe("a form of a retired plan", () => {
  test.each(RETIRED)("of %s, %s, is refused by every way in, which says what is right", (country, text, says) => {
    expect(inFile(country, text)).toEqual({ code: "PHONE_RETIRED_PLAN", hint: expect.stringMatching(says) });
    expect(inApi(country, text)).toEqual({ code: "phone_retired_plan", detail: expect.stringMatching(says) });
  });

  test.each(ZERO_LOST)("a lost zero in %s, %s, is named", (country, text) => {
    expect(inFile(country, text)).toEqual({
      code: "PHONE_SPREADSHEET_DAMAGE",
      hint: expect.stringContaining("lacks the 0"),
    });
    expect(inApi(country, text)).toMatchObject({ detail: expect.stringContaining("lacks the 0") });
  });
});

test("Text after the number is called so, and no formula", () => {
  expect(inFile("KE", "+254 712 345 678 (Safaricom)")).toMatchObject({
    hint: expect.stringContaining("text after the number"),
  });
  expect(inApi("KE", "+254 712 345 678 (Safaricom)")).toMatchObject({
    detail: expect.stringContaining("text after the number"),
  });
  expect(inFile("KE", "+cmd|' /C calc'!A0")).toMatchObject({ code: "PHONE_FORMULA" });
});

test("A number that a data frame wrote with decimals is read in a file, and refused by the API", () => {
  expect(inFile("ID", "812345678.0")).toEqual({ number: "62812345678" });
  expect(inApi("ID", "812345678.0")).toMatchObject({ code: "invalid", detail: "ends in decimals; send it as text" });
});

test("What a spreadsheet puts around a number is taken away in a file, and refused by the API", () => {
  for (const text of ["'0712345678", '="0712345678"']) {
    expect(inFile("KE", text)).toEqual({ number: "254712345678" });
    expect(inApi("KE", text)).toHaveProperty("code");
  }
});

test("A detail repeats no digits of the number and no control character", () => {
  for (const [, country, text] of REFUSED) {
    for (const said of Object.values(inFile(country, text))) expect(said).not.toMatch(/\d{7}/);
  }
  expect(JSON.stringify(inFile("KE", "0712345\u001b678"))).not.toContain("u001b");
});

test("A text is read in time linear in its length, whatever stands in it", () => {
  for (const unit of [" ", " -", "1 ", "1-", "(1", "+1", "a ", "/", "1 or ", "٧", "1,", "\u200e"]) {
    const { user } = process.cpuUsage();
    readPhoneText(`1${unit.repeat(100_000)}x`);
    // A square of the length would take minutes.
    expect((process.cpuUsage().user - user) / 1_000, unit).toBeLessThan(5_000);
  }
});

/** Texts that resemble numbers, in several scripts and with all that stands beside numbers. */
const parts = fc.constantFrom(
  ...["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "07", "12", "345", "254", "241", "855", "52", "55", "549"],
  ...["+", "00", " ", "-", ".", "/", "(", ")", "(0)", ",", "x", "٧", "\u200e", "\n", "15", "044"],
);
const texts = fc.array(parts, { minLength: 4, maxLength: 16 }).map((chosen) => chosen.join(""));
const countries = fc.constantFrom(
  "KE",
  "KH",
  "GA",
  "MX",
  "BR",
  "CI",
  "BJ",
  "ID",
  "MY",
  "US",
  "AG",
  "IT",
  "GB",
  "CO",
  "RU",
);

const digitsOf = (text: string) => text.replaceAll("٧", "7").replace(/\D/g, "");

test("No way in yields digits other than those that were written, in their order, behind the country's code", () => {
  fc.assert(
    fc.property(countries, texts, (country, text) => {
      for (const read of [inFile(country, text), inApi(country, text)]) {
        if (!("number" in read)) continue;
        const written = digitsOf(text.replace(/^([1-9]\d{6,14})[.,]0+$/, "$1")); // Decimals of 0 are no digits of it.
        // What is written ends with the national number; or, on an island, is its end.
        const shared =
          [...Array(written.length + 1).keys()].find((cut) => read.number.endsWith(written.slice(cut))) ?? 0;
        expect(written.length - shared, `${country} ${text}`).toBeGreaterThanOrEqual(6);
        expect(shared, `${country} ${text}`).toBeLessThanOrEqual(6);
      }
    }),
    { numRuns: 4_000 },
  );
});

test("No way in takes what holds a sign outside the grammar", () => {
  const marks = fc.constantFrom("/", ",", ";", "&", "~", "x", "#", "or", "Safaricom", "\n", "\t", "|", "_", "*", "ext");
  const number = fc.constantFrom<readonly [string, string]>(
    ["KE", "0712345678"],
    ["KH", "012345678"],
    ["ID", "0812345678"],
    ["MY", "0111234567"],
  );
  fc.assert(
    fc.property(number, marks, fc.stringMatching(/^ ?[0-9]{0,9}$/), ([country, digits], mark, rest) => {
      const text = `${digits}${mark}${rest}`.trim();
      fc.pre(text !== digits);
      expect(inFile(country, text), JSON.stringify(text)).toHaveProperty("code");
      expect(inApi(country, text)).toHaveProperty("code");
    }),
    { numRuns: 4_000 },
  );
});

test("Where both ways in take a text, they mean one number", () => {
  fc.assert(
    fc.property(countries, texts, (country, text) => {
      // Decimals that are zeros are taken away in files only.
      fc.pre(!/[.,]0+\s*$/.test(text));
      const [file, api] = [inFile(country, text), inApi(country, text)];
      if ("number" in file) expect(api).toEqual(file);
    }),
    { numRuns: 4_000 },
  );
});

describe("One line is paid once", () => {
  const PRICED = NASTY_OPERATORS.filter(({ operatorId }) => operatorId === 265);

  /** What becomes of the rows of one file, in their order: `paid`, or the problems. */
  function judgeFile(rows: ReadonlyArray<readonly [phone: string, country: string]>): (string | string[])[] {
    const operators = [...new Set(rows.map(([, country]) => country))].map((countryCode, index) => ({
      ...PRICED[0],
      operatorId: index + 1,
      countryCode,
    }));
    const judge = createJudge({
      catalogue: createCatalogue(operators as CatalogueOperator[]),
      accountCurrency: "USD",
      options: checkOptionsSchema.parse({}),
      limits: { priceMarginPercent: 2 },
      seed: 3,
    });
    return rows.map(([phone, country], index) => {
      const read = reader(index + 1, [phone, country, "1"]);
      const detected = operators.find(({ countryCode }) => countryCode === country)?.operatorId ?? "none";
      const { judged } = judge.judge(read, { detected });
      return judged.kind === "planned" ? "paid" : judged.rejected.problems.map(({ code }) => code);
    });
  }

  test("in a file that has it in the plans of yesterday and of today", () => {
    expect(
      judgeFile([
        ["+241 02 47 48 49", "GA"],
        ["+241 2 47 48 49", "GA"],
        ["+241 62 47 48 49", "GA"],
        ["062474849", "GA"],
      ]),
    ).toEqual([["PHONE_RETIRED_PLAN"], ["PHONE_RETIRED_PLAN"], "paid", ["RECIPIENT_DUPLICATE"]]);
  });

  test("in a file that has it in two forms that are in use side by side", () => {
    expect(
      judgeFile([
        ["+220 7123456", "GM"],
        ["+220 877123456", "GM"],
        ["+54 9 11 2345 6789", "AR"],
        ["011 15 2345 6789", "AR"],
      ]),
    ).toEqual(["paid", ["RECIPIENT_DUPLICATE"], "paid", ["RECIPIENT_DUPLICATE"]]);
  });

  test("and numbers of other lines are left alone", () => {
    for (const number of ["254712345678", "5493415551234", "2207123456", "24162474849", "508551234", "12125550123"]) {
      expect(lineOf(number)).toBe(number);
    }
    expect(lineOf("541123456789")).toBe(lineOf("5491123456789"));
    expect(lineOf("p@nauta.com.cu")).toBe("p@nauta.com.cu");
  });
});
