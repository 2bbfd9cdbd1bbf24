/** The board: closed without a password, read-only with one, and nobody's number on it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AccessWorld, startAccessWorld } from "../access/access-world.js";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

const PASSWORD = "a good long password";
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});
const operator = { key: null, headers: basic("operator", PASSWORD) };

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { BOARD_PASSWORD: PASSWORD, BOARD_LABEL: "rehearsal" } });
});
afterAll(() => producer.close());

const PATHS = [
  "/admin/queues",
  "/admin/queues/",
  "/admin/queues/api/queues",
  "/admin/queues/static/images/logo.svg",
  "/admin/topups/x",
];

describe("without a login nothing of it is shown", () => {
  test.each(PATHS)("%s", async (path) => {
    for (const options of [{ key: null }, {}, { key: null, headers: { authorization: "Basic !" } }]) {
      const answer = await producer.call("GET", path, options);
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toContain("Basic");
    }
  });
});

test("wrong passwords are refused, after five of them unseen, and the right one that is known still works", async () => {
  const own = await startProducerUnderTest({ settings: { BOARD_PASSWORD: PASSWORD } });
  try {
    expect((await own.call("GET", "/admin/queues", operator)).status).toBe(200);
    const statuses: number[] = [];
    for (let tries = 0; tries < 7; tries += 1) {
      const wrong = { key: null, headers: basic("operator", `wrong ${tries}`) };
      statuses.push((await own.call("GET", "/admin/queues", wrong)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await own.call("GET", "/admin/queues", operator)).status).toBe(200);
  } finally {
    await own.close();
  }
});

describe("with a session it needs no login of its own", () => {
  let own: AccessWorld;
  beforeAll(async () => {
    own = await startAccessWorld();
    await own.addPerson("ben", ["viewer"]);
    await own.addPerson("scraper", ["metrics"]);
  });
  afterAll(() => own.close());

  test.each(PATHS)("%s", async (path) => {
    const { status } = await own.as(await own.browserOf("ben"), "GET", path);
    expect(status).toBe(path === "/admin/topups/x" ? 404 : status === 301 ? 301 : 200);
  });

  test("without one, and without a password, nobody sees it, nor is asked for a password", async () => {
    for (const options of [{ key: null }, {}, operator]) {
      const { status, headers } = await own.call("GET", "/admin/queues", options);
      expect([status, headers.get("www-authenticate")]).toEqual([401, null]);
    }
    expect(own.log.join("")).toContain("the board has no login");
  });

  test("of somebody who may not read it is not shown", async () => {
    expect((await own.as(await own.browserOf("scraper"), "GET", "/admin/queues")).status).toBe(401);
  });

  test("that is over, the board's own login still works", async () => {
    const headers = { ...basic("operator", PASSWORD), cookie: `surefill=${"x".repeat(43)}` };
    expect((await producer.call("GET", "/admin/queues", { key: null, headers })).status).toBe(200);
  });
});

test("the page and everything that it loads from here is there", async () => {
  const { text, headers } = await producer.call("GET", "/admin/queues/", operator);
  const assets = [...text.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, path]) => path);

  expect(text).toContain('"label":"rehearsal"');
  expect(assets.length).toBeGreaterThan(3);
  for (const asset of assets) {
    expect((await producer.call("GET", `/admin/queues/${asset}`, operator)).status, asset).toBe(200);
  }
  expect(headers.get("content-security-policy")).toContain("script-src 'self'");
  expect(headers.get("content-security-policy")).not.toContain("unsafe-eval");
});

describe("nothing on it can be changed", () => {
  test.each([
    ["PUT", "/admin/queues/api/queues/submit/x/retry"],
    ["PUT", "/admin/queues/api/queues/submit/retry/failed"],
    ["PUT", "/admin/queues/api/queues/submit/x/promote"],
    ["PUT", "/admin/queues/api/queues/submit/x/clean"],
    ["PUT", "/admin/queues/api/queues/submit/pause"],
    ["PUT", "/admin/queues/api/queues/pause"],
    ["PUT", "/admin/queues/api/queues/submit/obliterate"],
    ["POST", "/admin/queues/api/queues/submit/add"],
    ["PATCH", "/admin/queues/api/queues/submit/x/update-data"],
    ["DELETE", "/admin/queues/api/queues/submit"],
    ["POST", "/admin/topups/x"],
  ])("%s %s is 405", async (method, path) => {
    expect((await producer.call(method, path, operator)).status).toBe(405);
  });

  test("the queues themselves say that they are read-only", async () => {
    const { json } = await producer.call("GET", "/admin/queues/api/queues", operator);
    const queues = json["queues"] as Record<string, unknown>[];

    expect(
      queues.map(({ name, readOnlyMode, allowRetries, allowCompletedRetries }) => ({
        name,
        readOnlyMode,
        allowRetries,
        allowCompletedRetries,
      })),
    ).toEqual(
      ["submit", "poll", "webhook"].map((name) => ({
        name,
        readOnlyMode: true,
        allowRetries: false,
        allowCompletedRetries: false,
      })),
    );
  });
});

describe("what it shows", () => {
  test("a job that another service enqueued has its numbers and addresses masked, its reference not", async () => {
    await producer.queue("submit").add(
      "for 234 801 234 5678",
      {
        ...topupBody({ reference: "foreign-1", recipientEmail: "paula@nauta.com.cu" }),
        senderPhone: { countryCode: "NG", number: 2_348_099_998_888 },
        metadata: { note: "call +234 (801) 234-5678" },
      },
      { jobId: "foreign-job" },
    );
    const { text, json } = await producer.call("GET", "/admin/queues/api/queues/submit/foreign-job", operator);

    expect(json["job"]).toMatchObject({
      data: { reference: "foreign-1", operatorId: 341, amount: "5.50" },
      externalUrl: { href: "/admin/topups/foreign-1" },
    });
    expect(text.replaceAll(/\D/g, "")).not.toContain("8012345678");
    expect(text).not.toContain("2348099998888");
    expect(text).not.toContain("paula");
  });

  test("the reason of a failed job has its numbers masked", async () => {
    const job = await producer
      .queue("submit")
      .add("submit", { reference: "failed-1" }, { jobId: "failed-job", attempts: 1 });
    const key = producer.queue("submit").toKey("failed-job");
    await producer.redis.client.hset(
      key,
      "failedReason",
      "+2348012345678 is not valid",
      "stacktrace",
      '["Error: 2348012345678"]',
    );
    const { text, json } = await producer.call("GET", `/admin/queues/api/queues/submit/${job.id}`, operator);

    expect((json["job"] as Record<string, unknown>)["failedReason"]).toBe("•••••••••••78 is not valid");
    expect(text).not.toContain("2348012345678");
  });

  test("a job of ours links to the page of its top-up, with its history and without its number", async () => {
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "own-1" }) });
    await producer.call("POST", "/v1/topups/own-1/cancel");
    const { json } = await producer.call("GET", "/admin/queues/api/queues/submit/submit-own-1-1-0", operator);
    const { href } = (json["job"] as { externalUrl: { href: string } }).externalUrl;
    const page = await producer.call("GET", href, operator);

    expect(page.status).toBe(200);
    expect(page.text).toContain("withdrawn");
    expect(page.text).toContain("•••••••••••78");
    expect(page.text).not.toContain("2348012345678");
  });

  test("every transaction of a top-up that may have been paid twice", async () => {
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "twice-1" }) });
    await producer.ledger.addEvidence("twice-1", 1, 700_001);
    await producer.ledger.addEvidence("twice-1", 1, 700_002);
    const { text } = await producer.call("GET", "/admin/topups/twice-1", operator);

    for (const transactionId of [700_001, 700_002]) {
      expect(text).toContain(`<tr><th>Further transaction</th><td>${transactionId}, of attempt 1</td></tr>`);
    }
  });

  test("a page for no top-up is 404 and shows nothing of what was asked", async () => {
    const answer = await producer.call("GET", "/admin/topups/%3Cscript%3E", operator);

    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain("<script");
  });
});
