import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { BooksTotals } from "./books.js";
import type { Clock } from "./clock.js";
import { printJson } from "./json.js";
import type { WebhookSettings } from "./options.js";
import type { Random } from "./random.js";
import type { Transaction } from "./transaction.js";
import { statusBody, transactionBody } from "./transaction-body.js";

const IN_FLIGHT_MAX = 20;
const WAITING_MAX = 10_000;
const ANSWER_TIMEOUT_MS = 3000;

/** Tells a receiver of every settled top-up, signed, and as unreliably as it is asked to. It never sends again. */
export class Webhooks {
  readonly counts: { -readonly [Name in keyof BooksTotals["webhooks"]]: number } = { sent: 0, failed: 0, withheld: 0 };
  readonly #settings: WebhookSettings;
  readonly #world: { clock: Clock; random: Random; currency: string };
  readonly #timers = new Set<() => void>();
  readonly #inFlight = new Set<ReturnType<typeof httpRequest>>();
  readonly #waiting: string[] = [];
  #isClosed = false;

  constructor(settings: WebhookSettings, world: { clock: Clock; random: Random; currency: string }) {
    this.#settings = settings;
    this.#world = world;
  }

  /** Announces a transaction that has changed its status. */
  announce(transaction: Transaction): void {
    const { currency } = this.#world;
    const data =
      this.#settings.dataShape === "transaction"
        ? transactionBody(transaction, currency)
        : {
            ...statusBody(transaction, { currency, statusShape: "envelope" }),
            transaction: transactionBody(transaction, currency),
          };
    const body = printJson({ type: "airtime_transaction.status", data });
    const { mode, lateMs } = this.#settings;
    switch (mode) {
      case "normal":
        this.#queue(body);
        return;
      case "lost":
        this.counts.withheld += 1;
        return;
      case "duplicate":
        this.#queue(body);
        this.#queue(body);
        return;
      case "late":
        this.#queueAfter(lateMs, body);
        return;
      case "shuffled":
        this.#queueAfter(Math.floor(this.#world.random() * lateMs), body);
        return;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#timers) cancel();
    for (const delivery of this.#inFlight) delivery.destroy();
    this.#timers.clear();
    this.#waiting.length = 0;
  }

  #queueAfter(delayMs: number, body: string): void {
    const cancel = this.#world.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      this.#queue(body);
    });
    this.#timers.add(cancel);
  }

  #queue(body: string): void {
    if (this.#waiting.length >= WAITING_MAX) this.counts.failed += 1;
    else this.#waiting.push(body);
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    while (!this.#isClosed && this.#inFlight.size < IN_FLIGHT_MAX) {
      const body = this.#waiting.shift();
      if (body === undefined) return;
      this.#send(body);
    }
  }

  #send(body: string): void {
    const { url, secret } = this.#settings;
    const timestamp = String(Math.floor(this.#world.clock.nowMs() / 1000));
    const signature = createHmac("sha256", secret).update(`${body}:${timestamp}`).digest("hex");
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "x-reloadly-signature": signature,
      "x-reloadly-request-timestamp": timestamp,
    };
    const delivery = send(url, { method: "POST", headers, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    let isAccepted = false;
    this.#inFlight.add(delivery);
    this.counts.sent += 1;
    delivery.on("response", (answer) => {
      isAccepted = answer.statusCode !== undefined && answer.statusCode < 300;
      answer.resume();
    });
    // The count of failures is taken when the delivery closes, whatever ended it.
    delivery.on("error", () => undefined);
    delivery.on("close", () => {
      this.#inFlight.delete(delivery);
      if (!isAccepted) this.counts.failed += 1;
      this.#sendWaiting();
    });
    delivery.end(body);
  }
}
