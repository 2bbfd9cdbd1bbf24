/** How long a healthy endpoint waits for its events, alone and beside one that accepts connections and never answers. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { newWebhookEndpointSchema } from "@surefill/topup";
import { percentile } from "../figures.mjs";
import { emitEvents, openParts } from "./parts.mjs";

/** Few enough in hand that the dead endpoint, if it were let, would hold them all: 100 a second for three seconds. */
const SETTINGS = { WEBHOOK_TIMEOUT_MS: "3000", WEBHOOK_CONCURRENCY: "150" };
const TICK_MS = 50;
const WARM_UP = 50;
const LOOK_EVERY_MS = 5;

/**
 * Measures from the event's time in the log to the arrival of its webhook, in milliseconds. `deadRequests` is how many
 * requests the dead endpoint was held open with.
 * @param {{ events: number, perSecond: number, server: import("../../scripts/find-redis.mjs").RedisServer }} options
 */
export async function measureNeighbours({ events, perSecond, server }) {
  const alone = await measure({ events, perSecond, server, dead: false });
  const beside = await measure({ events, perSecond, server, dead: true });
  return { alone: alone.delays, beside: beside.delays, deadRequests: beside.deadRequests };
}

/**
 * Delivers events to a healthy endpoint beside one that never answers, and tells how many requests the dead one had been
 * sent by the time at which the healthy one had everything: each of them holds a slot of the worker for 30 seconds.
 * @param {{ events: number, server: import("../../scripts/find-redis.mjs").RedisServer }} options
 */
export async function deliverBesideDead({ events, server }) {
  const parts = await openParts({ server });
  let arrived = 0;
  let deadRequests = 0;
  const healthy = await listen((_request, _body, response) => {
    arrived += 1;
    response.writeHead(204).end();
  });
  const hanging = await listen(() => {
    deadRequests += 1;
  });
  const subscribe = ({ url }) => parts.endpoints.create(`whe_${randomUUID()}`, newWebhookEndpointSchema.parse({ url }));
  try {
    await subscribe(hanging);
    await subscribe(healthy);
    await parts.startWorker({ WEBHOOK_TIMEOUT_MS: "30000", WEBHOOK_CONCURRENCY: "60" });
    await emitEvents(parts.ledger, events);
    while (arrived < events) await sleep(LOOK_EVERY_MS);
    return { arrived, deadRequests };
  } finally {
    healthy.close();
    hanging.close();
    await parts.stop();
  }
}

async function measure({ events, perSecond, server, dead }) {
  const parts = await openParts({ server });
  const delaysMs = [];
  let deadRequests = 0;
  const healthy = await listen((_request, body, response) => {
    delaysMs.push(Date.now() - Date.parse(JSON.parse(body).timestamp));
    response.writeHead(204).end();
  });
  const hanging = await listen(() => {
    deadRequests += 1;
  });
  const subscribe = ({ url }) => parts.endpoints.create(`whe_${randomUUID()}`, newWebhookEndpointSchema.parse({ url }));
  try {
    await subscribe(healthy);
    if (dead) await subscribe(hanging);
    await parts.startWorker(SETTINGS);
    await emitEvents(parts.ledger, WARM_UP);
    while (delaysMs.length < WARM_UP) await sleep(LOOK_EVERY_MS);
    delaysMs.length = 0;
    const perTick = Math.max(1, Math.round((perSecond * TICK_MS) / 1_000));
    for (let sent = 0; sent < events; sent += perTick) {
      await Promise.all([emitEvents(parts.ledger, Math.min(perTick, events - sent)), sleep(TICK_MS)]);
    }
    while (delaysMs.length < events) await sleep(LOOK_EVERY_MS);
    return { deadRequests, delays: { p50Ms: percentile(delaysMs, 0.5), p99Ms: percentile(delaysMs, 0.99) } };
  } finally {
    healthy.close();
    hanging.close();
    await parts.stop();
  }
}

async function listen(take) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => take(request, Buffer.concat(chunks).toString(), response));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
