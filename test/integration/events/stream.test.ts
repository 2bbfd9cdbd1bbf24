/** The live stream over real HTTP: what a reader sees, whatever happens to its connection, to Redis, or to itself. */
import { EVENT_TYPES } from "@surefill/topup";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startPrivateRedis } from "../../support/redis-server.js";
import { type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";
import { idsInLog, logKey, makeEvents, plantEvents } from "./planted-events.js";
import { openStream, type StreamReader } from "./stream-reader.js";

const CUTS = 50;
const EVENTS = 5_000;

let producer: ProducerUnderTest;
const readers: StreamReader[] = [];
const starts: (() => Promise<void>)[] = [];

async function start(settings: Record<string, string> = {}, redisUrl?: string): Promise<void> {
  producer = await startProducerUnderTest({ settings, ...(redisUrl !== undefined && { redisUrl }) });
  starts.push(() => producer.close());
}

async function follow(query = "", options: { lastEventId?: string; cutAfterBytes?: number } = {}) {
  const reader = await openStream(`${producer.url}/v1/events/stream${query}`, { key: producer.key, ...options });
  readers.push(reader);
  return reader;
}

/** Follows from a cursor until so many events have come, and comes back whenever it was too slow and was cut. */
async function idsAfter(cursor: string, count: number): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  while (ids.length < count) {
    const reader = await follow("", { lastEventId: ids.at(-1) ?? cursor });
    let isOver = false;
    reader.over.then(() => {
      isOver = true;
    });
    const told = () => reader.events().filter(({ event }) => event !== "error");
    await expect.poll(() => isOver || ids.length + told().length >= count).toBe(true);
    reader.cut();
    ids.push(...told().map(({ id }) => id));
  }
  return ids;
}

afterEach(async () => {
  for (const reader of readers.splice(0)) reader.cut();
  for (const stop of starts.splice(0).reverse()) await stop();
});

/** The cursor that a stream without one starts from. */
async function cursorNow(): Promise<string | undefined> {
  const reader = await follow();
  await expect.poll(() => reader.lastId()).toBeDefined();
  reader.cut();
  return reader.lastId();
}

const metric = async (name: string) => {
  const { text } = await producer.call("GET", "/metrics");
  return Number(new RegExp(`^${name.replace(/[{}]/g, "\\$&")} ([\\d.]+)$`, "m").exec(text)?.[1] ?? Number.NaN);
};

/** Keeps a reader until it has listened for this long, and cuts it. */
async function listenFor(reader: StreamReader, ms: number): Promise<number> {
  const startedAtMs = performance.now();
  await expect.poll(() => performance.now() - startedAtMs).toBeGreaterThan(ms);
  reader.cut();
  return performance.now() - startedAtMs;
}

