/**
 * `npm run events`: follows the event log of the ledger, one line an event.
 *   --after ID     starts behind this event (default: at the beginning)
 *   --once         ends when there is nothing more to read
 *   --json         one JSON object a line
 *   --caller NAME  only events of top-ups that were sent with the API key of this name
 * Reads REDIS_URL and REDIS_PREFIX, from the environment or from `.env`. Each line's id is the cursor to go on from.
 */
import { parseArgs } from "node:util";
import { loadEnvFile } from "./env-file.mjs";
import { progress } from "./run-command.mjs";
import { setUp } from "./setup.mjs";

const PAGE_EVENTS = 500;
/** Both halves of an event's id are numbers of 64 bits. */
const ID_PART_MAX = 2n ** 64n - 1n;
const KEY_NAME = /^[A-Za-z0-9._-]{1,40}$/;

function readArguments() {
  const { values } = parseArgs({
    options: {
      after: { type: "string" },
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      caller: { type: "string" },
    },
  });
  if (values.after !== undefined && !isEventId(values.after)) {
    throw new Error(`--after must be an event id such as 1795397719631-0, was "${values.after.slice(0, 60)}"`);
  }
  if (values.caller !== undefined && !KEY_NAME.test(values.caller)) {
    throw new Error("--caller must be the name of an API key: 1 to 40 characters out of A-Z a-z 0-9 . _ -");
  }
  return values;
}

function isEventId(text) {
  return /^\d{1,20}-\d{1,20}$/.test(text) && text.split("-").every((part) => BigInt(part) <= ID_PART_MAX);
}

async function main() {
  const { after, once, json, caller } = readArguments();
  await loadEnvFile();
  await setUp();
  const { connectRedis } = await import("@surefill/runtime");
  const { followEvents, LOG_START, readEvents } = await import("@surefill/topup-store");
  const url = process.env.REDIS_URL || "redis://127.0.0.1:6379";
  const prefix = process.env.REDIS_PREFIX || "surefill";
  const print = (event) => {
    if (caller !== undefined && event.caller !== caller) return;
    console.log(json ? JSON.stringify(event) : describe(event));
  };

  // The connection blocks while there is nothing to read, so it has the patience of a queue worker's.
  const redis = await connectRedis({ url, role: "queue-worker", name: "surefill-events", onError: () => undefined });
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      stop.abort();
      redis.disconnect();
    });
  }
  progress(`Reading the events under "${prefix}".`);
  let cursor = after ?? LOG_START;
  try {
    for (let page = await readEvents(redis, prefix, cursor, PAGE_EVENTS); page.length > 0; ) {
      for (const event of page) print(event);
      cursor = page.at(-1).id;
      page = await readEvents(redis, prefix, cursor, PAGE_EVENTS);
    }
    if (cursor === LOG_START) progress(`no events under "${prefix}" yet`);
    else if (cursor === after) progress(`no events after ${after} under "${prefix}" yet`);
    if (once) return;
    for await (const event of followEvents(redis, prefix, { after: cursor, signal: stop.signal })) print(event);
  } finally {
    redis.disconnect();
  }
}

function describe({ id, atMs, type, reference, attempt, because, code, transactionId }) {
  const details = [because, code, transactionId && `transaction ${transactionId}`].filter(Boolean).join(", ");
  return `${id}  ${new Date(atMs).toISOString()}  ${type}  ${reference}  attempt ${attempt}  (${details})`;
}

main().catch(async (error) => {
  const { explainFailedStart } = await import("@surefill/runtime");
  const { message, exitCode } = explainFailedStart(error);
  progress(message);
  process.exitCode = exitCode;
});
