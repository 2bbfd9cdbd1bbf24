import type { IdentifierRow, Transaction } from "./transaction.js";

const NONE: readonly Transaction[] = [];

/** Every customIdentifier that was ever posted. The provider tells upper from lower case, its report search does not. */
export class IdentifierIndex {
  readonly rows: IdentifierRow[] = [];
  severalExecutions = 0;
  readonly #byIdentifier = new Map<string, IdentifierRow>();
  readonly #withUpperCase = new Map<string, IdentifierRow[]>();

  /** The row of an identifier that has just been posted; a new row if it was never seen. */
  posted(customIdentifier: string, nowMs: number): IdentifierRow {
    let row = this.#byIdentifier.get(customIdentifier);
    if (row === undefined) row = this.#add(customIdentifier, nowMs);
    row.posts += 1;
    row.lastPostAtMs = nowMs;
    return row;
  }

  executed(row: IdentifierRow, transaction: Transaction): void {
    row.transactions = row.transactions === NONE ? [transaction] : [...row.transactions, transaction];
    if (row.transactions.length === 2) this.severalExecutions += 1;
  }

  find(customIdentifier: string): IdentifierRow | undefined {
    return this.#byIdentifier.get(customIdentifier);
  }

  /** Rows whose identifier is the same but for case. */
  search(customIdentifier: string): IdentifierRow[] {
    const lower = customIdentifier.toLowerCase();
    const exact = this.#byIdentifier.get(lower);
    const others = this.#withUpperCase.get(lower) ?? [];
    return exact === undefined ? others : [exact, ...others];
  }

  #add(customIdentifier: string, nowMs: number): IdentifierRow {
    const position = this.rows.length;
    const counts = { posts: 0, lastPostAtMs: nowMs, duplicateRefusals: 0, rejections: 0 };
    const row: IdentifierRow = { customIdentifier, position, ...counts, transactions: NONE };
    this.rows.push(row);
    this.#byIdentifier.set(customIdentifier, row);
    const lower = customIdentifier.toLowerCase();
    if (lower !== customIdentifier) {
      this.#withUpperCase.set(lower, [...(this.#withUpperCase.get(lower) ?? []), row]);
    }
    return row;
  }
}