/** A generator with a seed (mulberry32), so that a failing run can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("a stream", () => {
  beforeEach(() => start());

  test("tells an event by id, type and one line of JSON, with nothing personal in it", async () => {
    const reader = await follow();
    await makeEvents(producer.ledger, 1, { campaign: "spring" });
    await expect.poll(() => reader.events().length).toBe(1);
    const [event] = reader.events();

    expect(reader.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    expect(reader.headers["cache-control"]).toBe("no-store, no-transform");
    expect(reader.frames[0]).toEqual({ retry: "3000", id: "0-0" });
    expect(event).toMatchObject({ id: (await idsInLog(producer.redis))[0], event: "topup.cancelled" });
    expect(JSON.parse(event?.["data"] ?? "")).toEqual({
      id: event?.["id"],
      type: "topup.cancelled",
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: {
        reference: "e-0",
        state: "cancelled",
        attempt: 1,
        version: 2,
        because: "withdrawn",
        campaign: "spring",
      },
    });
  });

  test(`cut ${CUTS} times at random while ${EVENTS} events flow, its reader has all of them, in order, none twice`, async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seeded(seed);
    const seen: string[] = [];
    const making = makeEvents(producer.ledger, EVENTS);
    let lastEventId = "0-0";
    for (let cut = 1; cut <= CUTS; cut += 1) {
      const reader = await follow("", { lastEventId, cutAfterBytes: 1 + Math.floor(random() * 30_000) });
      await reader.over;
      seen.push(...reader.events().map(({ id = "" }) => id));
      lastEventId = reader.lastId() ?? lastEventId;
    }
    const seenBeforeLast = seen.length;
    const last = await follow("", { lastEventId });
    await making;
    await expect.poll(() => seenBeforeLast + last.events().length).toBe(EVENTS);
    seen.push(...last.events().map(({ id = "" }) => id));

    console.log(`seed ${seed}: ${CUTS} cuts, ${seenBeforeLast} of ${EVENTS} events before the last of them`);
    expect(seenBeforeLast).toBeGreaterThan(CUTS);
    expect(seen).toEqual(await idsInLog(producer.redis));
  });

  test("joins what is kept to what comes without a gap or a double, for many readers that start anywhere", async () => {
    await makeEvents(producer.ledger, 2_300, { name: "before" });
    const ids = await idsInLog(producer.redis);
    const starting = [0, 1, 99, 100, 250, 299, 300, 301, 1_000, 2_299];
    const opened = await Promise.all(
      starting.map((index) => follow("", { lastEventId: index === 0 ? "0-0" : (ids[index - 1] ?? "") })),
    );
    await makeEvents(producer.ledger, 500, { name: "after" });
    const all = await idsInLog(producer.redis);

    for (const [position, reader] of opened.entries()) {
      const wanted = all.slice(starting[position]);
      await expect.poll(() => reader.events().length).toBe(wanted.length);
      expect(reader.events().map(({ id }) => id)).toEqual(wanted);
    }
  });

  test("without a cursor tells only what comes, also at once after an event", async () => {
    await makeEvents(producer.ledger, 3, { name: "old" });
    const reader = await follow();
    await makeEvents(producer.ledger, 1, { name: "new" });
    await expect.poll(() => reader.events().map(({ data = "" }) => JSON.parse(data).data.reference)).toEqual(["new-0"]);
  });

  test("is counted by the time to its start, however long somebody listens", async () => {
    const reader = await follow();
    await makeEvents(producer.ledger, 1);
    await expect.poll(() => reader.events().length).toBe(1);
    const listenedMs = await listenFor(reader, 300);
    const labels = '{method="GET",route="/v1/events/stream",status="200"}';
    await expect.poll(() => metric(`surefill_http_request_duration_seconds_count${labels}`)).toBe(1);

    expect(listenedMs).toBeGreaterThan(299);
    expect(await metric(`surefill_http_request_duration_seconds_sum${labels}`)).toBeLessThan(0.3);
  });

  test("tells only the types and the campaign that are asked for", async () => {
    await plantEvents(producer.redis, 4);
    await makeEvents(producer.ledger, 3, { name: "spring", campaign: "spring" });
    await makeEvents(producer.ledger, 3, { name: "autumn", campaign: "autumn" });
    const failed = await follow("?after=0-0&type=topup.failed,topup.held");
    const spring = await follow("?after=0-0&campaign=Spring");
    const none = await follow("?after=0-0&campaign=spring&type=topup.failed");
    const all = await follow(`?after=0-0&type=${EVENT_TYPES.join(",")}`);
    const references = (reader: StreamReader) =>
      reader.events().map(({ data = "" }) => JSON.parse(data).data.reference as string);

    await expect.poll(() => references(all).length).toBe(10);
    await expect.poll(() => references(failed)).toEqual(["planted-0", "planted-1", "planted-2", "planted-3"]);
    await expect.poll(() => references(spring)).toEqual(["spring-0", "spring-1", "spring-2"]);
    expect(references(none)).toEqual([]);
  });

  test.each([
    ["?after=yesterday", {}, "after"],
    ["?type=topup.unheard", {}, "type"],
    ["?campaign=a&campaign=b", {}, "campaign"],
    ["", { lastEventId: "not-an-id" }, "Last-Event-ID"],
  ])("refuses %s with %o and names what is wrong", async (query, options, parameter) => {
    const reader = await follow(query, options);

    expect(reader.status).toBe(422);
    expect(JSON.parse(await reader.body())).toMatchObject({ code: "validation_failed", errors: [{ parameter }] });
  });

  test("without a key does not start", async () => {
    const { status, json } = await producer.call("GET", "/v1/events/stream", { key: null });

    expect([status, json["code"]]).toEqual([401, "key_invalid"]);
  });

  test("asked for by HEAD shows its head and ends", async () => {
    const { status, headers, text } = await producer.call("HEAD", "/v1/events/stream");

    expect([status, headers.get("content-type"), text]).toEqual([200, "text/event-stream; charset=utf-8", ""]);
    await expect.poll(() => metric("surefill_event_followers")).toBe(0);
  });
});

describe("a cursor that leads nowhere", () => {
  beforeEach(() => start());

  test("is 410 when events after it have been removed, and what is kept is still told from 0-0", async () => {
    await plantEvents(producer.redis, 2_500); // More than a process remembers by itself.
    const ids = await idsInLog(producer.redis);
    await expect.poll(cursorNow).toBe(ids.at(-1));
    await producer.redis.client.xtrim(logKey(producer.redis), "MINID", "=", ids[100] ?? "");
    const lost = await follow("", { lastEventId: ids[50] ?? "" });
    const kept = await follow("?after=0-0");

    expect(lost.status).toBe(410);
    expect(JSON.parse(await lost.body())).toMatchObject({ code: "cursor_expired" });
    await expect.poll(() => kept.events().map(({ id }) => id)).toEqual(ids.slice(100));
  });

  test("is 409 when the log has not come that far", async () => {
    await makeEvents(producer.ledger, 1);
    const reader = await follow("", { lastEventId: "99999999999999-0" });

    expect(reader.status).toBe(409);
    expect(JSON.parse(await reader.body())).toMatchObject({ code: "cursor_ahead" });
  });
});

describe("a stream's end", () => {
  test("a silent stream gives a sign of life with the cursor to go on from, whatever its filter dropped", async () => {
    await start({ EVENT_HEARTBEAT_MS: "100" });
    const reader = await follow("?campaign=nobody");
    await makeEvents(producer.ledger, 2);
    const newest = (await idsInLog(producer.redis)).at(-1);

    await expect.poll(() => reader.frames.filter((frame) => "" in frame).length).toBeGreaterThan(2);
    await expect.poll(() => reader.frames.at(-1)).toEqual({ "": "heartbeat", id: newest });
    expect(reader.events()).toEqual([]);
  });

  test("a reader that takes nothing is cut off, and nobody else waits for it", async () => {
    await start({ READER_STALL_MS: "200" });
    const slow = await follow("?after=0-0");
    slow.pause();
    const other = idsAfter("0-0", 8_000);
    const planting = plantEvents(producer.redis, 8_000, { code: "x".repeat(2_000) }); // More than kernels keep.
    await expect.poll(() => producer.log.some((line) => line.includes("event stream cut")), { interval: 5 }).toBe(true);
    slow.resume();
    await planting;
    await slow.over;
    const lastSeen = slow.lastId() ?? "";
    const fault = slow.frames.find(({ event }) => event === "error");

    expect(producer.log.filter((line) => line.includes("event stream cut")).join()).toContain("reader_too_slow");
    // Its last words have a second to leave, behind all that the reader has not taken yet: on a busy machine they may not.
    if (fault !== undefined) expect(JSON.parse(fault["data"] ?? "{}")).toMatchObject({ code: "reader_too_slow" });
    // On a busy machine the other reader may be too slow as well, for a moment: it comes back and misses nothing.
    expect(await metric('surefill_event_streams_cut_total{code="reader_too_slow"}')).toBeGreaterThanOrEqual(1);
    expect(slow.events().length).toBeLessThan(8_000);
    const ids = await idsInLog(producer.redis);
    expect(await other).toEqual(ids);
    const wanted = ids.slice(ids.indexOf(lastSeen) + 1);
    expect(await idsAfter(lastSeen, wanted.length)).toEqual(wanted);
  });

  test("more followers than there are places are sent away with 503, and a place is free when one leaves", async () => {
    await start({ EVENT_FOLLOWERS_MAX: "2" });
    const [first] = [await follow(), await follow()];
    const third = await follow();

    expect(third.status).toBe(503);
    expect(third.headers["retry-after"]).toBe("2");
    expect(JSON.parse(await third.body())).toMatchObject({ code: "followers_exhausted" });
    expect((await producer.call("GET", "/v1/events?after=0-0&waitSeconds=1")).json["code"]).toBe("followers_exhausted");
    expect((await producer.call("GET", "/v1/events")).status).toBe(200);
    first?.cut();
    await expect.poll(async () => (await follow()).status).toBe(200);
  });

  test("stopping ends every stream at once, with word to come back", async () => {
    await start();
    const streams = await Promise.all(Array.from({ length: 10 }, () => follow()));
    const waiting = producer.call("GET", "/v1/events?waitSeconds=25");
    await expect.poll(() => metric("surefill_event_followers")).toBe(11);
    const startedAtMs = performance.now();
    await producer.close();
    starts.length = 0;

    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
    await Promise.all(streams.map(({ over }) => over));
    for (const { frames } of streams)
      expect(frames.at(-1)?.[""]).toBe("the server stops; come back with Last-Event-ID");
    expect((await waiting).json).toEqual({ data: [], nextCursor: "0-0", hasMore: false });
  });
});

describe("with a Redis of its own", () => {
  test("twenty followers cost Redis one blocking reader", async () => {
    const redis = await startPrivateRedis();
    starts.push(() => redis.stop());
    await start({}, redis.url);
    const producers = async () =>
      String(await producer.redis.client.client("LIST"))
        .match(/name=surefill-producer-\S+/g)
        ?.toSorted();
    const before = await producers();
    await Promise.all(Array.from({ length: 20 }, () => follow("?after=0-0")));

    expect(await metric("surefill_event_followers")).toBe(20);
    expect(await producers()).toEqual(before);
    expect(before?.filter((name) => name.endsWith("-events"))).toHaveLength(1);
  });

  test("streams stay open while Redis is killed and started again, and miss nothing", async () => {
    const redis = await startPrivateRedis();
    starts.push(() => redis.stop());
    await start({ EVENT_HEARTBEAT_MS: "100" }, redis.url);
    await plantEvents(producer.redis, 2_500); // More than a process remembers by itself.
    await expect.poll(cursorNow).toBe((await idsInLog(producer.redis)).at(-1));
    const reader = await follow("?after=0-0");
    await expect.poll(() => reader.events().length).toBe(2_500);
    await redis.kill();
    const beats = reader.frames.length;
    await expect.poll(() => reader.frames.length).toBeGreaterThan(beats + 2);
    expect((await follow("?after=0-0")).status).toBe(503);
    await redis.start();
    await expect.poll(() => producer.ledger.check().then(() => "whole", String)).toBe("whole");
    await makeEvents(producer.ledger, 50, { name: "after" });

    await expect.poll(() => reader.events().length).toBe(2_550);
    expect(reader.events().map(({ id }) => id)).toEqual(await idsInLog(producer.redis));
  });

  test("a reader that needs older events while Redis is away waits for them, and misses nothing", async () => {
    const redis = await startPrivateRedis();
    starts.push(() => redis.stop());
    await start({ EVENT_HEARTBEAT_MS: "100" }, redis.url);
    await plantEvents(producer.redis, 8_000, { code: "x".repeat(2_000) }); // More than kernels keep for a reader.
    const ids = await idsInLog(producer.redis);
    await expect.poll(cursorNow).toBe(ids.at(-1));
    const reader = await follow("?after=0-0");
    reader.pause();
    await redis.kill();
    reader.resume();
    const beats = () => reader.frames.filter((frame) => "" in frame).length;
    await expect.poll(beats).toBeGreaterThan(2);
    expect(reader.events().length).toBeLessThan(8_000);
    await redis.start();

    await expect.poll(() => reader.events().length).toBe(8_000);
    expect(reader.events().map(({ id }) => id)).toEqual(ids);
  });
});
