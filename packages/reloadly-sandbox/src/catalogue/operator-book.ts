import type { Decimal } from "../money.js";
import type { Country } from "./countries.js";
import { type Operator, operatorsAtStart } from "./operators.js";

/** Percentages and rates of an operator that a provider changes from one day to the next. */
export interface PriceChange {
  readonly fxRate?: Decimal | undefined;
  readonly internationalDiscount?: Decimal | undefined;
  readonly localDiscount?: Decimal | undefined;
}

/** The operators of one sandbox. Each has its own, because their prices can be changed while it runs. */
export class OperatorBook {
  readonly #byId = operatorsAtStart();

  /** Every operator, in order of id. */
  all(): Operator[] {
    return [...this.#byId.values()].sort((a, b) => a.operatorId - b.operatorId);
  }

  find(operatorId: number): Operator | undefined {
    return this.#byId.get(operatorId);
  }

  /** The operator whose prefix matches most digits of an international number of that country, or undefined. */
  detect(country: Country, digits: string): Operator | undefined {
    const national = digits.slice(country.callingCode.length);
    let best: { operator: Operator; length: number } | undefined;
    for (const operator of this.#byId.values()) {
      if (operator.country !== country) continue;
      for (const prefix of operator.prefixes) {
        if (national.startsWith(prefix) && prefix.length > (best?.length ?? 0))
          best = { operator, length: prefix.length };
      }
    }
    return best?.operator;
  }

  /** Changes what an operator costs from now on; what was sent before keeps its price. False when there is none. */
  changePrice(operatorId: number, change: PriceChange): boolean {
    const operator = this.#byId.get(operatorId);
    if (operator === undefined) return false;
    this.#byId.set(operatorId, {
      ...operator,
      fxRate: change.fxRate ?? operator.fxRate,
      internationalDiscount: change.internationalDiscount ?? operator.internationalDiscount,
      localDiscount: change.localDiscount ?? operator.localDiscount,
    });
    return true;
  }
}
