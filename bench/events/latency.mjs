/** How long it takes from the provider to whoever wants to know, through the real processes on a fresh Redis. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { followEvents, LOG_START, WebhookEndpoints } from "@surefill/topup-store";
import { Redis } from "ioredis";
import { startBackgroundProcess } from "../../scripts/background-process.mjs";
import { startRedis } from "../../scripts/redis.mjs";
import { openFeed } from "../feed.mjs";
import { percentile } from "../figures.mjs";
import { PIPELINES } from "../pipelines.mjs";
import { topupOf } from "../recipients.mjs";
import { listen, Marks, openDoor } from "./doors.mjs";

const SANDBOX = fileURLToPath(new URL("../../packages/reloadly-sandbox/bin/reloadly-sandbox.js", import.meta.url));
const PREFIX = "surefill";
const WEBHOOK_SECRET = "bench-webhook-signature-secret";
const ENDPOINT_ID = "whe_019abcde-0000-7000-8000-000000000001";
const WARM_UP = 100;
const DONE_DEADLINE_MS = 120_000;

/**
 * Sends top-ups at an even rate, with the settings as shipped, and notes when each of them passes which point.
 * @param {{ topups: number, perSecond: number, hints: boolean, server: import("../../scripts/find-redis.mjs").RedisServer,
 *   onStarted?: (stop: () => Promise<void>) => void }} options `hints`: whether the provider's webhooks reach us
 * @returns milliseconds, p50 and p99, from `decided` (the provider has settled the top-up) to `logged`, and from
 *   `answered` (it has told so) to `logged`, `sent` (by webhook) and `streamed`
 */
export async function measureLatency({ topups, perSecond, hints, server, onStarted = () => undefined }) {
  const stops = [];
  const stopAll = async () => {
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
  };
  onStarted(stopAll);
  try {
    const marks = {
      decided: new Marks(),
      answered: new Marks(),
      logged: new Marks(),
      sent: new Marks(),
      streamed: new Marks(),
    };
    const feed = await startParts({ marks, hints, server, stops });
    const orders = Array.from({ length: WARM_UP + topups }, (_, index) => topupOf("latency", index));
    await feed.oneByOne(orders, perSecond);
    await waitForAll(marks, orders.length);

    const references = orders.slice(WARM_UP).map(({ reference }) => reference);
    const figures = (from, to) => {
      const ms = to.since(from, references);
      return { p50: percentile(ms, 0.5), p99: percentile(ms, 0.99) };
    };
    const { decided, answered, logged, sent, streamed } = marks;
    return {
      decidedToLogged: figures(decided, logged),
      answeredToLogged: figures(answered, logged),
      answeredToSent: figures(answered, sent),
      answeredToStreamed: figures(answered, streamed),
    };
  } finally {
    await stopAll();
  }
}

async function startParts({ marks, hints, server, stops }) {
  const logDir = await mkdtemp(join(tmpdir(), "surefill-bench-"));
  stops.push(() => rm(logDir, { recursive: true, force: true }));
  const redisServer = await startRedis({ server });
  stops.push(() => redisServer.stop());
  const launch = async (name, script, { args, env } = {}) => {
    const started = await startBackgroundProcess({ name, script, args, env, logPath: join(logDir, `${name}.log`) });
    stops.push(started.stop);
    return started;
  };
  const opened = async (door) => {
    const { url, close } = await door;
    stops.push(close);
    return url;
  };

  // Addresses that are needed before they are known.
  const urls = { producer: "", sandbox: "" };
  // The provider says by webhook that it has decided; whether we hear it is up to the run.
  const noteDecision = (body) => {
    marks.decided.add(JSON.parse(body).data.transaction.customIdentifier);
    return hints;
  };
  const hook = await opened(openDoor(() => urls.producer, { passes: noteDecision }));
  const sandboxFlags =
    "--port 0 --json --balance 100000000 --processing-ms 500-1500 --phone-recharge-window-ms 0 --webhook-url " +
    `${hook}/v1/provider-webhooks/reloadly --webhook-secret ${WEBHOOK_SECRET}`;
  urls.sandbox = (await launch("sandbox", SANDBOX, { args: sandboxFlags.split(" ") })).url;
  const provider = await opened(
    openDoor(() => urls.sandbox, { onAnswer: (message, text) => noteFinal(marks.answered, message, text) }),
  );
  const receiver = await opened(openReceiver(marks.sent));

  const [surefill] = PIPELINES.map((build) => build());
  const env = {
    ...surefill.env,
    SCHEDULE_SCALE: "1",
    REDIS_URL: redisServer.url,
    RELOADLY_URL: provider,
    RELOADLY_WEBHOOK_SECRET: WEBHOOK_SECRET,
    WEBHOOK_ALLOWED_NETWORKS: "127.0.0.1/32",
    STATE_DIR: join(logDir, "state"),
  };
  urls.producer = (await launch("producer", surefill.scripts.producer, { env })).url;
  const redis = new Redis(redisServer.url);
  stops.push(async () => redis.disconnect());
  const wanted = { url: `${receiver}/`, eventTypes: "all", includeRecipient: false };
  await new WebhookEndpoints(redis, { prefix: PREFIX }).create(ENDPOINT_ID, wanted);
  await launch("worker", surefill.scripts.worker, { env });

  stops.push(watchLog(redisServer.url, marks.logged));
  stops.push(await watchStream(urls.producer, surefill.headers, marks.streamed));
  const feed = openFeed(urls.producer, surefill);
  stops.push(() => feed.close());
  return feed;
}

function noteFinal(marks, message, text) {
  if (message.method !== "GET" || !/^\/topups\/\d+\/status$/.test(message.url)) return;
  const { status, transaction } = JSON.parse(text);
  if (status === "SUCCESSFUL") marks.add(transaction.customIdentifier);
}

function openReceiver(marks) {
  return listen(async (_, body, response) => {
    marks.add(JSON.parse(body).data.reference);
    response.writeHead(204).end();
  });
}

/** Notes each event as a blocked reader of the log sees it. */
function watchLog(url, marks) {
  const redis = new Redis(url);
  const stop = new AbortController();
  const reading = (async () => {
    for await (const event of followEvents(redis, PREFIX, { after: LOG_START, signal: stop.signal })) {
      marks.add(event.reference);
    }
  })();
  return async () => {
    stop.abort();
    redis.disconnect();
    await reading;
  };
}

/** Notes each event when its frame is there as a whole. */
async function watchStream(url, headers, marks) {
  const stop = new AbortController();
  const response = await fetch(`${url}/v1/events/stream`, {
    headers: { ...headers, "last-event-id": "0-0" },
    signal: stop.signal,
  });
  if (!response.ok) throw new Error(`the stream answered ${response.status}`);
  const reading = (async () => {
    let text = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = `${text}${chunk}`.split("\n\n");
      text = frames.pop();
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data !== undefined) marks.add(JSON.parse(data).data.reference);
      }
    }
  })().catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  return async () => {
    stop.abort();
    await reading;
  };
}

async function waitForAll(marks, expected) {
  const giveUpAtMs = Date.now() + DONE_DEADLINE_MS;
  const counts = () => Object.fromEntries(Object.entries(marks).map(([name, { size }]) => [name, size]));
  while (Object.values(counts()).some((count) => count < expected)) {
    if (Date.now() > giveUpAtMs)
      throw new Error(`not all arrived within ${DONE_DEADLINE_MS} ms: ${JSON.stringify(counts())}`);
    await sleep(50);
  }
}
