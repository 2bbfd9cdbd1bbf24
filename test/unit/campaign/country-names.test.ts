/** Countries as files name them, and names that could mean more than one country. */
import { checkOptionsSchema, createRowReader } from "@surefill/campaign";
import { describe, expect, test } from "vitest";

const read = createRowReader({
  columns: ["phone", "country"],
  mapping: { phone: "phone", country: "country" },
  options: checkOptionsSchema.parse({ amount: "5", currency: "USD" }),
  run: "r",
});

const countryOf = (country: string, phone = "+254712345678") => {
  const { phone: found, problems } = read(1, [phone, country]);
  return found?.countryCode ?? problems.map(({ code }) => code).join(" ");
};

describe("a country", () => {
  test.each([
    ["KE", "+254712345678", "ke, KEN, Kenya, KENYA, Kénya, Kenia, Quênia, \u00a0Kenya "],
    [
      "CI",
      "+2250708091011",
      "CIV, Côte d'Ivoire, COTE D'IVOIRE, Côte d’Ivoire, Ivory Coast, Costa de Marfil, Costa do Marfim",
    ],
    [
      "CD",
      "+243812345678",
      "COD, DRC, RDC, D.R.C., R.D.C., DR Congo, Congo (Kinshasa), République démocratique du Congo",
    ],
    ["GN", "+224621234567", "Guinea, Guinée, Guinea Conakry"],
    ["TZ", "+255712345678", "TZA, Tanzania, Tanzanie, Tanzania, United Republic of"],
    ["AO", "+244923123456", "AGO, Angola"],
    ["BJ", "+2290197123456", "BEN, Benin, Bénin, Benim"],
    ["ZW", "+263771234567", "Zimbabwe, Zimbábue, Zimbabué"],
    ["SS", "+211912345678", "South Sudan, S. Sudan, Soudan du Sud"],
    ["NE", "+22790123456", "Niger, Níger, Republic of the Niger"],
    ["AE", "+971501234567", "UAE, U.A.E., Emirates"],
    ["GB", "+447400123456", "UK, U.K., England, Scotland, GBR, Great Britain, Royaume-Uni, Reino Unido"],
  ])("%s is known by its codes and its names", (code, phone, names) => {
    for (const name of names.split(/, (?!United)/)) expect(countryOf(name, phone), name).toBe(code);
  });

  test.each([
    "Congo",
    "O Congo",
    "Korea",
    "Corée",
    "Virgin Islands",
    "EU",
    "Georgia (US)",
    "Kenya, Nairobi",
    "254",
    "Atlantis",
    "Africa",
    "XX",
    "x".repeat(900),
  ])("is refused where it is none, or may be several: %s", (name) => {
    expect(countryOf(name)).toBe("COUNTRY_UNKNOWN");
  });

  test("that may be several is refused with those that it may be", () => {
    expect(read(1, ["0712345678", "Congo"]).problems[0]?.hint).toBe("may mean more than one country: write CG or CD");
  });
});
