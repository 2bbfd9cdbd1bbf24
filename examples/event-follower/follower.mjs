/**
 * Follows Surefill's events over server-sent events, from the first one on, each once and in order: the cursor is the
 * last id in the journal, so it is stored in the same step as the effect. With CALLER it follows only the top-ups that
 * were sent with the API key of that name: a service that shares Surefill with others follows its own.
 *
 *   SUREFILL_URL=http://127.0.0.1:3000 SUREFILL_KEY=sf_… JOURNAL=followed.jsonl node examples/event-follower/follower.mjs
 */
import { setTimeout as sleep } from "node:timers/promises";
import { openJournal } from "../journal.mjs";

/** The server gives a sign of life every 15 seconds; a line that is silent for three times as long is dead. */
const SILENCE_MS_MAX = 45_000;
const RECONNECT_MS = 1_000;

const { SUREFILL_URL: url, SUREFILL_KEY: key, JOURNAL: path = "followed.jsonl", CALLER: caller } = process.env;
if (url === undefined || key === undefined) throw new Error("SUREFILL_URL or SUREFILL_KEY is missing");
const query = caller ? `?${new URLSearchParams({ caller })}` : "";
const journal = openJournal(path);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());

while (!stop.signal.aborted) {
  try {
    await follow();
  } catch (error) {
    if (error.cursorIsUseless) {
      console.error(error.message);
      process.exitCode = 1;
      break;
    }
    if (!stop.signal.aborted) console.error(`The stream broke (${error.message}); going on where it ended.`);
  }
  await sleep(RECONNECT_MS, undefined, { signal: stop.signal }).catch(() => undefined);
}
journal.close();

/** Reads one stream until it ends, whatever ends it. */
async function follow() {
  const line = new AbortController();
  const timer = setTimeout(() => line.abort(new Error("silence")), SILENCE_MS_MAX);
  const hangUp = () => line.abort(new Error("stopped"));
  stop.signal.addEventListener("abort", hangUp);
  try {
    const response = await fetch(`${url}/v1/events/stream${query}`, {
      headers: { authorization: `Bearer ${key}`, "last-event-id": journal.lastId() ?? "0-0" },
      signal: line.signal,
    });
    if (!response.ok) throw await refusal(response);
    console.log(JSON.stringify({ following: journal.lastId() ?? "0-0" }));
    let text = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      timer.refresh();
      text += chunk;
      const frames = text.split("\n\n");
      text = frames.pop(); // The last one is not whole yet.
      for (const frame of frames) take(frame);
    }
  } finally {
    clearTimeout(timer);
    stop.signal.removeEventListener("abort", hangUp);
  }
}

/** A cursor that the log does not reach any more, or not yet, will not do better the next time. */
async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  const cursorIsUseless = response.status === 409 || response.status === 410;
  return Object.assign(new Error(`${response.status} ${problem.detail ?? ""}`), { cursorIsUseless });
}

/** One frame: `id`, `event` and `data` lines. Comments and frames without an event only show that the line lives. */
function take(frame) {
  const fields = Object.fromEntries(frame.split("\n").map((line) => line.split(/: (.*)/s, 2)));
  if (fields.event === undefined) return;
  const data = JSON.parse(fields.data);
  if (fields.event === "error") throw new Error(data.detail);
  journal.write(fields.id, effectOf(data));
  console.log(JSON.stringify({ followed: data.type, reference: data.data.reference }));
}

/** What your service makes of an event. */
function effectOf({ type, data }) {
  return { type, reference: data.reference, state: data.state, version: data.version };
}
