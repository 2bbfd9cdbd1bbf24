/** Whichever way a caller spells its idempotency key, the same request twice is one top-up, or is refused by name. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest();
});
afterAll(() => producer.close());

const send = (headers: Record<string, string>, path = "/v1/topups", json: unknown = topupBody()) =>
  producer.call("POST", path, { json, headers });

test.each([
  "Idempotency-Key",
  "X-Idempotency-Key",
  "Idempotence-Key",
  "X-Idempotence-Key",
  "Idempotent-Key",
  "Idempotency-Token",
  "X-Idempotency-Token",
  "Idempotency-Id",
  "IdempotencyKey",
  "X-Idempotency",
  "PayPal-Request-Id",
  "Repeatability-Request-ID",
])("the same body twice with %s and no reference is one top-up", async (name) => {
  const key = `key of ${name}`;
  const before = await producer.topups();
  const [first, second] = [await send({ [name]: key }), await send({ [name]: key })];
  expect([first.status, second.status]).toEqual([202, 200]);
  expect(first.json).toMatchObject({ reference: key.toLowerCase(), customIdentifier: key });
  expect(second.json.reference).toBe(first.json.reference);
  expect(await producer.topups()).toBe(before + 1);
});

test.each(["Stripe-Idempotency-Key", "I-Twilio-Idempotency-Token", "X-My-Idempotent-Thing"])(
  "an idempotency header that is not read is refused by name: %s",
  async (name) => {
    const before = await producer.topups();
    for (const path of ["/v1/topups", "/v1/topups/batch"]) {
      const answer = await send(
        { [name]: "k-1" },
        path,
        path.endsWith("batch") ? { topups: [topupBody()] } : undefined,
      );
      expect(answer).toMatchObject({ status: 400, json: { code: "idempotency_key_invalid" } });
      expect(answer.json.detail).toMatch(new RegExp(`${name}.*Idempotency-Key`, "i"));
    }
    expect(await producer.topups()).toBe(before);
  },
);

test("an idempotency key in the query is refused by name", async () => {
  const answer = await send({}, "/v1/topups?idempotency_key=k-2");
  expect(answer).toMatchObject({ status: 400, json: { code: "idempotency_key_invalid" } });
  expect(answer.json.detail).toContain("idempotency_key");
});

test("X-Request-Id names a request, not a top-up", async () => {
  expect((await send({ "X-Request-Id": "r-1" })).json.code).toBe("reference_missing");
});

test("two spellings with one value are one key; with two values they are refused", async () => {
  expect((await send({ "Idempotency-Key": "same-1", "X-Idempotency-Key": '"same-1"' })).status).toBe(202);
  const before = await producer.topups();
  const refused = await send({ "Idempotency-Key": "one-1", "X-Idempotency-Key": "two-1" });
  expect(refused).toMatchObject({ status: 400, json: { code: "idempotency_key_invalid" } });
  expect(refused.json.detail).toMatch(/Idempotency-Key and X-Idempotency-Key/);
  expect(await producer.topups()).toBe(before);
});

test("a key that contradicts the body's reference is refused, in every spelling", async () => {
  const answer = await send({ "X-Idempotency-Key": "other" }, "/v1/topups", topupBody({ reference: "mine" }));
  expect(answer).toMatchObject({ status: 400, json: { code: "idempotency_key_invalid" } });
  const same = await send({ "X-Idempotency-Key": "MINE" }, "/v1/topups", topupBody({ reference: "Mine" }));
  expect(same).toMatchObject({ status: 202, json: { reference: "mine", customIdentifier: "Mine" } });
});

test("a batch takes none, in no spelling", async () => {
  const json = { topups: [topupBody({ reference: "in-batch" })] };
  for (const name of ["Idempotency-Key", "X-Idempotency-Token"]) {
    expect(await send({ [name]: "b-1" }, "/v1/topups/batch", json)).toMatchObject({
      status: 400,
      json: { code: "idempotency_key_invalid" },
    });
  }
});

test.each([".", "..", "batch", "BATCH", "a/b", "a%2Fb", "a\\b", "a~2", " a", "=1+1", ""])(
  "a key or reference that no URL could ask for is refused: %j",
  async (key) => {
    const before = await producer.topups();
    expect((await send({ "Idempotency-Key": key === " a" ? '" a"' : key })).status).toBe(400);
    expect((await send({}, "/v1/topups", topupBody({ reference: key }))).status).toBe(422);
    expect((await send({}, "/v1/topups", topupBody({ customIdentifier: key }))).status).toBe(422);
    expect(await producer.topups()).toBe(before);
  },
);
