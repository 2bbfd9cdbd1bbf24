import { DueQueue } from "./due-queue.js";
import type { Outcome } from "./effects.js";
import { ExpiringKeys } from "./expiring-keys.js";
import { IdentifierIndex } from "./identifier-index.js";
import { formatDecimal } from "./money.js";
import type { Order } from "./order.js";
import type { IdentifierRow, Status, Transaction } from "./transaction.js";
import type { Wallet } from "./wallet.js";

/** What has to be known to execute an order. */
export interface Execution {
  readonly order: Order;
  readonly identifier: IdentifierRow | undefined;
  readonly outcome: Outcome;
  readonly nowMs: number;
  readonly processingMs: number;
  readonly reportLagMs: number;
}

const FIRST_TRANSACTION_ID = 100_001;

/** Every top-up that was executed, and the money it moved. Time moves it on through `settleDue`. */
export class TopUpBook {
  readonly wallet: Wallet;
  readonly identifiers = new IdentifierIndex();
  readonly transactions: Transaction[] = [];
  readonly statusCounts = new Map<Status, number>();
  readonly moneyCounts = { debits: 0, refunds: 0 };
  /** Called with each transaction that has changed its status. */
  onSettled: ((transaction: Transaction) => void) | undefined;
  readonly #due = new DueQueue<Transaction>();
  readonly #rechargedPhones: ExpiringKeys;
  readonly #heldProducts: ExpiringKeys;
  readonly #changeOfMindMs: number;

  constructor(
    wallet: Wallet,
    waits: { phoneRechargeWindowMs: number; providerHoldMs: number; changeOfMindMs: number },
  ) {
    this.wallet = wallet;
    this.#rechargedPhones = new ExpiringKeys(waits.phoneRechargeWindowMs);
    this.#heldProducts = new ExpiringKeys(waits.providerHoldMs);
    this.#changeOfMindMs = waits.changeOfMindMs;
  }

  /** When the next transaction will change by itself, or undefined when none will. */
  get nextDueAtMs(): number | undefined {
    return this.#due.nextDueAtMs;
  }

  find(transactionId: number): Transaction | undefined {
    return this.transactions[transactionId - FIRST_TRANSACTION_ID];
  }

  wasRecentlyRecharged(recipient: string, nowMs: number): boolean {
    return this.#rechargedPhones.has(recipient, nowMs);
  }

  /** Whether this product failed for this recipient so recently that the operator fails it again. */
  isHeld(order: Order, nowMs: number): boolean {
    return this.#heldProducts.has(productKey(order), nowMs);
  }

  /** Executes an order whose cost the wallet can pay: from here on it exists, whatever the caller gets to see. */
  commit(execution: Execution): Transaction {
    const { order, identifier, outcome, nowMs } = execution;
    const transaction: Transaction = {
      transactionId: FIRST_TRANSACTION_ID + this.transactions.length,
      identifier,
      operator: order.operator,
      recipient: order.recipient,
      senderPhone: order.senderPhone,
      amount: formatDecimal(order.amount, 30),
      useLocalAmount: order.useLocalAmount,
      price: order.price,
      balanceBefore: this.wallet.balance,
      committedAtMs: nowMs,
      visibleAtMs: nowMs + execution.reportLagMs,
      outcome,
      status: outcome === "unknown-status" ? "AWAITING_OPERATOR_CONFIRMATION" : "PROCESSING",
      debited: 0,
      refunded: 0,
    };
    this.transactions.push(transaction);
    if (identifier !== undefined) this.identifiers.executed(identifier, transaction);
    this.#count(transaction.status, 1);
    // A failed top-up never debits, so its money is only set aside until the outcome is out.
    if (outcome === "failed" || outcome === "failed-then-successful") this.wallet.freeze(order.price.cost);
    else this.#debit(transaction);
    this.#rechargedPhones.add(order.recipient, nowMs);
    if (outcome !== "processing-for-ever") this.#due.add(nowMs + execution.processingMs, transaction);
    return transaction;
  }

  /** Moves on every transaction whose time has come. Everything that reads the book does this first. */
  settleDue(nowMs: number): void {
    for (let next = this.#due.takeDue(nowMs); next !== undefined; next = this.#due.takeDue(nowMs)) {
      this.#settle(next.item, next.dueAtMs);
    }
  }

  #settle(transaction: Transaction, atMs: number): void {
    const { outcome, status } = transaction;
    const isFirst = status === "PROCESSING" || status === "AWAITING_OPERATOR_CONFIRMATION";
    if (outcome === "refunded") this.#refund(transaction);
    else if (outcome === "failed") this.#fail(transaction, atMs);
    else if (outcome === "failed-then-successful" && isFirst) {
      this.#move(transaction, "FAILED");
      this.#due.add(atMs + this.#changeOfMindMs, transaction);
    } else if (outcome === "failed-then-successful") {
      this.wallet.release(transaction.price.cost);
      this.#debit(transaction);
      this.#move(transaction, "SUCCESSFUL");
    } else if (outcome === "successful-then-refunded" && !isFirst) this.#refund(transaction);
    else {
      this.#move(transaction, "SUCCESSFUL");
      if (outcome === "successful-then-refunded") this.#due.add(atMs + this.#changeOfMindMs, transaction);
    }
    this.onSettled?.(transaction);
  }

  #fail(transaction: Transaction, atMs: number): void {
    this.wallet.release(transaction.price.cost);
    this.#rechargedPhones.forget(transaction.recipient);
    const key = productKey(transaction);
    if (!this.#heldProducts.has(key, atMs)) this.#heldProducts.add(key, atMs);
    this.#move(transaction, "FAILED");
  }

  #refund(transaction: Transaction): void {
    transaction.refunded = transaction.price.cost;
    this.wallet.refund(transaction.price.cost);
    this.moneyCounts.refunds += 1;
    this.#rechargedPhones.forget(transaction.recipient);
    this.#move(transaction, "REFUNDED");
  }

  #debit(transaction: Transaction): void {
    transaction.debited = transaction.price.cost;
    this.wallet.debit(transaction.price.cost);
    this.moneyCounts.debits += 1;
  }

  #move(transaction: Transaction, to: Status): void {
    this.#count(transaction.status, -1);
    transaction.status = to;
    this.#count(to, 1);
  }

  #count(status: Status, change: number): void {
    this.statusCounts.set(status, (this.statusCounts.get(status) ?? 0) + change);
  }
}

/** One product for one recipient: what the operator's 30-minute rule is about. */
export function productKey(bought: { recipient: string; operator: { operatorId: number } }): string {
  return `${bought.recipient}:${bought.operator.operatorId}`;
}
