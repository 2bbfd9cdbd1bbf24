/** Events tell the texts that a top-up was sent with, as webhooks do, for as long as its record has them. */
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { type CountingLine, openCountingLine } from "../../support/counting-line.js";
import { type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";
import { logKey, makeEvents, plantEvents } from "./planted-events.js";
import { openStream, type StreamReader } from "./stream-reader.js";

const LISTENERS = 20;
/** Reading the metadata of one record, as a client sends it. */
const READ = /\$4\r\nhget\r\n\$\d+\r\n[^\r]*:t:[^\r]*\r\n\$8\r\nmetadata\r\n/gi;

let line: CountingLine;
let producer: ProducerUnderTest;
const readers: StreamReader[] = [];

beforeEach(async () => {
  line = await openCountingLine(inject("redisUrl"));
  producer = await startProducerUnderTest({ redisUrl: line.url });
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.cut();
  await producer.close();
  await line.close();
});

type Told = { id: string; type: string; data: { reference: string; metadata?: Record<string, string> } };

async function listed(query: string): Promise<Told[]> {
  const { status, json } = await producer.call("GET", `/v1/events${query}`);
  expect(status).toBe(200);
  return json["data"] as Told[];
}

async function follow(query = ""): Promise<StreamReader> {
  const reader = await openStream(`${producer.url}/v1/events/stream${query}`, { key: producer.key });
  readers.push(reader);
  await expect.poll(() => reader.lastId()).toBeDefined();
  return reader;
}

const toldBy = (reader: StreamReader) => reader.events().map(({ data = "" }) => JSON.parse(data) as Told);

/** What reading metadata costs from now on. */
function costFromNow() {
  const before = line.requestsWith(READ);
  return () => {
    const { requests, times } = line.requestsWith(READ);
    return { requests: requests - before.requests, records: times - before.times };
  };
}

/** Makes so many events, and resolves when the live feed, which reads each once, has done so. */
async function fed(count: number, make: () => Promise<unknown>): Promise<void> {
  const cost = costFromNow();
  await make();
  await expect.poll(() => cost().records).toBe(count);
}

/** Writes further events of top-ups that there are, all in one step, so that whoever follows gets them as one batch. */
async function plantTogether(references: readonly string[]): Promise<void> {
  const transaction = producer.redis.client.multi();
  for (const reference of references) {
    const entry = ["type", "topup.cancelled", "reference", reference, "state", "cancelled", "attempt", "1"];
    transaction.xadd(logKey(producer.redis), "*", ...entry, "version", "2", "atMs", "1", "because", "withdrawn");
  }
  await transaction.exec();
}

describe("the metadata of a top-up", () => {
  test("is in its events in the list and in the stream, and a top-up without has none", async () => {
    const reader = await follow();
    await makeEvents(producer.ledger, 1, { name: "with", campaign: "both", metadata: { wave: "3", id: "é" } });
    await makeEvents(producer.ledger, 1, { name: "without", campaign: "both" });
    const wanted = [
      { reference: "with-0", metadata: { wave: "3", id: "é" } },
      { reference: "without-0", metadata: undefined },
    ];
    const shown = (told: readonly Told[]) => told.map(({ data: { reference, metadata } }) => ({ reference, metadata }));

    expect(shown(await listed("?campaign=both"))).toEqual(wanted);
    await expect.poll(() => shown(toldBy(reader))).toEqual(wanted);
    expect(shown(toldBy(await followUntil("?after=0-0&campaign=both", 2)))).toEqual(wanted);
  });

  test("is absent from list and stream once retention has removed it from the record", async () => {
    await makeEvents(producer.ledger, 1, { name: "old", campaign: "old", metadata: { wave: "1" } });
    const [before] = await listed("?campaign=old");
    await producer.ledger.shrinkOld(-1_000, 1_000);
    const [listedAfter] = await listed("?campaign=old");

    expect(before?.data.metadata).toEqual({ wave: "1" });
    expect(listedAfter?.data).toMatchObject({ reference: "old-0", state: "cancelled" });
    expect(listedAfter?.data).not.toHaveProperty("metadata");
  });

  test("is stored nowhere in the event log", async () => {
    await makeEvents(producer.ledger, 1, { name: "log", metadata: { secret: "in-no-log" } });

    expect(JSON.stringify(await producer.redis.client.xrange(logKey(producer.redis), "-", "+"))).not.toContain(
      "in-no-log",
    );
  });

  test("that cannot be read costs that event its metadata, and no other", async () => {
    const [torn = ""] = await makeEvents(producer.ledger, 2, { name: "torn", campaign: "torn", metadata: { a: "b" } });
    await producer.redis.client.hset(`${producer.redis.prefix}:{0}:t:${torn}`, "metadata", "{");

    expect((await listed("?campaign=torn")).map(({ data: { metadata } }) => metadata)).toEqual([undefined, { a: "b" }]);
  });
});

describe("reading metadata", () => {
  test("takes one request for a page of a hundred events, and each record once", async () => {
    let references: string[] = [];
    await fed(50, async () => {
      references = await makeEvents(producer.ledger, 50, { name: "page", campaign: "page", metadata: { wave: "1" } });
    });
    await fed(50, () => plantTogether(references));
    const cost = costFromNow();
    const after = (await listed("?campaign=page&limit=1"))[0]?.id;
    expect(cost()).toEqual({ requests: 1, records: 1 });
    const page = (await listed(`?after=${after}&limit=100`)).filter(({ data }) => data.metadata !== undefined);

    expect(page).toHaveLength(99);
    expect(cost()).toEqual({ requests: 2, records: 1 + 50 });
  });

  test("takes none where the filter drops everything, however much is looked through", async () => {
    await fed(3_000, () => plantEvents(producer.redis, 3_000));
    const cost = costFromNow();

    expect(await listed("?campaign=nobody")).toEqual([]);
    expect(cost()).toEqual({ requests: 0, records: 0 });
  });

  test(`takes one request for a batch of live events, not one for each of ${LISTENERS} listeners`, async () => {
    let references: string[] = [];
    await fed(50, async () => {
      references = await makeEvents(producer.ledger, 50, { name: "live", metadata: { wave: "2" } });
    });
    const all = await Promise.all(Array.from({ length: LISTENERS }, () => follow("?type=topup.cancelled")));
    const cost = costFromNow();
    await plantTogether(references);

    for (const reader of all) {
      await expect.poll(() => reader.events().length).toBe(50);
      expect(
        toldBy(reader)
          .slice(-50)
          .map(({ data }) => data.metadata?.["wave"]),
      ).toEqual(Array(50).fill("2"));
    }
    expect(cost()).toEqual({ requests: 1, records: 50 });
  });
});

/** Follows until so many events have come. */
async function followUntil(query: string, count: number): Promise<StreamReader> {
  const reader = await follow(query);
  await expect.poll(() => reader.events().length).toBe(count);
  return reader;
}
