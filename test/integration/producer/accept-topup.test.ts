/** Accepting over HTTP: what is refused leaves nothing behind, what is repeated is stored once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest();
});
afterAll(() => producer.close());

const raw = (fields: string) =>
  `{"operatorId":341,"recipientPhone":{"countryCode":"NG","number":"+2348012345678"},${fields}}`;
const phone = (countryCode: unknown, number: unknown) => topupBody({ recipientPhone: { countryCode, number } });

type Refusal = {
  what: string;
  body: string;
  status: number;
  code: string;
  pointer?: string;
  headers?: Record<string, string>;
};

const REFUSALS: Refusal[] = [
  {
    what: "an unknown field",
    body: raw(`"amount":"5","colour":"red"`),
    status: 422,
    code: "validation_failed",
    pointer: "/colour",
  },
  { what: "an amount of 1e9", body: raw(`"amount":1e9`), status: 422, code: "validation_failed", pointer: "/amount" },
  {
    what: "an amount of 1e2 as text",
    body: raw(`"amount":"1e2"`),
    status: 422,
    code: "validation_failed",
    pointer: "/amount",
  },
  { what: "a negative amount", body: raw(`"amount":-5`), status: 422, code: "validation_failed", pointer: "/amount" },
  { what: "an amount of 0", body: raw(`"amount":0`), status: 422, code: "validation_failed", pointer: "/amount" },
  { what: "an amount of -0", body: raw(`"amount":-0`), status: 422, code: "validation_failed", pointer: "/amount" },
  {
    what: "an amount with 7 decimals",
    body: raw(`"amount":1.0000001`),
    status: 422,
    code: "validation_failed",
    pointer: "/amount",
  },
  {
    what: "an amount that a float would round",
    body: raw(`"amount":1.00000000000000001`),
    status: 422,
    code: "validation_failed",
    pointer: "/amount",
  },
  { what: "an amount of true", body: raw(`"amount":true`), status: 422, code: "validation_failed", pointer: "/amount" },
  { what: "an amount of null", body: raw(`"amount":null`), status: 422, code: "validation_failed", pointer: "/amount" },
  {
    what: "no amount",
    body: JSON.stringify(topupBody({ amount: undefined })),
    status: 422,
    code: "validation_failed",
    pointer: "/amount",
  },
  {
    what: "a phone that is too short",
    body: JSON.stringify(phone("NG", "+234801")),
    status: 422,
    code: "validation_failed",
    pointer: "/recipientPhone/number",
  },
  {
    what: "a phone of another country",
    body: JSON.stringify(phone("KE", "+2348012345678")),
    status: 422,
    code: "validation_failed",
    pointer: "/recipientPhone/number",
  },
  {
    what: "a country that does not exist",
    body: JSON.stringify(phone("XX", "+2348012345678")),
    status: 422,
    code: "validation_failed",
    pointer: "/recipientPhone/countryCode",
  },
  {
    what: "a reference with a slash",
    body: JSON.stringify(topupBody({ reference: "a/b" })),
    status: 422,
    code: "validation_failed",
    pointer: "/reference",
  },
  {
    what: "a reference with ~",
    body: JSON.stringify(topupBody({ reference: "a~2" })),
    status: 422,
    code: "validation_failed",
    pointer: "/reference",
  },
  {
    what: "a reference of 151 characters",
    body: JSON.stringify(topupBody({ reference: "a".repeat(151) })),
    status: 422,
    code: "validation_failed",
    pointer: "/reference",
  },
  {
    what: "an own __proto__",
    body: raw(`"amount":"5","__proto__":{"reference":"x"}`),
    status: 422,
    code: "validation_failed",
    pointer: "/__proto__",
  },
  { what: "a body of 2 MB", body: `{"reference":"${"x".repeat(2_000_000)}"}`, status: 413, code: "body_too_large" },
  { what: "broken JSON", body: `{"operatorId":341,`, status: 400, code: "malformed_json" },
  { what: "JSON with a comment", body: `{"operatorId":341} // x`, status: 400, code: "malformed_json" },
  { what: "an empty body", body: " ", status: 400, code: "malformed_json" },
  { what: "a key given twice", body: raw(`"amount":"5","amount":"500"`), status: 400, code: "malformed_json" },
  { what: "nesting of ten thousand levels", body: "[".repeat(10_000), status: 400, code: "malformed_json" },
  { what: "a list for a body", body: "[]", status: 422, code: "validation_failed", pointer: "" },
  {
    what: "another content type",
    body: JSON.stringify(topupBody()),
    headers: { "content-type": "text/plain" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    what: "another charset",
    body: JSON.stringify(topupBody()),
    headers: { "content-type": "application/json; charset=latin1" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    what: "a compressed body",
    body: JSON.stringify(topupBody()),
    headers: { "content-encoding": "gzip" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    what: "an Idempotency-Key with a slash",
    body: JSON.stringify(topupBody()),
    headers: { "idempotency-key": "a/b" },
    status: 400,
    code: "idempotency_key_invalid",
  },
  {
    what: "an Idempotency-Key beside another reference",
    body: JSON.stringify(topupBody({ reference: "one" })),
    headers: { "idempotency-key": "two" },
    status: 400,
    code: "idempotency_key_invalid",
  },
];

describe("a request that is refused leaves no record and no job", () => {
  afterEach(async () => {
    expect(await producer.topups()).toBe(0);
    expect(await producer.jobIds()).toEqual([]);
  });

  test.each(REFUSALS)("$what: $status $code", async ({ body, status, code, pointer, headers }) => {
    const answer = await producer.call("POST", "/v1/topups", { body, ...(headers && { headers }) });

    expect({ status: answer.status, code: answer.json["code"] }).toEqual({ status, code });
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(answer.json).toMatchObject({ type: `/problems/${code}`, status, instance: "/v1/topups" });
    expect(answer.json["requestId"]).toBe(answer.headers.get("x-request-id"));
    if (pointer !== undefined) expect(answer.json["errors"]).toContainEqual(expect.objectContaining({ pointer }));
    expect(answer.text).not.toContain("2348012345678");
  });

  test("every fault of a body is told at once", async () => {
    const json = topupBody({ amount: "-1", reference: "a/b", recipientPhone: { countryCode: "NG", number: "1" } });
    const answer = await producer.call("POST", "/v1/topups", { json });

    const pointers = (answer.json["errors"] as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(pointers.toSorted()).toEqual(["/amount", "/recipientPhone/number", "/reference"]);
  });

  test("broken JSON is answered with the place where it breaks", async () => {
    const answer = await producer.call("POST", "/v1/topups", { body: `{\n  "operatorId" 341}` });

    expect(answer.json["detail"]).toBe("The body is not JSON at line 2, column 16.");
  });

  test("a batch of 1,001 is refused whole", async () => {
    const topups = Array.from({ length: 1_001 }, (_, index) => topupBody({ reference: `many-${index}` }));
    const answer = await producer.call("POST", "/v1/topups/batch", { json: { topups } });

    expect(answer.status).toBe(422);
    expect(answer.json["errors"]).toEqual([
      { pointer: "/topups", code: "invalid", detail: "must hold at most 1000 top-ups" },
    ]);
  });

  test("an empty batch, and one with an Idempotency-Key, are refused", async () => {
    expect((await producer.call("POST", "/v1/topups/batch", { json: { topups: [] } })).status).toBe(422);
    const keyed = { json: { topups: [topupBody()] }, headers: { "idempotency-key": "batch-1" } };
    expect((await producer.call("POST", "/v1/topups/batch", keyed)).json["code"]).toBe("idempotency_key_invalid");
  });
});

describe("a top-up is stored once, however often it is sent", () => {
  test("100 requests at the same time with one reference make one record and one job", async () => {
    const json = topupBody({ reference: "Race-1" });
    const answers = await Promise.all(Array.from({ length: 100 }, () => producer.call("POST", "/v1/topups", { json })));

    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 200)).toHaveLength(99);
    expect(await producer.jobIds()).toEqual(["submit-race-1-1-0"]);
    expect((await producer.ledger.counts()).queued).toBe(1);
    expect(answers[0]?.headers.get("location")).toBe("/v1/topups/race-1");
  });

  test("the same reference with other content is a conflict that shows the existing top-up, masked", async () => {
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "conflict-1" }) });
    const answer = await producer.call("POST", "/v1/topups", {
      json: topupBody({ reference: "CONFLICT-1", amount: "6" }),
    });

    expect(answer.status).toBe(409);
    expect(answer.json["code"]).toBe("reference_conflict");
    expect(answer.json["existing"]).toMatchObject({ reference: "conflict-1", amount: "5.5", state: "queued" });
    expect(answer.text).not.toContain("2348012345678");
  });

  test("amounts that are written differently are the same content", async () => {
    await producer.call("POST", "/v1/topups", { body: raw(`"reference":"same-1","amount":"5.5"`) });
    const again = await producer.call("POST", "/v1/topups", { body: raw(`"customIdentifier":"same-1","amount":5.50`) });

    expect(again.status).toBe(200);
  });

  test("an Idempotency-Key is another name for the reference, quoted or bare", async () => {
    const first = await producer.call("POST", "/v1/topups", {
      json: topupBody(),
      headers: { "idempotency-key": '"key-1"' },
    });
    const again = await producer.call("POST", "/v1/topups", {
      json: topupBody(),
      headers: { "idempotency-key": "key-1" },
    });

    expect([first.status, again.status]).toEqual([202, 200]);
    expect(again.json["reference"]).toBe("key-1");
  });

  test("a repeated request puts back the job of a top-up that still waits", async () => {
    const json = topupBody({ reference: "lost-job" });
    await producer.call("POST", "/v1/topups", { json });
    await producer.queue("submit").remove("submit-lost-job-1-0");
    await producer.call("POST", "/v1/topups", { json });

    expect(await producer.jobIds()).toContain("submit-lost-job-1-0");
  });

  test("the job carries nothing personal", async () => {
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "private-1" }) });
    const job = await producer.queue("submit").getJob("submit-private-1-1-0");

    expect(job?.data).toEqual({ reference: "private-1", attempt: 1 });
  });
});

describe("a batch answers each item by itself", () => {
  test("a wrong item does not hurt its neighbours, and one that comes twice is stored once", async () => {
    const topups = [
      topupBody({ reference: "batch-1" }),
      topupBody({ reference: "batch-wrong", amount: "0" }),
      "not a top-up",
      topupBody({ reference: "batch-1" }),
      topupBody({ reference: "batch-1", amount: "7" }),
      topupBody({ reference: "batch-2" }),
    ];
    const answer = await producer.call("POST", "/v1/topups/batch", { json: { topups } });

    const results = answer.json["results"] as { status: number; reference: string | null }[];
    expect(answer.status).toBe(200);
    expect(results.map(({ status, reference }) => [status, reference])).toEqual([
      [202, "batch-1"],
      [422, "batch-wrong"],
      [422, null],
      [200, "batch-1"],
      [409, "batch-1"],
      [202, "batch-2"],
    ]);
    expect(results[1]).toMatchObject({ problem: { code: "validation_failed", errors: [{ pointer: "/amount" }] } });
    expect((await producer.jobIds()).filter((id) => id.startsWith("submit-batch-"))).toEqual([
      "submit-batch-1-1-0",
      "submit-batch-2-1-0",
    ]);
  });

  test("1,000 items are accepted, each with its job, and sending them again changes nothing", async () => {
    const topups = Array.from({ length: 1_000 }, (_, index) => topupBody({ reference: `full-${index}` }));
    const first = await producer.call("POST", "/v1/topups/batch", { json: { topups } });
    const again = await producer.call("POST", "/v1/topups/batch", { json: { topups } });

    const statuses = ({ json }: typeof first) =>
      new Set((json["results"] as { status: number }[]).map(({ status }) => status));
    expect([...statuses(first)]).toEqual([202]);
    expect([...statuses(again)]).toEqual([200]);
    expect((await producer.jobIds()).filter((id) => id.startsWith("submit-full-"))).toHaveLength(1_000);
  });
});

test("no phone number and no key stands in the log", () => {
  const log = producer.log.join("");
  expect(log).toContain('"route":"/v1/topups"');
  expect(log).not.toContain("2348012345678");
  expect(log).not.toContain(producer.key);
});
