/** Several services share one installation, each with a key of its own: each can follow what it sent itself. */
import { newApiKey } from "@surefill/producer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "../producer/running-producer.js";
import { openStream, type StreamReader } from "./stream-reader.js";

const billing = newApiKey("billing");
const shop = newApiKey("Shop.2");

let producer: ProducerUnderTest;
const readers: StreamReader[] = [];

beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { API_KEYS: `${billing.entry},${shop.entry}` } });
});
afterAll(async () => {
  for (const reader of readers) reader.cut();
  await producer.close();
});

async function send(key: string, reference: string, more: object = {}) {
  return producer.call("POST", "/v1/topups", { key, json: topupBody({ reference, ...more }) });
}

/** Withdraws a top-up, which leaves one event. */
async function withdraw(key: string, reference: string): Promise<void> {
  const { status } = await producer.call("POST", `/v1/topups/${reference}/cancel`, { key });
  expect(status).toBe(200);
}

type Told = { reference: string; caller?: string };

async function listed(query: string): Promise<Told[]> {
  const { status, json } = await producer.call("GET", `/v1/events${query}`, { key: billing.key });
  expect(status).toBe(200);
  return (json["data"] as { data: Told }[]).map(({ data }) => data);
}

async function follow(query: string): Promise<() => Told[]> {
  const reader = await openStream(`${producer.url}/v1/events/stream${query}`, { key: shop.key });
  readers.push(reader);
  expect(reader.status).toBe(200);
  return () => reader.events().map(({ data = "" }) => JSON.parse(data).data as Told);
}

const references = (told: readonly Told[]) => told.map(({ reference }) => reference);

describe("a top-up", () => {
  test("shows the name of the key that it first came with, whoever repeats it, and never the key", async () => {
    const first = await send(billing.key, "shown-1");
    const again = await send(shop.key, "shown-1");
    const asked = await producer.call("GET", "/v1/topups/shown-1", { key: shop.key });

    expect([first.status, again.status]).toEqual([202, 200]);
    for (const answer of [first, again, asked]) {
      expect(answer.json["caller"]).toBe("billing");
      for (const key of [billing.key, shop.key]) expect(answer.text).not.toContain(key);
    }
    const stored = JSON.stringify(await producer.redis.client.hgetall(`${producer.redis.prefix}:{0}:t:shown-1`));
    expect(stored).toContain('"caller":"billing"');
    expect(stored).not.toContain(billing.key);
    expect(stored).not.toContain(billing.entry.split(":")[1]);
  });

  test("of a batch shows it too", async () => {
    const topups = ["batch-1", "batch-2"].map((reference) => topupBody({ reference }));
    const { json } = await producer.call("POST", "/v1/topups/batch", { key: shop.key, json: { topups } });

    expect(json["results"]).toMatchObject([{ topup: { caller: "Shop.2" } }, { topup: { caller: "Shop.2" } }]);
  });

  test("that names a caller of its own is refused", async () => {
    const { status, json } = await send(billing.key, "forged-1", { caller: "Shop.2" });

    expect(status).toBe(422);
    expect(json).toMatchObject({ errors: [{ pointer: "/caller" }] });
  });
});

describe("two keys that send by turns", () => {
  const mine = [0, 1, 2, 3, 4].map((n) => `mine-${n}`);
  const theirs = [0, 1, 2, 3, 4].map((n) => `theirs-${n}`);

  test("are told apart by the stream and by the list, in the order of the log", async () => {
    const [own, other, nobody, campaign, all] = await Promise.all(
      ["?caller=billing", "?caller=Shop.2", "?caller=nobody", "?caller=billing&campaign=june", ""].map(follow),
    );
    for (const [n, reference] of mine.entries()) {
      await send(billing.key, reference, n % 2 === 0 ? { campaign: "june" } : {});
      await send(shop.key, theirs[n] ?? "", { campaign: "june" });
      // Who withdraws a top-up does not become the one who sent it.
      await withdraw(shop.key, reference);
      await withdraw(billing.key, theirs[n] ?? "");
    }

    await expect.poll(() => all?.().length).toBe(10);
    await expect.poll(() => references(own?.() ?? [])).toEqual(mine);
    await expect.poll(() => references(other?.() ?? [])).toEqual(theirs);
    await expect.poll(() => references(campaign?.() ?? [])).toEqual(["mine-0", "mine-2", "mine-4"]);
    expect(nobody?.()).toEqual([]);
    expect(own?.().every(({ caller }) => caller === "billing")).toBe(true);

    expect(references(await listed("?caller=billing"))).toEqual(mine);
    expect(references(await listed("?caller=Shop.2&limit=3"))).toEqual(theirs.slice(0, 3));
    expect(references(await listed("?caller=billing&campaign=june"))).toEqual(["mine-0", "mine-2", "mine-4"]);
    expect(await listed("?caller=billing&type=topup.failed")).toEqual([]);
  });

  test.each(["nobody", "shop.2", "BILLING"])(
    "and a name that no key has sent with, %s, gives nothing",
    async (name) => {
      expect(await listed(`?caller=${name}`)).toEqual([]);
    },
  );
});

describe.each(["/v1/events", "/v1/events/stream"])("%s", (path) => {
  test.each([
    ["an empty name", "caller="],
    ["a space", "caller=a%20b"],
    ["an entry of the configuration", `caller=${billing.entry}`],
    ["41 characters", `caller=${"k".repeat(41)}`],
  ])("refuses %s and says what would be right", async (_, query) => {
    const { status, json } = await producer.call("GET", `${path}?${query}`, { key: billing.key });

    expect(status).toBe(422);
    const detail = "must be the name of an API key: 1 to 40 characters out of A-Z a-z 0-9 . _ -";
    expect(json).toMatchObject({ code: "validation_failed", errors: [{ parameter: "caller", detail }] });
  });

  test("refuses two names", async () => {
    const { status, json } = await producer.call("GET", `${path}?caller=a&caller=b`, { key: billing.key });

    expect(status).toBe(422);
    expect(json).toMatchObject({ errors: [{ parameter: "caller", detail: "must be given once" }] });
  });
});
