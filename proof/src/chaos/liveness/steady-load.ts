/** Single top-ups, offered one by one at a steady rate, whatever becomes of those before. */
import { setTimeout as sleep } from "node:timers/promises";
import { NETWORKS, type Order, SPECIAL_ENDINGS } from "../recipients.js";
import type { Rig } from "../rig.js";

const ANSWER_DEADLINE_MS = 4_000;
const AGAIN_AFTER_MS = 200;
const ACKNOWLEDGE_DEADLINE_MS = 30_000;
const RECIPIENTS_MAX = 100_000;
const STEP = 7_919;

/** The operator whose numbers alone end in 7, so that a fault plan can name it. */
export const MARKED_OPERATOR_ID = 341;
export const MARKED_ENDING = "7";

/** `count` orders of one unit each, in turn over all operators, each to a recipient of its own. */
export function steadyOrders(run: string, count: number): Order[] {
  return Array.from({ length: count }, (_, index) => steadyOrder(`${run}-${index + 1}`, index));
}

function steadyOrder(reference: string, index: number): Order {
  const network = NETWORKS[index % NETWORKS.length];
  if (network === undefined) throw new Error("there are networks");
  const { operatorId, countryCode, prefix, digits } = network;
  const isMarked = operatorId === MARKED_OPERATOR_ID;
  // The last digit says whether it is the marked operator; two before it keep clear of endings with a meaning.
  const ending = `${SPECIAL_ENDINGS / 10 + (index % 90)}${isMarked ? MARKED_ENDING : String(index % 7)}`;
  const middle = String((index * STEP) % RECIPIENTS_MAX).padStart(digits - ending.length, "0");
  const number = `${prefix}${middle.slice(-(digits - ending.length))}${ending}`;
  return { reference, operatorId, amount: "1", useLocalAmount: false, recipientPhone: { countryCode, number } };
}

/** What was offered, and when; times in milliseconds since 1970. */
export type Offered = { orders: ReadonlyMap<string, Order>; startedAtMs: number; endedAtMs: number };

/** Offers the orders. Resolves when the time of the last is over and each is acknowledged. */
export async function offer(
  { producer, apiKey }: Pick<Rig, "producer" | "apiKey">,
  { orders, perSecond, signal }: { orders: readonly Order[]; perSecond: number; signal: AbortSignal },
): Promise<Offered> {
  const startedAtMs = Date.now();
  const startedMs = performance.now();
  const durationMs = (orders.length / perSecond) * 1_000;
  const until = (atMs: number) => sleep(Math.max(0, startedMs + atMs - performance.now()), undefined, { signal });
  const sent: Promise<boolean>[] = [];
  for (const [index, order] of orders.entries()) {
    await until((index / perSecond) * 1_000);
    const acknowledged = sendUntilAcknowledged(producer.url, apiKey, order);
    acknowledged.catch(() => undefined); // Awaited below, when the time is over.
    sent.push(acknowledged);
  }
  await until(durationMs);
  await Promise.all(sent);
  return { orders: new Map(orders.map((order) => [order.reference, order])), startedAtMs, endedAtMs: Date.now() };
}

/** Sends one order, and again with the same reference while there is no answer; false where `signal` ended that. */
export async function sendUntilAcknowledged(
  url: string,
  apiKey: string,
  order: Order,
  signal?: AbortSignal,
): Promise<boolean> {
  const giveUpAtMs = performance.now() + ACKNOWLEDGE_DEADLINE_MS;
  for (;;) {
    const status = await send(url, apiKey, order);
    if (status === 202 || status === 200) return true;
    if (signal?.aborted) return false;
    if (status !== undefined && status < 500 && status !== 429) {
      throw new Error(`${order.reference} was answered with ${status}`);
    }
    if (performance.now() > giveUpAtMs) throw new Error(`${order.reference} was not acknowledged`);
    await sleep(AGAIN_AFTER_MS);
  }
}

async function send(url: string, apiKey: string, order: Order): Promise<number | undefined> {
  try {
    const response = await fetch(`${url}/v1/topups`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
