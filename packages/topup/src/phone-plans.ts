/**
 * Numbering plans that have changed. libphonenumber still takes some forms of retired plans, so that one line has
 * several numbers; of others it says no more than that they are too short. A form of a retired plan is refused and not
 * rewritten: a number of today that lost a digit looks the same.
 */
type RetiredForm = {
  countries: readonly string[];
  /** The digits as they are written behind the country's code, or in national form. */
  form: RegExp;
  /** What is right today. */
  today: string;
  /** Numbers of this form are refused although libphonenumber knows them; else only the reason is given. */
  isRefused?: true;
};

const RETIRED_FORMS: readonly RetiredForm[] = [
  {
    countries: ["GA"],
    form: /^0?[1-7]\d{6}$/,
    today:
      "has the form that Gabon replaced in 2019: numbers begin with 062, 065, 066 for 02, 05, 06, with 074, 077 for 04, 07, and with 011 for 01; after +241 without the 0",
    isRefused: true,
  },
  {
    countries: ["BR"],
    form: /^0?[1-9]\d7\d{7}$/,
    today: "lacks a digit: mobile numbers of Brazil have nine digits after the area code, and begin with 9",
    isRefused: true,
  },
  {
    countries: ["BR"],
    form: /^0?[1-9]\d[689]\d{7}$/,
    today: "lacks the ninth digit that Brazil introduced by 2016: a 9 between the area code and the old eight digits",
  },
  {
    countries: ["LR"],
    form: /^0?[4-6]\d{6}$/,
    today: "has the retired form of seven digits: mobile numbers of Liberia have nine, such as 088… and 077…",
    isRefused: true,
  },
  {
    countries: ["ZA"],
    form: /^0?[6-8]\d{4,7}$/,
    today: "has too few digits: mobile numbers of South Africa have nine after the 0",
    isRefused: true,
  },
  {
    countries: ["KR"],
    form: /^0?1[16-9]\d{7,8}$/,
    today: "begins with 011, 016, 017, 018 or 019, which Korea retired in 2021: mobile numbers begin with 010",
    isRefused: true,
  },
  {
    countries: ["MX"],
    form: /^1\d{10}$/,
    today: "has a 1 that Mexico retired in 2019: leave out the 1 after +52, and ten digits remain",
  },
  {
    countries: ["MX"],
    form: /^04[45]1?\d{10}$/,
    today: "begins with 044 or 045, which Mexico retired in 2019: leave it out, and ten digits remain",
  },
  {
    countries: ["MX"],
    form: /^01\d{10}$/,
    today: "begins with 01, which Mexico retired in 2019: leave it out, and ten digits remain",
  },
  { countries: ["AR"], form: /^15\d{6,8}$/, today: "lacks the area code: write +54 9, area code and number" },
  {
    countries: ["AR"],
    form: /^9\d{2,4}15\d{6,8}$/,
    today: "has both the 9 and the 15 of Argentina's mobile numbers: leave out the 15",
  },
  {
    countries: ["CI"],
    form: /^\d{7,8}$/,
    today:
      "has the eight digits of before 2021: numbers of Côte d'Ivoire have ten, with 07 (Orange), 05 (MTN) or 01 (Moov) in front of the old ones",
  },
  {
    countries: ["BJ"],
    form: /^\d{8}$/,
    today:
      "has the eight digits of before 30 November 2024: numbers of Benin have ten, with 01 in front of the old ones",
  },
  { countries: ["CG"], form: /^\d{7}$/, today: "has too few digits: numbers of Congo have nine, and begin with 0" },
  {
    countries: ["CM"],
    form: /^[2-9]\d{7}$/,
    today:
      "has the eight digits of before 2014: mobile numbers of Cameroon have nine, with a 6 in front of the old ones",
  },
  {
    countries: ["GN"],
    form: /^[5-7]\d{7}$/,
    today: "has the eight digits of before 2014: mobile numbers of Guinea have nine, with a 6 in front of the old ones",
  },
  {
    countries: ["MU"],
    form: /^[479]\d{6}$/,
    today:
      "has the seven digits of before 2013: mobile numbers of Mauritius have eight, with a 5 in front of the old ones",
  },
  {
    countries: ["MA"],
    form: /^0?[1-7]\d{7}$/,
    today: "has the nine digits of before 2009: numbers of Morocco have ten, mobile ones with a 6 behind the first 0",
  },
  {
    countries: ["VN"],
    form: /^0?1[268]\d{8}$/,
    today:
      "has the eleven digits of before 2018: mobile numbers of Vietnam have ten, and begin with 03, 05, 07, 08 or 09",
  },
  {
    countries: ["EC"],
    form: /^0?[89]\d{7}$/,
    today: "has the nine digits of before 2012: mobile numbers of Ecuador have ten, with a 9 behind the first 0",
  },
  {
    countries: ["EG"],
    form: /^0?1\d{8}$/,
    today:
      "has the ten digits of before 2011: mobile numbers of Egypt have eleven, and begin with 010, 011, 012 or 015",
  },
  {
    countries: ["CL"],
    form: /^(?:0?[5-9]\d{7}|09\d{8})$/,
    today: "has a form that Chile has retired: numbers have nine digits, mobile ones with a 9 in front and no 0",
  },
  { countries: ["SN"], form: /^\d{7}$/, today: "has the seven digits of before 2007: numbers of Senegal have nine" },
  {
    countries: ["BF", "BJ", "ML", "MR", "NE", "TD", "TG", "CF", "PA", "CR", "NI", "HN", "SV", "GT", "HT"],
    form: /^\d{7}$/,
    today: "has the seven digits of a retired plan: mobile numbers of this country have eight or more",
  },
];

const BY_COUNTRY: ReadonlyMap<string, readonly RetiredForm[]> = byCountry();

function byCountry(): Map<string, RetiredForm[]> {
  const forms = new Map<string, RetiredForm[]>();
  for (const retired of RETIRED_FORMS) {
    for (const country of retired.countries) forms.set(country, [...(forms.get(country) ?? []), retired]);
  }
  return forms;
}

/** What is right in place of the retired form that these digits have in the country; `undefined` when they have none. */
export function retiredForm(countryCode: string, digits: string): string | undefined {
  return BY_COUNTRY.get(countryCode)?.find(({ form }) => form.test(digits))?.today;
}

/** As `retiredForm`, of a number that libphonenumber takes: only where the plan of today has no such number. */
export function refusedForm(countryCode: string, digits: string): string | undefined {
  return BY_COUNTRY.get(countryCode)?.find(({ form, isRefused }) => isRefused === true && form.test(digits))?.today;
}

/**
 * Forms that are in use side by side for one line, and the form that stands for all of them: in Argentina mobile
 * numbers with and without the 9, in Gambia and in Saint Pierre and Miquelon the longer numbers that are being
 * introduced and those that they hold.
 */
const FORMS_IN_PARALLEL: ReadonlyArray<readonly [written: RegExp, line: string]> = [
  [/^54([1-8]\d{9})$/, "549$1"],
  [/^2208[3679](\d{7})$/, "220$1"],
  [/^508708(\d{6})$/, "508$1"],
];

/**
 * The name of the line that a number leads to: equal for two numbers exactly when they lead to one line. Recipients
 * are compared, indexed and gated by it. `number` is E.164 digits without "+"; anything else comes back as it is.
 */
export function lineOf(number: string): string {
  if (!number.startsWith("54") && !number.startsWith("220") && !number.startsWith("508")) return number;
  for (const [written, line] of FORMS_IN_PARALLEL) if (written.test(number)) return number.replace(written, line);
  return number;
}
