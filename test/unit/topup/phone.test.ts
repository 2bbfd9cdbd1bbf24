/** Phone numbers: a number that is read wrong pays a stranger. Forms are those that Reloadly takes, and no more. */
import { maskEmail, maskPhone, phoneSchema, recognisePhone } from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const read = (countryCode: string, number: string | number) => phoneSchema.safeParse({ countryCode, number });

/** Country, trunk prefix or "" where it has none, national number without it, E.164 digits. Made-up subscribers. */
const COUNTRIES = [
  { country: "NG", trunk: "0", national: "8031234567", e164: "2348031234567" },
  { country: "KE", trunk: "0", national: "712345678", e164: "254712345678" },
  { country: "GH", trunk: "0", national: "241234567", e164: "233241234567" },
  { country: "IN", trunk: "0", national: "9812345678", e164: "919812345678" },
  { country: "PH", trunk: "0", national: "9171234567", e164: "639171234567" },
  { country: "NE", trunk: "", national: "93123456", e164: "22793123456" },
  { country: "ML", trunk: "", national: "65123456", e164: "22365123456" },
  { country: "CI", trunk: "", national: "0701234567", e164: "2250701234567" },
  { country: "SN", trunk: "", national: "701234567", e164: "221701234567" },
  { country: "HT", trunk: "", national: "34101234", e164: "50934101234" },
  { country: "JM", trunk: "", national: "8765550123", e164: "18765550123" },
  { country: "MX", trunk: "", national: "5512345678", e164: "525512345678" },
  { country: "GB", trunk: "0", national: "7400123456", e164: "447400123456" },
] as const;

describe("a phone number", () => {
  test.each(COUNTRIES)(
    "of $country is read in every form that the provider takes",
    ({ country, trunk, national, e164 }) => {
      const spaced = national.replace(/(\d{3})(?=\d)/g, "$1 ");
      const forms = [
        `+${e164}`,
        e164,
        `00${e164}`,
        `00 ${e164}`,
        national,
        `${trunk}${national}`,
        `${trunk}${spaced}`,
        spaced.replaceAll(" ", "-"),
        ` +${e164} `,
      ];
      for (const number of forms)
        expect(read(country, number).data, number).toEqual({ countryCode: country, number: e164 });
      expect(read(country.toLowerCase(), `+${e164}`).data).toEqual({ countryCode: country, number: e164 });
      expect(read(country, Number(e164)).data).toEqual({ countryCode: country, number: e164 });
    },
  );

  test.each(COUNTRIES)("of $country is no number of any other country in the list", ({ country, e164 }) => {
    for (const other of COUNTRIES.filter((entry) => entry.country !== country)) {
      const { success, error } = read(other.country, `+${e164}`);
      expect(success, other.country).toBe(false);
      expect(error?.issues.map(({ path }) => path)).toEqual([["number"]]);
      expect(error?.issues[0]?.message).not.toMatch(/\d/);
    }
  });

  test("of Jamaica, Canada and the United States keeps its country, though all are +1", () => {
    expect(read("US", "+18765550123").error?.issues[0]?.message).toBe("is a number of JM, not of US");
    expect(read("US", "8765550123").success).toBe(false);
    expect(read("US", "+14165550123").error?.issues[0]?.message).toBe("is a number of CA, not of US");
    expect(read("CA", "+14165550123").data?.number).toBe("14165550123");
    expect(read("DO", "+18095550123").success).toBe(true);
    expect(read("US", "+12125550123").success).toBe(true);
  });

  test("of Russia and Kazakhstan keeps its country, though both are +7", () => {
    expect(read("KZ", "+77011234567").data).toEqual({ countryCode: "KZ", number: "77011234567" });
    expect(read("RU", "+77011234567").error?.issues[0]?.message).toBe("is a number of KZ, not of RU");
    expect(read("KZ", "+79161234567").error?.issues[0]?.message).toBe("is a number of RU, not of KZ");
    expect(read("RU", "89161234567").data?.number).toBe("79161234567");
  });

  test("of territories with one shared range is left to the caller, who alone knows", () => {
    expect(read("GP", "+590690123456").success).toBe(true);
    expect(read("MF", "+590690123456").data).toEqual({ countryCode: "MF", number: "590690123456" });
  });

  test.each([
    ["TN", "2024-01-02"],
    ["BF", "01-02-2024"],
    ["HT", "31.12.2025"],
    ["KE", "2026.03.05"],
    ["AM", "12-05-1990"],
  ])("of %s is never a date that has its digits: %s", (country, date) => {
    expect(read(country, date).error?.issues[0]?.message).toMatch(/^has the form of a date; write it without hyphens/);
    expect(read(country, date.replaceAll(/\D/g, "")).success).toBe(true);
  });

  test.each([
    ["GM", "7000.000"],
    ["FI", "1000.00"],
    ["TN", "203456.78"],
    ["KE", "0712345678.0"],
  ])("of %s is never an amount with decimals: %s", (country, amount) => {
    expect(read(country, amount).error?.issues[0]?.message).toMatch(/^has the form of an amount with decimals/);
  });

  test("that was copied with marks of direction of any script is the same number", () => {
    for (const mark of ["\u061C", "\u180E", "\u200F", "\u202B", "\u2067", "\uFE0F"]) {
      expect(read("EG", `${mark}01001234567${mark}`).data?.number, mark).toBe("201001234567");
    }
  });

  test("in Arabic-Indic digits is the same number", () => {
    expect(read("EG", "٠١٠٠١٢٣٤٥٦٧").data).toEqual({ countryCode: "EG", number: "201001234567" });
  });

  test.each([
    ["too short", "0803123456"],
    ["too long", "080312345678"],
    ["empty", ""],
    ["blank", "   "],
    ["two numbers in one cell", "08031234567 / 08039876543"],
    ["two numbers with a comma", "08031234567,08039876543"],
    ["two numbers run together", "0803123456708039876543"],
    ["a spreadsheet's exponent", "8.03123E+09"],
    ["a spreadsheet's full exponent", "8.031234567E+09"],
    ["a spreadsheet's decimal", "8031234567.0"],
    ["an extension", "08031234567 ext 5"],
    ["an extension in a URI", "+2348031234567;ext=5"],
    ["letters", "0803CALLNOW"],
    ["a word before it", "call 08031234567"],
    ["two plus signs", "++2348031234567"],
    ["another country's dialling prefix", "0112348031234567"],
    ["three zeros", "0002348031234567"],
    ["a formula", "=08031234567"],
    ["a megabyte", "0".repeat(1_000_000)],
  ])("with %s is refused, and the message does not repeat it", (_, number) => {
    const { success, error } = read("NG", number);
    expect(success).toBe(false);
    expect(error?.issues[0]?.path).toEqual(["number"]);
    expect(error?.issues[0]?.message).not.toMatch(/\d/);
  });

  test.each(["", "N", "NGA", "XX", "Nigeria", "234", "__proto__"])(
    "of the country %j is refused at its country",
    (country) => {
      expect(read(country, "+2348031234567").error?.issues.map(({ path }) => path)).toEqual([["countryCode"]]);
    },
  );

  test.each([null, true, {}, ["08031234567"], undefined])("given as %j is refused as no text", (number) => {
    expect(phoneSchema.safeParse({ countryCode: "NG", number }).error?.issues[0]?.message).toBe(
      "must be a phone number as text",
    );
  });
});

