/** An API key has no more accepted in one day than its limit, however many requests come at a time. */
import { loadProducerConfig, newApiKey } from "@surefill/producer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { callApi, type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

const shop = newApiKey("shop");
const crm = newApiKey("crm");
let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest({
    settings: { API_KEYS: `${shop.entry},${crm.entry}`, KEY_AMOUNT_PER_DAY_MAX: "20, crm:7.5" },
  });
});
afterAll(() => producer.close());

const send = (key: string, json: unknown, path = "/v1/topups") => callApi(producer.url, key, "POST", path, { json });

describe("a key's limit of the day", () => {
  test("is not passed by a hundred requests at a time, and a repeated one counts nothing", async () => {
    const json = (index: number) => topupBody({ reference: `shop-${index}`, amount: "5" });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => send(shop.key, json(index))));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(accepted).toHaveLength(4);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 429]));
    expect(await producer.topups()).toBe(4);
    const [first] = accepted;
    const reference = String(first?.json.reference);
    expect((await send(shop.key, topupBody({ reference, amount: "5" }))).status).toBe(200);
    expect((await send(shop.key, topupBody({ reference, amount: "4" }))).status).toBe(409);
  });

  test("is told with what is used and when it resets", async () => {
    const answer = await send(shop.key, topupBody({ reference: "dust", amount: "0.00001" }));
    expect(answer).toMatchObject({
      status: 429,
      json: {
        code: "daily_limit_reached",
        limit: { setting: "KEY_AMOUNT_PER_DAY_MAX", max: "20", used: "20", value: "0.00001" },
      },
    });
    expect(answer.json.limit).toHaveProperty("resetsAt", expect.stringMatching(/T00:00:00\.000Z$/));
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("is each key's own, and holds item by item in a batch", async () => {
    const topups = ["5", "5", "2.5", "1"].map((amount, index) => topupBody({ reference: `crm-${index}`, amount }));
    const { json } = await send(crm.key, { topups }, "/v1/topups/batch");
    expect((json.results as { status: number }[]).map(({ status }) => status)).toEqual([202, 429, 202, 429]);
    const again = await send(crm.key, { topups }, "/v1/topups/batch");
    expect((again.json.results as { status: number }[]).map(({ status }) => status)).toEqual([200, 429, 200, 429]);
  });

  test("cannot be compared with an operator's amount while no rate is known", async () => {
    const answer = await send(crm.key, topupBody({ reference: "local", amount: "1", useLocalAmount: true }));
    expect(answer).toMatchObject({ status: 503, json: { code: "provider_unavailable" } });
  });
});

test.each(["0", "-5", "shop", "shop:", "shop:5,shop:6", "5,6", "a b:5"])(
  "the setting %j does not start a producer",
  (value) => {
    const settings = { RELOADLY_ENVIRONMENT: "local", API_KEYS: shop.entry, KEY_AMOUNT_PER_DAY_MAX: value };
    expect(() => loadProducerConfig(settings)).toThrow(/KEY_AMOUNT_PER_DAY_MAX/);
  },
);
