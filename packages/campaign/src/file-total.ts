import type { CatalogueOperator } from "./catalogue.js";
import { formatUnits, type Units, unitsOf } from "./money.js";
import type { ReadRow } from "./read-row.js";

/** The sum that a person expects of a file's amounts. */
export type ExpectedTotal = { amount: string; currency: string };

/** Adds up the amounts of a file as it says them, whether their rows are sent or not, and compares the sum. */
export class FileTotal {
  readonly #expected: ExpectedTotal;
  readonly #accountCurrency: string;
  #units: Units = 0;
  #rows = 0;
  #unread = 0;
  #firstUnread: number | undefined;
  #otherCurrency = 0;
  #firstOther: number | undefined;

  constructor(expected: ExpectedTotal, accountCurrency: string) {
    this.#expected = expected;
    this.#accountCurrency = accountCurrency;
  }

  /** Adds a row; `operator` is that of the row, where it is known. */
  add(read: ReadRow, operator: CatalogueOperator | undefined): void {
    const { amountUnits } = read;
    const currency = currencyOf(read, operator, this.#accountCurrency);
    if (amountUnits === undefined || currency === undefined) {
      this.#unread += 1;
      this.#firstUnread ??= read.line;
    } else if (currency !== this.#expected.currency) {
      this.#otherCurrency += 1;
      this.#firstOther ??= read.line;
    } else {
      this.#rows += 1;
      this.#units += amountUnits;
    }
  }

  /** How the file differs from what is expected; `undefined` where it does not. */
  difference(): string | undefined {
    const { amount, currency } = this.#expected;
    const isWhole = this.#unread === 0 && this.#otherCurrency === 0;
    if (isWhole && this.#units === unitsOf(amount)) return undefined;
    const parts = [`the amounts of ${this.#rows} rows come to ${formatUnits(this.#units)} ${currency}`];
    if (this.#unread > 0) parts.push(`those of ${this.#unread} rows cannot be read (line ${this.#firstUnread} first)`);
    if (this.#otherCurrency > 0) {
      parts.push(`${this.#otherCurrency} rows are in another currency (line ${this.#firstOther} first)`);
    }
    return `expectedTotal is ${amount} ${currency}, but ${parts.join(", ")}.`;
  }
}

/** The currency of a row's amount; `undefined` where only its operator would tell. */
function currencyOf(
  { unit }: ReadRow,
  operator: CatalogueOperator | undefined,
  accountCurrency: string,
): string | undefined {
  if (unit === undefined) return undefined;
  const [only, other] = unit.currencies ?? [];
  if (only !== undefined && other === undefined) return only;
  if (unit.isLocal === false) return accountCurrency;
  return unit.isLocal === true ? operator?.localCurrency : undefined;
}