describe("a mask", () => {
  test("never shows more than two digits of a number, whatever it is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{0,20}$/), (number) => {
        expect(maskPhone(number).replace(/[^0-9]/g, "").length).toBeLessThanOrEqual(2);
        expect(number.length > 2 ? number.endsWith(maskPhone(number).slice(-2)) : maskPhone(number) === "•••").toBe(
          true,
        );
      }),
    );
    expect(maskPhone("2348031234521")).toBe("•••••••••••21");
  });

  test("shows of an e-mail address its first character and its domain", () => {
    expect(maskEmail("pedro@nauta.com.cu")).toBe("p•••@nauta.com.cu");
    expect(maskEmail("@nauta.com.cu")).toBe("•••");
    expect(maskEmail("nonsense")).toBe("•••");
  });
});

describe("recognising a number", () => {
  test("says of every country's mobile numbers what phoneSchema reads", () => {
    for (const { country, trunk, national, e164 } of COUNTRIES) {
      for (const text of [`+${e164}`, e164, national, `${trunk}${national}`]) {
        expect(recognisePhone(text, country), text).toEqual({
          kind: "mobile",
          phone: { countryCode: country, number: e164 },
        });
      }
    }
  });

  test("agrees with phoneSchema on whatever digits it is given", () => {
    const digits = fc.stringMatching(/^\+?\d{4,15}$/);
    const countries = fc.constantFrom("KE", "NG", "US", "CA", "GB", "FR", "GP", "MF", "IT", "KZ", "RU");
    fc.assert(
      fc.property(digits, countries, (text, country) => {
        const recognised = recognisePhone(text, country);
        // What phoneSchema makes of a leading 00, and of what a spreadsheet rounded, is its caller's business here.
        fc.pre(!text.startsWith("00") && !/^\d+0{6}$/.test(text));
        const phone = "phone" in recognised ? recognised.phone : undefined;
        expect(read(country, text).data).toEqual(phone);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["+254202222222", undefined, { kind: "other-line", lineType: "FIXED_LINE" }],
    ["+18765550123", "US", { kind: "other-country", found: "JM" }],
    ["+33612345678", "KE", { kind: "other-country", found: "FR" }],
    ["+80012345678", undefined, { kind: "no-country" }],
    ["+25471", "KE", { kind: "invalid", because: "too-short" }],
    ["+2547123456789012", "KE", { kind: "invalid", because: "too-long" }],
    ["+254211123456", "KE", { kind: "invalid", because: "no-such-number" }],
    ["0712345678", undefined, { kind: "invalid" }],
  ])("tells what is wrong with %s of %s", (text, country, expected) => {
    expect(recognisePhone(text, country)).toMatchObject(expected);
  });
});
