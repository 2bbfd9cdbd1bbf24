/**
 * The services that send top-ups: over HTTP, alone and in batches. A caller that gets no answer asks again with the same
 * reference, for as long as it takes, and remembers everything that was acknowledged.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Order } from "./recipients.js";
import type { SeededChance } from "./seeded-chance.js";

const ANSWER_DEADLINE_MS = 4_000;
const AGAIN_AFTER_MS = [100, 600] as const;
const BATCH_SHARE = 0.25;
const BATCH_SIZE = [2, 20] as const;
/** A nervous caller sends again what was acknowledged. */
const REPEATED_SHARE = 0.02;

export type Acknowledged = ReadonlyMap<string, Order>;

export type CallerFigures = {
  acknowledged: number;
  /** Requests without an answer, or with one that says "not now": each was sent again. */
  repeated: number;
  /** Requests for what was acknowledged before. */
  again: number;
};

export type Callers = {
  acknowledged: Acknowledged;
  figures: CallerFigures;
  /** Answers that no caller should ever get, such as a conflict about a reference of its own. */
  wrongAnswers: string[];
  /** Resolves when every order is acknowledged. */
  done: Promise<void>;
};

export type CallerOptions = {
  producerUrl: () => string;
  apiKey: string;
  makeOrder: () => Order;
  chance: SeededChance;
  /** How many callers there are, and how many top-ups they send a second together. */
  callers: number;
  perSecond: number;
  /** No new orders after this; those that are not acknowledged are still sent again. */
  stop: AbortSignal;
};

/** Starts the callers. */
export function startCallers(options: CallerOptions): Callers {
  const acknowledged = new Map<string, Order>();
  const figures: CallerFigures = { acknowledged: 0, repeated: 0, again: 0 };
  const wrongAnswers: string[] = [];
  const startedMs = performance.now();
  let issued = 0;
  const isDue = () => issued < ((performance.now() - startedMs) / 1_000) * options.perSecond;
  const desk = { ...options, acknowledged, figures, wrongAnswers };

  async function callerLife(chance: SeededChance): Promise<void> {
    while (!options.stop.aborted) {
      if (!isDue()) {
        await sleep(10);
        continue;
      }
      const size = chance.next() < BATCH_SHARE ? chance.between(BATCH_SIZE) : 1;
      issued += size;
      const orders = Array.from({ length: size }, options.makeOrder);
      await sendUntilAcknowledged(desk, orders, chance);
      if (chance.next() < REPEATED_SHARE) {
        figures.again += 1;
        await sendUntilAcknowledged(desk, orders, chance);
      }
    }
  }
  const lives = Array.from({ length: options.callers }, (_, index) =>
    callerLife(options.chance.fork(`caller-${index}`)),
  );
  return { acknowledged, figures, wrongAnswers, done: Promise.all(lives).then(() => undefined) };
}

type Desk = CallerOptions & { acknowledged: Map<string, Order>; figures: CallerFigures; wrongAnswers: string[] };

async function sendUntilAcknowledged(desk: Desk, orders: readonly Order[], chance: SeededChance): Promise<void> {
  for (;;) {
    const answer = await send(desk, orders);
    if (answer.kind === "answered") {
      for (const [index, status] of answer.statuses.entries()) note(desk, orders[index], status);
      return;
    }
    desk.figures.repeated += 1;
    await sleep(chance.between(AGAIN_AFTER_MS));
  }
}

function note(desk: Desk, order: Order | undefined, status: number): void {
  if (order === undefined) return;
  if (status !== 202 && status !== 200) {
    desk.wrongAnswers.push(`${order.reference} was answered with ${status}`);
    return;
  }
  if (desk.acknowledged.has(order.reference)) return;
  desk.acknowledged.set(order.reference, order);
  desk.figures.acknowledged += 1;
}

type Answer = { kind: "answered"; statuses: number[] } | { kind: "none" };

/** One request. "None" also where the answer says that the producer cannot take it now. */
async function send(desk: Desk, orders: readonly Order[]): Promise<Answer> {
  const isBatch = orders.length > 1;
  try {
    const response = await fetch(`${desk.producerUrl()}/v1/topups${isBatch ? "/batch" : ""}`, {
      method: "POST",
      headers: { authorization: `Bearer ${desk.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(isBatch ? { topups: orders } : orders[0]),
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    });
    const body: unknown = await response.json();
    if (response.status >= 500 || response.status === 429) return { kind: "none" };
    if (!isBatch || response.status !== 200) return { kind: "answered", statuses: orders.map(() => response.status) };
    return { kind: "answered", statuses: statusesOf(body, orders) };
  } catch {
    return { kind: "none" };
  }
}

/** A batch has an answer per item, in their order, each with the item's reference. */
function statusesOf(body: unknown, orders: readonly Order[]): number[] {
  const results: unknown[] = isObject(body) && Array.isArray(body.results) ? body.results : [];
  return orders.map(({ reference }, index) => {
    const result = results[index];
    const isItsAnswer = isObject(result) && result.reference === reference && typeof result.status === "number";
    return isItsAnswer ? Number(result.status) : 0;
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
