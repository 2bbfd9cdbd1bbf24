import type { CatalogueOperator } from "./catalogue.js";
import { maskCell } from "./clean-cell.js";
import type { RowVerdict } from "./judge-row.js";
import { formatUnits, type Units, unitsOf } from "./money.js";
import type { OperatorCost, PlanCost, PlanSummary, ProblemGroup } from "./plan.js";
import type { Price } from "./price.js";
import { ASSUMPTIONS, type Assumption, PROBLEM_REPAIRS, type ProblemCode, REPAIRS, type Repair } from "./problems.js";

const SAMPLES_MAX = 3;

class CostTally {
  rows = 0;
  #face: Units = 0;
  #discount: Units = 0;
  #fee: Units = 0;
  #cost: Units = 0;
  #reserve: Units = 0;

  add(price: Price): void {
    this.rows += 1;
    this.#face += price.face;
    this.#discount += price.discount;
    this.#fee += price.fee;
    this.#cost += price.cost;
    this.#reserve += price.reserve;
  }

  get(): PlanCost {
    return {
      rows: this.rows,
      face: formatUnits(this.#face),
      discount: formatUnits(this.#discount),
      fee: formatUnits(this.#fee),
      cost: formatUnits(this.#cost),
      reserve: formatUnits(this.#reserve),
    };
  }
}

type OperatorTally = { operator: CatalogueOperator; cost: CostTally; localRows: number; localUnits: Units };
type RepairTally = {
  rows: number;
  codes: Map<ProblemCode, number>;
  costUnits: Units;
  rowsPriced: number;
  samples: Array<ProblemGroup["samples"][number]>;
};

/** Adds up a check, row by row, in memory that does not grow with the file. */
export class PlanTally {
  readonly #total = new CostTally();
  readonly #countries = new Map<string, CostTally>();
  readonly #operators = new Map<number, OperatorTally>();
  readonly #repairs = new Map<Repair, RepairTally>();
  readonly #assumptions = new Map<Assumption, number>();
  #rejected = 0;
  #leftOut = 0;

  /** Adds a row's verdict. `line` is the row's line in the file, counted from 1. */
  add(verdict: RowVerdict, line: number): void {
    const { judged, price, operator, assumptions } = verdict;
    if (judged.kind === "rejected") {
      this.#addRejected(verdict, judged.rejected.row, line);
      return;
    }
    if (price === undefined || operator === undefined) throw new Error("a planned row has an operator and a price");
    const { planned } = judged;
    this.#total.add(price);
    entryOf(this.#countries, planned.countryCode, () => new CostTally()).add(price);
    const sold = entryOf(this.#operators, planned.operatorId, () => newOperatorTally(operator));
    sold.cost.add(price);
    if (planned.useLocalAmount) {
      sold.localRows += 1;
      sold.localUnits += unitsOf(planned.amount);
    }
    for (const assumption of assumptions) {
      this.#assumptions.set(assumption, (this.#assumptions.get(assumption) ?? 0) + 1);
    }
  }

  /** Counts a row that the campaign does not concern. */
  leaveOut(): void {
    this.#leftOut += 1;
  }

  #addRejected({ judged, culprit }: RowVerdict, row: number, line: number): void {
    if (judged.kind !== "rejected") return;
    const { problems, costUnits } = judged.rejected;
    const [first] = problems;
    if (first === undefined) throw new Error("a rejected row has a problem");
    this.#rejected += 1;
    const group = entryOf(this.#repairs, PROBLEM_REPAIRS[first.code], newRepairTally);
    group.rows += 1;
    group.codes.set(first.code, (group.codes.get(first.code) ?? 0) + 1);
    if (costUnits !== undefined) {
      group.costUnits += costUnits;
      group.rowsPriced += 1;
    }
    if (group.samples.length === SAMPLES_MAX) return;
    group.samples.push({ row, line, ...first, ...(culprit !== undefined && { value: maskCell(culprit) }) });
  }

  /** The operators that planned rows are sent to, as they were priced. */
  prices(): CatalogueOperator[] {
    return [...this.#operators.values()]
      .map(({ operator }) => operator)
      .sort((left, right) => left.operatorId - right.operatorId);
  }

  /** What all planned rows come to. */
  total(): PlanCost {
    return this.#total.get();
  }

  /** The summary of the whole check; the plan's hash, run and currency are the caller's to know. */
  summary(plan: Pick<PlanSummary, "planHash" | "run" | "currency" | "lines">): PlanSummary {
    const planned = this.#total.rows;
    const byCountry = [...this.#countries].map(([countryCode, cost]) => ({ countryCode, ...cost.get() }));
    return {
      ...plan,
      rows: {
        total: planned + this.#rejected + this.#leftOut,
        planned,
        rejected: this.#rejected,
        leftOut: this.#leftOut,
      },
      total: this.#total.get(),
      byCountry: byCountry.sort((left, right) => right.rows - left.rows),
      byOperator: [...this.#operators.values()].map(operatorCost).sort((left, right) => right.rows - left.rows),
      problems: [...this.#repairs].map(problemGroup).sort((left, right) => right.rows - left.rows),
      assumptions: assumptionNames().flatMap((assumption) => {
        const rows = this.#assumptions.get(assumption);
        return rows === undefined ? [] : [{ assumption, rows }];
      }),
      prices: this.prices(),
    };
  }
}

function assumptionNames(): Assumption[] {
  // The record has every assumption as a key, and no other.
  return Object.keys(ASSUMPTIONS) as Assumption[];
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function newOperatorTally(operator: CatalogueOperator): OperatorTally {
  return { operator, cost: new CostTally(), localRows: 0, localUnits: 0 };
}

function newRepairTally(): RepairTally {
  return { rows: 0, codes: new Map(), costUnits: 0, rowsPriced: 0, samples: [] };
}

function operatorCost({ operator, cost, localRows, localUnits }: OperatorTally): OperatorCost {
  const { operatorId, name, countryCode, localCurrency, fxRate } = operator;
  const local = { rows: localRows, amount: formatUnits(localUnits), currency: localCurrency, fxRate: fxRate ?? "0" };
  return { operatorId, name, countryCode, ...cost.get(), ...(localRows > 0 && { local }) };
}

function problemGroup([repair, tally]: [Repair, RepairTally]): ProblemGroup {
  return {
    repair,
    action: REPAIRS[repair],
    rows: tally.rows,
    codes: [...tally.codes].map(([code, rows]) => ({ code, rows })).sort((left, right) => right.rows - left.rows),
    cost: formatUnits(tally.costUnits),
    rowsPriced: tally.rowsPriced,
    samples: tally.samples,
  };
}
