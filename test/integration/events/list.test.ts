/** Polling the event log by cursor, and waiting for what is not there yet. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Answer, type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";
import { idsInLog, makeEvents, plantEvents } from "./planted-events.js";

let producer: ProducerUnderTest;
beforeEach(async () => {
  producer = await startProducerUnderTest();
});
afterEach(() => producer.close());

type Page = { data: { id: string; type: string; data: { reference: string } }[]; nextCursor: string; hasMore: boolean };

const list = (query: string): Promise<Answer> => producer.call("GET", `/v1/events${query}`);
const page = async (query: string) => (await list(query)).json as unknown as Page;
const ids = ({ data }: Page) => data.map(({ id }) => id);

/** Waits until the producer holds a waiting request. */
const someoneWaits = () =>
  expect.poll(async () => (await producer.call("GET", "/metrics")).text).toMatch(/^surefill_event_followers [1-9]/m);

describe("pages", () => {
  test.each([1, 7, 50, 57, 1_000])("of %d lead through the whole log without a gap or a double", async (limit) => {
    await makeEvents(producer.ledger, 57);
    const seen: string[] = [];
    let cursor = "0-0";
    let pages = 1;
    for (; ; pages += 1) {
      const next = await page(`?after=${cursor}&limit=${limit}`);
      expect(next.data.length).toBeLessThanOrEqual(limit);
      seen.push(...ids(next));
      cursor = next.nextCursor;
      if (!next.hasMore) break;
      expect(pages).toBeLessThan(60);
    }

    expect(seen).toEqual(await idsInLog(producer.redis));
    expect(pages).toBe(Math.ceil(57 / limit));
    expect(await page(`?after=${cursor}`)).toEqual({ data: [], nextCursor: cursor, hasMore: false });
  });

  test("start at the oldest event without a cursor", async () => {
    await plantEvents(producer.redis, 2_500);
    const all = await idsInLog(producer.redis);
    const first = await page("?limit=1000");

    expect(ids(first)).toEqual(all.slice(0, 1_000));
    expect(first.hasMore).toBe(true);
  });

  test("under a filter are full as long as there are enough, and the cursor passes what was dropped", async () => {
    await plantEvents(producer.redis, 2_300);
    await makeEvents(producer.ledger, 5, { name: "spring", campaign: "spring" });
    await plantEvents(producer.redis, 10);
    const first = await page("?campaign=spring&type=topup.cancelled&limit=3");
    const second = await page(`?campaign=spring&limit=3&after=${first.nextCursor}`);
    const references = ({ data }: Page) => data.map(({ data: { reference } }) => reference);

    expect([references(first), first.hasMore]).toEqual([["spring-0", "spring-1", "spring-2"], true]);
    expect([references(second), second.hasMore]).toEqual([["spring-3", "spring-4"], false]);
    expect(second.nextCursor).toBe((await idsInLog(producer.redis)).at(-1));
  });

  test("are bounded in what one request looks through, and say that there is more", async () => {
    await plantEvents(producer.redis, 20_500);
    const empty = await page("?campaign=nobody");
    const rest = await page(`?campaign=nobody&after=${empty.nextCursor}`);

    expect([empty.data.length, empty.hasMore, rest.data.length, rest.hasMore]).toEqual([0, true, 0, false]);
    expect(empty.nextCursor).toBe((await idsInLog(producer.redis))[19_999]);
  });
});

describe("waiting", () => {
  test("answers at once when there is something already", async () => {
    await makeEvents(producer.ledger, 2);
    const startedAtMs = performance.now();

    expect((await page("?waitSeconds=25")).data).toHaveLength(2);
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
  });

  test("answers as soon as something comes that passes the filter, and not for what does not", async () => {
    const waiting = page("?waitSeconds=25&campaign=spring");
    await someoneWaits();
    await makeEvents(producer.ledger, 3, { name: "autumn", campaign: "autumn" });
    await makeEvents(producer.ledger, 1, { name: "spring", campaign: "spring" });
    const answer = await waiting;

    expect(answer.data.map(({ data: { reference } }) => reference)).toEqual(["spring-0"]);
    expect(answer.nextCursor).toBe((await idsInLog(producer.redis)).at(-1));
  });

  test("ends with an empty page and the cursor to go on from when nothing comes", async () => {
    await makeEvents(producer.ledger, 1);
    const [newest] = await idsInLog(producer.redis);
    const startedAtMs = performance.now();
    const answer = await page(`?waitSeconds=1&after=${newest}`);

    expect(answer).toEqual({ data: [], nextCursor: newest, hasMore: false });
    expect(performance.now() - startedAtMs).toBeGreaterThan(900);
  });

  test("of fifty callers at once ends for all of them with one event", async () => {
    const waiting = Array.from({ length: 50 }, () => page("?waitSeconds=25"));
    await expect
      .poll(async () => (await producer.call("GET", "/metrics")).text)
      .toMatch(/^surefill_event_followers 50$/m);
    await makeEvents(producer.ledger, 1);

    const all = await idsInLog(producer.redis);
    for (const answer of await Promise.all(waiting)) expect(ids(answer)).toEqual(all);
    await expect
      .poll(async () => (await producer.call("GET", "/metrics")).text)
      .toMatch(/^surefill_event_followers 0$/m);
  });
});

test.each([
  ["?limit=0", "limit"],
  ["?limit=1001", "limit"],
  ["?waitSeconds=26", "waitSeconds"],
  ["?after=12", "after"],
  ["?type=", "type"],
  ["?colour=red", "colour"],
])("%s is refused and names what is wrong", async (query, parameter) => {
  const { status, json } = await list(query);

  expect(status).toBe(422);
  expect(json).toMatchObject({ code: "validation_failed", errors: [{ parameter }] });
});

test("a cursor ahead of the log is 409", async () => {
  const { status, json } = await list("?after=99999999999999-0");

  expect([status, json["code"]]).toEqual([409, "cursor_ahead"]);
});
