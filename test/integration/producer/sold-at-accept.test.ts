/** What the operator does not sell is refused at once where the catalogue is known, and accepted where it is not. */
import { type ReloadlySandbox, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

let sandbox: ReloadlySandbox;
let producer: ProducerUnderTest;
beforeAll(async () => {
  sandbox = await startReloadlySandbox({});
  producer = await startProducerUnderTest({ settings: { RELOADLY_URL: sandbox.url, TOPUP_AMOUNT_MAX: "40" } });
});
afterAll(async () => {
  await producer.close();
  await sandbox.close();
});

let sent = 0;
/** A body under a name that no other has. */
function named(changes: Record<string, unknown> = {}): Record<string, unknown> {
  sent += 1;
  return topupBody({ reference: `sold-${sent}`, ...changes });
}
const send = (changes: Record<string, unknown>) => producer.call("POST", "/v1/topups", { json: named(changes) });
const nauta = { recipientPhone: undefined, recipientEmail: "ana@nauta.com.cu" };

type Refusal = { what: string; changes: Record<string, unknown>; error: Record<string, unknown> };
const REFUSED: Refusal[] = [
  {
    what: "an unknown operator, with those near it",
    changes: { operatorId: 3410 },
    error: { pointer: "/operatorId", code: "operator_unknown", detail: expect.stringContaining("341 (MTN Nigeria)") },
  },
  {
    what: "an amount between two of a fixed list, with both",
    changes: { operatorId: 345, amount: "2" },
    error: { pointer: "/amount", code: "amount_not_sold", detail: expect.stringMatching(/1\.4 or 3\.5 USD/) },
  },
  {
    what: "an amount below the range",
    changes: { amount: "0.01" },
    error: { pointer: "/amount", code: "amount_not_sold", detail: expect.stringMatching(/the least/) },
  },
  {
    what: "a local amount above the range, worth less than the limit",
    changes: { operatorId: 341, amount: "0.5", useLocalAmount: true },
    error: { pointer: "/amount", code: "amount_not_sold", detail: expect.stringMatching(/NGN/) },
  },
  {
    what: "an e-mail address to an operator of phones",
    changes: { ...nauta, operatorId: 684, amount: "10" },
    error: { pointer: "/recipientEmail", code: "recipient_mismatch", detail: expect.stringMatching(/Nauta/) },
  },
  {
    what: "a phone to Nauta",
    changes: { operatorId: 685, amount: "10", recipientPhone: { countryCode: "CU", number: "+5352345678" } },
    error: { pointer: "/recipientPhone", code: "recipient_mismatch", detail: expect.stringMatching(/recipientEmail/) },
  },
  {
    what: "an amount above the limit for one top-up",
    changes: { amount: "40.00001" },
    error: { pointer: "/amount", code: "above_limit", detail: expect.stringMatching(/limit of 40 .*TOPUP_AMOUNT_MAX/) },
  },
  {
    what: "an operator's amount that is worth more than the limit",
    changes: { amount: "90000", useLocalAmount: true },
    error: { pointer: "/amount", code: "above_limit", detail: expect.stringMatching(/is worth \d/) },
  },
  {
    what: "the same for an operator that is still to be detected",
    changes: { operatorId: "auto", amount: "90000", useLocalAmount: true },
    error: { pointer: "/amount", code: "above_limit", detail: expect.stringMatching(/is worth \d/) },
  },
];

describe("refused at once", () => {
  test.for(REFUSED)("$what", async ({ changes, error }) => {
    const before = await producer.topups();
    const answer = await send(changes);
    expect(answer).toMatchObject({ status: 422, json: { code: "validation_failed" } });
    expect(answer.json.errors).toContainEqual(error);
    const batch = await producer.call("POST", "/v1/topups/batch", { json: { topups: [named(changes)] } });
    expect(batch.json).toMatchObject({ results: [{ status: 422, problem: { errors: answer.json.errors } }] });
    expect(await producer.topups()).toBe(before);
  });

  test("999999999, whatever is known", async () => {
    expect((await send({ amount: "999999999" })).status).toBe(422);
  });
});

test("what is sold is accepted: an amount of a list, of a range, a Nauta address, a local amount", async () => {
  const bodies = [
    { operatorId: 345, amount: "1.4" },
    { amount: "5.5" },
    { ...nauta, operatorId: 685, amount: "10" },
    { amount: "1500", useLocalAmount: true },
    { operatorId: "auto", amount: "5" },
  ];
  for (const changes of bodies) {
    const answer = await send(changes);
    expect(answer.status, answer.text).toBe(202);
  }
});

test("one that was accepted before is answered as it is, though it would be refused now", async () => {
  const json = topupBody({ reference: "before-the-limit", amount: "41" });
  const { request } = { request: json };
  expect((await producer.call("POST", "/v1/topups", { json })).status).toBe(422);
  await producer.ledger.accept([
    {
      reference: "before-the-limit",
      request: {
        operatorId: 341,
        amount: "41",
        useLocalAmount: false,
        recipientPhone: { countryCode: "NG", number: "2348012345678" },
      },
    },
  ]);
  expect((await producer.call("POST", "/v1/topups", { json: request })).status).toBe(200);
  const batch = await producer.call("POST", "/v1/topups/batch", { json: { topups: [request, named()] } });
  expect(batch.json).toMatchObject({ results: [{ status: 200 }, { status: 202 }] });
});

describe("where the catalogue cannot be had", () => {
  let blind: ProducerUnderTest;
  beforeAll(async () => {
    blind = await startProducerUnderTest({ settings: { TOPUP_AMOUNT_MAX: "40" } });
  });
  afterAll(() => blind.close());

  test("what is sold is not known, and everything is accepted but what is above the limit", async () => {
    const call = (changes: Record<string, unknown>) => blind.call("POST", "/v1/topups", { json: named(changes) });
    expect((await call({ operatorId: 3410 })).status).toBe(202);
    expect((await call({ operatorId: 345, amount: "2" })).status).toBe(202);
    expect((await call({ amount: "41" })).status).toBe(422);
    expect((await call({ amount: "39", useLocalAmount: true })).status).toBe(202);
  });

  test("an operator's amount above the limit cannot be valued, and is to be sent again later", async () => {
    const json = named({ amount: "5000", useLocalAmount: true });
    const answer = await blind.call("POST", "/v1/topups", { json });
    expect(answer).toMatchObject({ status: 503, json: { code: "provider_unavailable" } });
    expect(answer.headers.get("retry-after")).not.toBeNull();
  });
});
