import { formatUnits, type Units } from "./money.js";

/** The wallet's figures as decimal strings with five decimals. `openingBalance + credited - debited + refunded = balance`. */
export interface WalletBooks {
  readonly currency: string;
  readonly openingBalance: string;
  readonly credited: string;
  readonly debited: string;
  readonly refunded: string;
  readonly balance: string;
  /** The part of the balance that is reserved for top-ups whose debit is not decided yet. */
  readonly frozen: string;
}

/** The one wallet of the account. Every change is a whole number of units, so that the sum holds at all times. */
export class Wallet {
  readonly currency: string;
  readonly #opening: Units;
  #credited: Units = 0;
  #debited: Units = 0;
  #refunded: Units = 0;
  #frozen: Units = 0;

  constructor(currency: string, openingBalance: Units) {
    this.currency = currency;
    this.#opening = openingBalance;
  }

  get balance(): Units {
    return this.#opening + this.#credited - this.#debited + this.#refunded;
  }

  get frozen(): Units {
    return this.#frozen;
  }

  /** Whether an order of this cost can be taken without the wallet ever falling below zero. */
  canPay(cost: Units): boolean {
    return this.balance - this.#frozen >= cost;
  }

  credit(amount: Units): void {
    this.#credited += amount;
  }

  debit(cost: Units): void {
    this.#debited += cost;
  }

  refund(cost: Units): void {
    this.#refunded += cost;
  }

  freeze(cost: Units): void {
    this.#frozen += cost;
  }

  release(cost: Units): void {
    this.#frozen -= cost;
  }

  books(): WalletBooks {
    return {
      currency: this.currency,
      openingBalance: formatUnits(this.#opening),
      credited: formatUnits(this.#credited),
      debited: formatUnits(this.#debited),
      refunded: formatUnits(this.#refunded),
      balance: formatUnits(this.balance),
      frozen: formatUnits(this.#frozen),
    };
  }
}
