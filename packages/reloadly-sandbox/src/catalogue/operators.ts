import { type Decimal, decimal } from "../money.js";
import { type Country, findCountry } from "./countries.js";

/** A network or product that can be bought. Amounts in sender currency unless the name says local. */
export interface Operator {
  readonly operatorId: number;
  readonly name: string;
  readonly country: Country;
  readonly fxRate: Decimal;
  readonly supportsLocalAmounts: boolean;
  /** Bounds of a RANGE operator: in local currency when it takes local amounts, else in sender currency. */
  readonly range: { readonly min: Decimal; readonly max: Decimal } | undefined;
  readonly fixedAmounts: readonly Decimal[];
  readonly localFixedAmounts: readonly Decimal[];
  readonly internationalDiscount: Decimal;
  readonly localDiscount: Decimal;
  readonly fees: Readonly<Record<"international" | "internationalPercentage" | "local" | "localPercentage", Decimal>>;
  readonly kind: "airtime" | "data" | "bundle" | "pin";
  /** How vouchers say how to use them: in one text, or in three. */
  readonly pinTexts: "one" | "three";
  /** Recipients are named by e-mail address instead of phone number. */
  readonly takesEmail: boolean;
  /** Holds a synchronous order for a long time and then refuses it, as operator 1213 does at Reloadly. */
  readonly failsSlowly: boolean;
  /** First digits of the national numbers that auto-detection gives to this operator. */
  readonly prefixes: readonly string[];
}

interface Row {
  readonly id: number;
  readonly name: string;
  readonly iso: string;
  readonly rate: string;
  readonly local?: true;
  readonly range?: readonly [min: string, max: string];
  readonly fixed?: readonly string[];
  readonly localFixed?: readonly string[];
  readonly discount: string;
  readonly localDiscount?: string;
  readonly fees?: Partial<Readonly<Record<keyof Operator["fees"], string>>>;
  readonly kind?: Operator["kind"];
  readonly pinTexts?: "one";
  readonly takesEmail?: true;
  readonly failsSlowly?: true;
  readonly prefixes?: readonly string[];
}

