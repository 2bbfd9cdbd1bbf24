/** The recipient guard over HTTP: how it is asked for, what it answers, and that it is never taken for more than it is. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { RETENTION_DAYS: "60" } });
});
afterAll(() => producer.close());

const to = (number: string) => ({ recipientPhone: { countryCode: "NG", number: `+23480123457${number}` } });
const send = (changes: Record<string, unknown>) => producer.call("POST", "/v1/topups", { json: topupBody(changes) });

test("a second top-up to a recipient is refused with the first one's name, and taken without the guard", async () => {
  await send({ reference: "first", ...to("01") });
  const guarded = { reference: "second", unlessPaidWithin: "P30D", ...to("01") };
  const before = await producer.topups();

  const refused = await send(guarded);
  expect(refused).toMatchObject({
    status: 409,
    json: { code: "paid_recently", paidBy: { reference: "first", state: "queued", endedAt: null } },
  });
  expect(refused.json["detail"]).toContain("first");
  expect(refused.text).not.toContain("801234570");
  expect(await producer.topups()).toBe(before);
  expect((await send({ ...guarded, unlessPaidWithin: null })).status).toBe(202);
});

test("a guarded top-up that was taken is answered again under its reference, with or without the guard", async () => {
  const guarded = { reference: "again", unlessPaidWithin: "PT12H", ...to("02") };
  expect((await send(guarded)).status).toBe(202);
  expect((await send(guarded)).status).toBe(200);
  expect((await send({ ...guarded, unlessPaidWithin: undefined })).status).toBe(200);
});

test("in a batch it holds item by item, also between items of one batch", async () => {
  const item = (reference: string, number: string) => topupBody({ reference, unlessPaidWithin: "P1W", ...to(number) });
  const topups = [
    item("b-1", "03"),
    item("b-2", "03"),
    item("b-3", "04"),
    { ...item("b-4", "05"), unlessPaidWithin: "P61D" },
  ];
  const { json } = await producer.call("POST", "/v1/topups/batch", { json: { topups } });

  expect(json["results"]).toMatchObject([
    { status: 202 },
    { status: 409, reference: "b-2", problem: { code: "paid_recently", paidBy: { reference: "b-1" } } },
    { status: 202 },
    {
      status: 422,
      reference: "b-4",
      problem: { errors: [{ pointer: "/unlessPaidWithin", code: "beyond_retention" }] },
    },
  ]);
});

test("of 50 callers at once that mean one recipient one is taken", async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      send({ reference: `at-once-${index}`, unlessPaidWithin: "P1D", ...to("06") }),
    ),
  );
  const statuses = answers.map(({ status }) => status).toSorted();
  expect(statuses).toEqual([202, ...Array.from({ length: 49 }, () => 409)]);
});

describe("a time that cannot be kept to its word is refused at its place", () => {
  test.each([
    "30 days",
    "P",
    "PT",
    "P1M",
    "P1Y",
    "P1DT",
    "p30d",
    "P-1D",
    "P1.5D",
    "PT30S",
    "PT0M",
    "P3651D",
    "P99999D",
    "",
    " P1D",
  ])("%j", async (unlessPaidWithin) => {
    const refused = await send({ reference: "bad", unlessPaidWithin });
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ pointer: "/unlessPaidWithin" }] } });
    expect(refused.text).toContain("P30D");
  });

  test.each([30, {}, true])("%j", async (unlessPaidWithin) => {
    expect((await send({ reference: "bad", unlessPaidWithin })).json).toMatchObject({
      errors: [{ pointer: "/unlessPaidWithin" }],
    });
  });

  test("longer than top-ups are kept: the reason names the setting", async () => {
    expect((await send({ reference: "kept", unlessPaidWithin: "P60D", ...to("07") })).status).toBe(202);
    const refused = await send({ reference: "beyond", unlessPaidWithin: "P60DT1M", ...to("08") });
    expect(refused).toMatchObject({
      status: 422,
      json: { errors: [{ pointer: "/unlessPaidWithin", code: "beyond_retention" }] },
    });
    expect(refused.text).toMatch(/60 days \(RETENTION_DAYS\)/);
  });
});
