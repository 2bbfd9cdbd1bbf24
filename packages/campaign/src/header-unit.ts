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

/** A column's name without its unit and what stands in brackets. */
export function withoutUnit(column: string): string {
  const outside = column.replace(BRACKETS, " ");
  const kept = outside.split(/([\s_\-/.,:;]+|(?<=\p{Ll})(?=\p{Lu}))/u);
  return kept.filter((token) => currenciesOf(token, false) === undefined).join("");
}