// Ids 173, 174, 265, 289, 341, 535, 640, 672, 683, 685 and 1213 are Reloadly's own; the others are free choices.
const ROWS: readonly Row[] = [
  {
    id: 640,
    name: "Airtel Niger",
    iso: "NE",
    rate: "505.43",
    local: true,
    range: ["100", "50000"],
    discount: "8",
    prefixes: ["8", "9"],
  },
  {
    id: 641,
    name: "Moov Niger",
    iso: "NE",
    rate: "505.43",
    local: true,
    range: ["200", "40000"],
    discount: "7.5",
    prefixes: ["7"],
  },
  {
    id: 289,
    name: "Orange Mali",
    iso: "ML",
    rate: "505.43",
    local: true,
    range: ["100", "50000"],
    discount: "6",
    prefixes: ["7", "8", "9"],
  },
  {
    id: 290,
    name: "Malitel Mali",
    iso: "ML",
    rate: "505.43",
    local: true,
    range: ["100", "25000"],
    discount: "6",
    prefixes: ["5", "6"],
  },
  {
    id: 265,
    name: "Safaricom Kenya",
    iso: "KE",
    rate: "120.15",
    local: true,
    range: ["10", "10000"],
    discount: "4",
    prefixes: ["7", "11"],
  },
  {
    id: 266,
    name: "Airtel Kenya",
    iso: "KE",
    rate: "120.15",
    local: true,
    range: ["10", "10000"],
    discount: "5",
    prefixes: ["73", "75", "78", "10"],
  },
  {
    id: 341,
    name: "MTN Nigeria",
    iso: "NG",
    rate: "1428.5",
    local: true,
    range: ["50", "200000"],
    discount: "3",
    prefixes: ["803", "806", "810", "813", "814", "703", "706", "903", "906"],
  },
  {
    id: 342,
    name: "Airtel Nigeria",
    iso: "NG",
    rate: "1428.5",
    local: true,
    range: ["50", "200000"],
    discount: "3.4",
    prefixes: ["70", "80", "81", "90", "91"],
  },
  {
    id: 345,
    name: "MTN Nigeria Data",
    iso: "NG",
    rate: "1428.5",
    local: true,
    fixed: ["0.35", "1.4", "3.5"],
    localFixed: ["500", "2000", "5000"],
    discount: "2",
    kind: "data",
  },
  {
    id: 1213,
    name: "Glo Nigeria Special Bundle",
    iso: "NG",
    rate: "1428.5",
    fixed: ["0.17", "0.35", "0.7"],
    discount: "2",
    kind: "bundle",
    failsSlowly: true,
  },
  {
    id: 173,
    name: "Digicel Haiti",
    iso: "HT",
    rate: "67.12",
    local: true,
    range: ["50", "10000"],
    discount: "10",
    localDiscount: "2",
    prefixes: ["3", "4"],
  },
  {
    id: 174,
    name: "Natcom Haiti",
    iso: "HT",
    rate: "67.12",
    range: ["1", "100"],
    discount: "12",
    prefixes: ["2", "5", "32", "33", "40", "41", "42"],
  },
  {
    id: 150,
    name: "MTN Ghana",
    iso: "GH",
    rate: "11.2",
    local: true,
    range: ["1", "1000"],
    discount: "2",
    fees: { localPercentage: "1.5" },
    prefixes: ["24", "25", "53", "54", "55", "59"],
  },
  {
    id: 153,
    name: "Telecel Ghana",
    iso: "GH",
    rate: "11.2",
    local: true,
    range: ["1", "1000"],
    discount: "2",
    fees: { local: "0.5", international: "0.25" },
    prefixes: ["20", "50"],
  },
  {
    id: 410,
    name: "Globe Philippines",
    iso: "PH",
    rate: "56.4",
    local: true,
    range: ["5", "5000"],
    discount: "5",
    prefixes: ["90", "91", "92", "93"],
  },
  {
    id: 412,
    name: "Smart Philippines Load Plans",
    iso: "PH",
    rate: "56.4",
    fixed: ["1.77", "3.55", "5.32", "8.87"],
    discount: "6",
    kind: "bundle",
    prefixes: ["94", "95", "96", "97", "98", "99"],
  },
  {
    id: 200,
    name: "Airtel India",
    iso: "IN",
    rate: "83.1",
    local: true,
    range: ["10", "5000"],
    discount: "3",
    prefixes: ["9", "8"],
  },
  {
    id: 202,
    name: "Reliance Jio India Plans",
    iso: "IN",
    rate: "83.1",
    local: true,
    fixed: ["1.8", "2.88", "3.6"],
    localFixed: ["149", "239", "299"],
    discount: "2.5",
    kind: "bundle",
    prefixes: ["6", "7"],
  },
  { id: 685, name: "Cubacel Nauta Cuba", iso: "CU", rate: "24", range: ["5", "50"], discount: "8", takesEmail: true },
  { id: 683, name: "Nauta Cuba", iso: "CU", rate: "24", fixed: ["10", "15", "20"], discount: "8", takesEmail: true },
  { id: 684, name: "Cubacel Cuba", iso: "CU", rate: "24", range: ["5", "100"], discount: "10", prefixes: ["5", "6"] },
  {
    id: 672,
    name: "Cosmote PIN Greece",
    iso: "GR",
    rate: "0.92",
    fixed: ["5.45", "10.9", "21.8"],
    discount: "3",
    fees: { internationalPercentage: "2" },
    kind: "pin",
    pinTexts: "one",
    prefixes: ["69"],
  },
  {
    id: 535,
    name: "EE PIN England",
    iso: "GB",
    rate: "0.79",
    fixed: ["6.35", "12.7", "25.4"],
    discount: "2",
    kind: "pin",
    prefixes: ["7"],
  },
  {
    id: 110,
    name: "Vodafone Egypt",
    iso: "EG",
    rate: "48.6",
    local: true,
    range: ["5", "2000"],
    discount: "6",
    prefixes: ["10"],
  },
  {
    id: 111,
    name: "Etisalat Egypt",
    iso: "EG",
    rate: "48.6",
    local: true,
    range: ["5", "2000"],
    discount: "6.5",
    prefixes: ["11", "12", "15"],
  },
  {
    id: 285,
    name: "MTN Uganda",
    iso: "UG",
    rate: "3710",
    local: true,
    range: ["500", "500000"],
    discount: "4",
    prefixes: ["76", "77", "78", "79"],
  },
  {
    id: 286,
    name: "Airtel Uganda",
    iso: "UG",
    rate: "3710",
    local: true,
    range: ["500", "500000"],
    discount: "4",
    prefixes: ["70", "74", "75"],
  },
  {
    id: 460,
    name: "Dialog Sri Lanka",
    iso: "LK",
    rate: "298.7",
    local: true,
    range: ["20", "10000"],
    discount: "7",
    prefixes: ["7"],
  },
  {
    id: 480,
    name: "Claro Peru",
    iso: "PE",
    rate: "3.74",
    local: true,
    range: ["3", "200"],
    discount: "9",
    prefixes: ["9"],
  },
  {
    id: 500,
    name: "Smart Cambodia",
    iso: "KH",
    rate: "4100",
    range: ["1", "50"],
    discount: "8",
    prefixes: ["1", "6", "7", "8", "9"],
  },
];

/** Every operator as it is when a sandbox starts, by id. */
export function operatorsAtStart(): Map<number, Operator> {
  return new Map(ROWS.map((row) => [row.id, operatorOf(row)]));
}

function operatorOf(row: Row): Operator {
  const country = findCountry(row.iso);
  if (country === undefined) throw new Error(`operator ${row.id} stands in ${row.iso}, which is not in the catalogue`);
  return {
    operatorId: row.id,
    name: row.name,
    country,
    fxRate: decimal(row.rate),
    supportsLocalAmounts: row.local === true,
    range: row.range === undefined ? undefined : { min: decimal(row.range[0]), max: decimal(row.range[1]) },
    fixedAmounts: (row.fixed ?? []).map(decimal),
    localFixedAmounts: (row.localFixed ?? []).map(decimal),
    internationalDiscount: decimal(row.discount),
    localDiscount: decimal(row.localDiscount ?? "0"),
    fees: {
      international: decimal(row.fees?.international ?? "0"),
      internationalPercentage: decimal(row.fees?.internationalPercentage ?? "0"),
      local: decimal(row.fees?.local ?? "0"),
      localPercentage: decimal(row.fees?.localPercentage ?? "0"),
    },
    kind: row.kind ?? "airtime",
    pinTexts: row.pinTexts ?? "three",
    takesEmail: row.takesEmail === true,
    failsSlowly: row.failsSlowly === true,
    prefixes: row.prefixes ?? [],
  };
}
