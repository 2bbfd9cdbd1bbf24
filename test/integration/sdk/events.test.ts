/** Events as the SDK gives them, whatever happens to its connections. */
import { type Clock, createClient, type SurefillEvent } from "@surefill/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { idsInLog, makeEvents } from "../events/planted-events.js";
import { type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";

const EVENTS = 300;
/** Connections are opened again at once: what is promised is the order, not the time. */
const clock: Clock = { random: () => 0, sleep: async (_ms, signal) => signal.throwIfAborted() };

let producer: ProducerUnderTest;
beforeEach(async () => {
  producer = await startProducerUnderTest();
});
afterEach(() => producer.close());

/** A `fetch` whose answers break off after so many bytes, somewhere in a frame. */
function cutting(bytes: number, opened: (string | null)[]) {
  return async (request: Request) => {
    opened.push(new URL(request.url).searchParams.get("after"));
    const response = await fetch(request);
    let left = bytes;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        controller.enqueue(piece.subarray(0, left));
        left -= piece.length;
        if (left <= 0) controller.error(new Error("cut"));
      },
    });
    return new Response(response.body?.pipeThrough(cut) ?? null, response);
  };
}

async function take(events: AsyncIterable<SurefillEvent>, count: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of events) {
    ids.push(id);
    if (ids.length === count) break;
  }
  return ids;
}

test("each event comes once and in order over connections that are cut in the middle of a frame", async () => {
  await makeEvents(producer.ledger, EVENTS);
  const opened: (string | null)[] = [];
  const surefill = createClient({ url: producer.url, key: producer.key, clock, fetch: cutting(5_000, opened) });

  expect(await take(surefill.events.follow({ after: "0-0" }), EVENTS)).toEqual(await idsInLog(producer.redis));
  expect(opened.length).toBeGreaterThan(10);
});

test("without a cursor it begins with what comes from now on, also where its first connection breaks", async () => {
  await makeEvents(producer.ledger, 3, { name: "old" });
  const opened: (string | null)[] = [];
  const cut = cutting(33, opened); // The first frame, with the cursor, and no more.
  const surefill = createClient({
    url: producer.url,
    key: producer.key,
    clock,
    fetch: (request) => (opened.length === 0 ? cut(request) : cutting(Number.POSITIVE_INFINITY, opened)(request)),
  });
  const events = surefill.events.follow();
  const first = events.next();
  await expect.poll(() => opened.length).toBe(2);
  await makeEvents(producer.ledger, 2, { name: "new" });
  const told = [(await first).value, (await events.next()).value];
  await events.return();

  expect(opened).toEqual([null, expect.stringMatching(/^\d+-\d+$/)]);
  expect(told.map((event) => event?.data)).toMatchObject([{ reference: "new-0" }, { reference: "new-1" }]);
});

/** How many follow events at the server. */
async function followers(): Promise<number> {
  const { text } = await producer.call("GET", "/metrics");
  return Number(/^surefill_event_followers (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

describe("it ends", () => {
  test("when the loop is left: the connection is closed at the server", async () => {
    await makeEvents(producer.ledger, 1);
    const surefill = createClient({ url: producer.url, key: producer.key });
    await take(surefill.events.follow({ after: "0-0" }), 1);

    await expect.poll(followers).toBe(0);
  });

  test("when the signal aborts, with its reason", async () => {
    const stop = new AbortController();
    const surefill = createClient({ url: producer.url, key: producer.key });
    const next = surefill.events.follow({}, { signal: stop.signal }).next();
    await expect.poll(followers).toBe(1);
    stop.abort(new Error("the program stops"));

    await expect(next).rejects.toThrow("the program stops");
  });

  test.each([
    ["a cursor that leads nowhere", { after: "99999999999999-0" }, {}, "cursor"],
    ["a key that is not let in", {}, { key: "sf_wrong" }, "key_invalid"],
  ])("with %s, since another connection would not mend it", async (_name, filter, options, code) => {
    const surefill = createClient({ url: producer.url, key: producer.key, clock, ...options });
    const error = await surefill.events
      .follow(filter)
      .next()
      .catch((thrown: unknown) => thrown);

    expect((error as { code: string }).code).toContain(code);
  });
});
