import { type Decimal, decimal } from "../money.js";
import { type Circle, circlesOfIndia } from "./circles.js";
import { type Country, findCountry } from "./countries.js";
import { OPERATOR_ROWS, type OperatorRow } from "./operator-rows.js";

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
  /** What is sold in each circle; most operators have none. */
  readonly circles: readonly Circle[];
  readonly internationalDiscount: Decimal;
  readonly localDiscount: Decimal;
  readonly fees: Readonly<Record<"international" | "internationalPercentage" | "local" | "localPercentage", Decimal>>;
  readonly kind: "airtime" | "data" | "bundle" | "combo" | "pin";
  /** How vouchers say how to use them: in one text, or in three. */
  readonly pinTexts: "one" | "three";
  /** Recipients are named by e-mail address instead of phone number. */
  readonly takesEmail: boolean;
  /** Holds a synchronous order for a long time and then refuses it, as operator 1213 does at Reloadly. */
  readonly failsSlowly: boolean;
  /** First digits of the national numbers that auto-detection gives to this operator. */
  readonly prefixes: readonly string[];
}

/** Every operator as it is when a sandbox starts, by id. */
export function operatorsAtStart(): Map<number, Operator> {
  return new Map(OPERATOR_ROWS.map((row) => [row.id, operatorOf(row)]));
}

function operatorOf(row: OperatorRow): Operator {
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
    circles: row.byCircle === true ? circlesOfIndia() : [],
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

/** Every listed amount that an operator takes, whether it is its own or a circle's. */
export function listedAmounts({ fixedAmounts, localFixedAmounts, circles }: Operator, isLocal: boolean): Decimal[] {
  return isLocal
    ? [...localFixedAmounts, ...circles.flatMap((circle) => circle.localAmounts)]
    : [...fixedAmounts, ...circles.flatMap((circle) => circle.fixedAmounts)];
}
