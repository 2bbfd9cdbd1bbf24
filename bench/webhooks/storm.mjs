/**
 * Events to one endpoint that fails at random, hangs and restarts, while worker processes and Redis are killed. Counts
 * at the receiver what came of it.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { newWebhookEndpointSchema } from "@surefill/topup";
import { Webhook } from "standardwebhooks";
import { emitEvents, openParts } from "./parts.mjs";

const SETTINGS = { WEBHOOK_SCHEDULE_SCALE: "0.001", WEBHOOK_TIMEOUT_MS: "500", SHUTDOWN_MS: "5000" };
const BATCH = 20;
const AHEAD = 200;
const LOOK_EVERY_MS = 10;
const DOWN_MS = 300;

/** What is done when this part of the events has been received. */
const DISRUPTIONS = [
  [0.1, "worker"],
  [0.25, "redis"],
  [0.4, "receiver"],
  [0.55, "worker"],
  [0.7, "redis and worker"],
  [0.85, "receiver"],
];

/** How the receiver answers, by chance: the rest succeeds. */
const ANSWERS = [
  [0.12, (response) => response.writeHead(500).end("no")],
  [0.05, (response) => response.socket?.destroy()],
  [0.02, () => undefined], // Hangs until the worker gives up.
  [0.03, (response) => response.writeHead(302, { location: "/" }).end()],
];

/**
 * Runs one storm. Rejects when an event has not arrived after `deadlineMs`.
 * @param {{ events: number, seed: number, deadlineMs: number,
 *   server: import("../../scripts/find-redis.mjs").RedisServer }} options
 */
export async function runStorm({ events, seed, deadlineMs, server }) {
  const parts = await openParts({ server });
  const receiver = createReceiver(randomFrom(seed));
  try {
    await receiver.start();
    const wanted = newWebhookEndpointSchema.parse({ url: receiver.url() });
    const { secret, endpoint } = await parts.endpoints.create(`whe_${randomUUID()}`, wanted);
    receiver.verifyWith(new Webhook(secret));
    const workers = [await parts.startWorker(SETTINGS), await parts.startWorker(SETTINGS)];
    const startedMs = performance.now();
    const emitting = emitAll(parts.ledger, events, receiver.arrived);
    const done = await disrupt({ parts, receiver, workers, events, giveUpAtMs: Date.now() + deadlineMs });
    await emitting;
    const seconds = (performance.now() - startedMs) / 1_000;
    const told = new Set((await parts.events()).map(({ id }) => id));
    return {
      events: told.size,
      arrived: [...told].filter((id) => receiver.arrived.has(id)).length,
      invented: [...receiver.arrived.keys()].filter((id) => !told.has(id)).length,
      // More than one success of one id: what a receiver recognises by the id.
      repeated: [...receiver.arrived.values()].filter((times) => times > 1).length,
      requests: receiver.counts.requests,
      forged: receiver.counts.forged,
      differing: receiver.counts.differing,
      disruptions: done,
      endpointState: (await parts.endpoints.get(endpoint.id)).state,
      seconds,
    };
  } finally {
    await receiver.stop();
    await parts.stop();
  }
}

/** Keeps ahead of the receiver by a little, so that events are being written whenever something is killed. */
async function emitAll(ledger, events, arrived) {
  for (let sent = 0; sent < events; sent += BATCH) {
    while (sent - arrived.size > AHEAD) await sleep(LOOK_EVERY_MS);
    await emitEvents(ledger, Math.min(BATCH, events - sent));
  }
}

/** Waits for each mark and disrupts, then waits for the last event. Answers what was done, in order. */
async function disrupt({ parts, receiver, workers, events, giveUpAtMs }) {
  const done = [];
  for (const [share, what] of [...DISRUPTIONS, [1, "nothing"]]) {
    while (receiver.arrived.size < events * share) {
      if (Date.now() > giveUpAtMs) throw new Error(`${receiver.arrived.size} of ${events} events arrived in time`);
      await sleep(LOOK_EVERY_MS);
    }
    if (what.includes("redis")) await parts.redis.kill();
    if (what.includes("worker")) {
      const [killed] = workers.splice(0, 1);
      process.kill(killed.pid, "SIGKILL");
      await killed.exited;
    }
    if (what.includes("receiver")) await receiver.stop();
    await sleep(DOWN_MS);
    if (what.includes("redis")) await parts.redis.start();
    if (what.includes("worker")) workers.push(await parts.startWorker(SETTINGS));
    if (what.includes("receiver")) await receiver.start();
    if (what !== "nothing") done.push(`${what} at ${receiver.arrived.size}`);
  }
  return done;
}

function createReceiver(random) {
  const counts = { requests: 0, forged: 0, differing: 0 };
  /** How often each id was answered with success. */
  const arrived = new Map();
  const bodies = new Map();
  const sockets = new Set();
  let webhook;
  let server;
  let port = 0;

  function take(request, raw, response) {
    counts.requests += 1;
    const id = request.headers["webhook-id"];
    try {
      webhook.verify(raw, request.headers);
    } catch {
      counts.forged += 1;
    }
    const text = raw.toString();
    if ((bodies.get(id) ?? text) !== text) counts.differing += 1;
    bodies.set(id, text);
    const answer = pick(random());
    if (answer !== undefined) return answer(response);
    // Counted when the answer is out: a success that the worker never saw may be repeated, and must be.
    response.on("finish", () => arrived.set(id, (arrived.get(id) ?? 0) + 1));
    return response.writeHead(204).end();
  }

  return {
    counts,
    arrived,
    url: () => `http://127.0.0.1:${port}/`,
    verifyWith(verifier) {
      webhook = verifier;
    },
    async start() {
      server = createServer((request, response) => {
        const chunks = [];
        request.on("data", (chunk) => chunks.push(chunk));
        request.on("end", () => take(request, Buffer.concat(chunks), response));
      });
      server.on("connection", (socket) => {
        sockets.add(socket);
        socket.on("close", () => sockets.delete(socket));
      });
      await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, "127.0.0.1", resolve);
      });
      port = server.address().port;
    },
    async stop() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function pick(chance) {
  let from = 0;
  for (const [share, answer] of ANSWERS) {
    from += share;
    if (chance < from) return answer;
  }
  return undefined;
}

/** The same numbers for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
