/** The unit that a column's name gives its amounts: `Montant (USD)`, `Amount KES`, `Valor (R$)`. */
export type HeaderUnit = {
  /** As the name writes it. */
  text: string;
  /** ISO 4217 codes that it may stand for: one where it is clear. None for `local`, which is each operator's own. */
  currencies: readonly string[];
};

const DOLLARS =
  "USD AUD CAD NZD MXN COP CLP ARS UYU DOP HKD SGD TWD JMD TTD BBD BSD BZD FJD GYD XCD NAD LRD SRD BND KYD BMD SBD NIO CUP".split(
    " ",
  );
const PESOS = "MXN COP CLP ARS UYU DOP PHP CUP".split(" ");
const RUPEES = "INR PKR NPR LKR MUR SCR".split(" ");
const CFA = ["XOF", "XAF"];

/** Signs and names of currencies, in lower case. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  $: DOLLARS,
  dollar: DOLLARS,
  dollars: DOLLARS,
  dolares: DOLLARS,
  us$: ["USD"],
  "€": ["EUR"],
  euro: ["EUR"],
  euros: ["EUR"],
  "£": ["GBP", "EGP", "LBP", "SYP", "SDG", "SSP", "GIP"],
  r$: ["BRL"],
  reais: ["BRL"],
  "₦": ["NGN"],
  naira: ["NGN"],
  "₹": ["INR"],
  "₱": ["PHP"],
  "৳": ["BDT"],
  taka: ["BDT"],
  "₵": ["GHS"],
  "gh₵": ["GHS"],
  cedi: ["GHS"],
  cedis: ["GHS"],
  ksh: ["KES"],
  kshs: ["KES"],
  tsh: ["TZS"],
  ush: ["UGX"],
  birr: ["ETB"],
  quetzales: ["GTQ"],
  soles: ["PEN"],
  fcfa: CFA,
  cfa: CFA,
  pesos: PESOS,
  rs: RUPEES,
  "₨": RUPEES,
  rupees: RUPEES,
  shillings: ["KES", "TZS", "UGX", "SOS"],
  "¥": ["JPY", "CNY"],
  francs: ["XOF", "XAF", "CHF", "GNF", "RWF", "BIF", "CDF", "KMF", "DJF"],
};

/** Codes that are words as well: a unit only where they stand in brackets and in capitals. */
const WORD_CODES = new Set("ALL TOP TRY CUP PEN MOP BAM GEL LAK RON ANG SOS MAD ARS".split(" "));

const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));
const BRACKETS = /\(([^()]*)\)|\[([^[\]]*)\]/g;
const LOCAL = /^(local|locale|lokal|locales)$/;

function currenciesOf(token: string, isInBrackets: boolean): readonly string[] | undefined {
  const sign = SIGNS[token.toLowerCase()];
  if (sign !== undefined) return sign;
  const code = token.toUpperCase();
  if (!/^[A-Z]{3}$/.test(code) || !CODES.has(code)) return undefined;
  if (WORD_CODES.has(code)) return isInBrackets && token === code ? [code] : undefined;
  return [code];
}

function tokensOf(text: string): string[] {
  return text
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .split(/[\s_\-/.,:;]+/)
    .filter((token) => token !== "");
}

/** The unit that a column's name holds; `undefined` where it holds none. More than one is as unclear as a `$`. */
export function unitOfHeader(column: string): HeaderUnit | undefined {
  const inside = [...column.matchAll(BRACKETS)].flatMap(([, round = "", square = ""]) => tokensOf(round + square));
  const outside = tokensOf(column.replace(BRACKETS, " "));
  const found = [
    ...inside.map((token) => ({ token, currencies: currenciesOf(token, true) })),
    ...outside.map((token) => ({ token, currencies: currenciesOf(token, false) })),
  ].flatMap(({ token, currencies }) => (currencies === undefined ? [] : [{ token, currencies }]));
  const [first] = found;
  if (first !== undefined) {
    const currencies = [...new Set(found.flatMap((one) => one.currencies))];
    return { text: found.map(({ token }) => token).join(" "), currencies };
  }
  const local = [...inside, ...outside].find((token) => LOCAL.test(token.toLowerCase()));
  return local === undefined ? undefined : { text: local, currencies: [] };
}

/** Words that count amounts in something else than the currency's own unit, in lower case. */
const SCALES = new Set(
  (
    "thousands thousand hundreds millions million cents cent centavos centavo centimos centimes centime centesimi pence " +
    "kobo paise pesewas milliers millier mille miles mil milhares milhar migliaia tausend tausender percent pourcent"
  ).split(" "),
);
/** Those that mean it only in brackets: `Amount ('000)`. A K may be thousands, or a kwacha: it is not known. */
const SCALE_SIGNS = /^(?:%|['\u2019]?0{2,3}s?|x ?1?0{2,3})$/;

/** Words in brackets that say nothing about a unit. */
const REMARKS = new Set(
  (
    "required optional mandatory obligatory obligatoire facultatif requis obligatorio requerido opcional obrigatorio " +
    "pflichtfeld all max min maximum minimum up to from per person each every recipient beneficiary personne personnes " +
    "beneficiaire persona beneficiario pessoa month mois mes airtime topup top recharge recarga value face amount figures " +
    "numbers number only sent send be paid pay in the a of for and or en de du des par por a e et y ou o"
  ).split(" "),
);

/**
 * Why the unit of a column's amounts is in doubt, with the words that say so: `scale` where they are counted in
 * thousands or in hundredths, `unknown` where brackets hold what is neither a currency nor a usual remark.
 */
export type UnitDoubt = { kind: "scale" | "unknown"; text: string };

/** What puts the unit of a column in doubt, beside the unit itself; `undefined` where nothing does. */
export function unitDoubt(column: string): UnitDoubt | undefined {
  const inside = [...column.matchAll(BRACKETS)].flatMap(([, round = "", square = ""]) => tokensOf(round + square));
  const outside = tokensOf(column.replace(BRACKETS, " "));
  const scale =
    [...inside, ...outside].find((token) => SCALES.has(plainWord(token))) ??
    inside.find((token) => SCALE_SIGNS.test(plainWord(token))) ??
    outside.find((token) => /^(?:%|['\u2019]0{3}s?)$/.test(token));
  if (scale !== undefined) return { kind: "scale", text: scale };
  if (unitOfHeader(column) !== undefined) return undefined;
  const unknown = inside.filter(
    (token) => !/^[\p{N}+*<>=\u2264\u2265]+$/u.test(token) && !REMARKS.has(plainWord(token)),
  );
  return unknown.length === 0 ? undefined : { kind: "unknown", text: unknown.join(" ") };
}

function plainWord(token: string): string {
  return token.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
}

/** A column's name without its unit and what stands in brackets. */
export function withoutUnit(column: string): string {
  const outside = column.replace(BRACKETS, " ");
  const kept = outside.split(/([\s_\-/.,:;]+|(?<=\p{Ll})(?=\p{Lu}))/u);
  return kept.filter((token) => currenciesOf(token, false) === undefined).join("");
}
