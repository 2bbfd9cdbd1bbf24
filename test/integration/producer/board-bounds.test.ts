/** What another service may put into a queue must not stop the board, nor the process that it runs in. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leastCpuMsOf } from "../../support/cpu-time.js";
import { type ProducerUnderTest, startProducerUnderTest } from "./running-producer.js";

const PASSWORD = "a good long password";
const operator = {
  key: null,
  headers: { authorization: `Basic ${Buffer.from(`operator:${PASSWORD}`).toString("base64")}` },
};
const JOB_CPU_MS_MAX = 100;

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { BOARD_PASSWORD: PASSWORD } });
  const page = await producer.call("GET", "/admin/queues/api/queues?activeQueue=submit", operator); // Knows the password.
  expect(page.status).toBe(200);
});
afterAll(() => producer.close());

const submitJobs = "/admin/queues/api/queues?activeQueue=submit&status=waiting";

const MEGABYTE = 1_000_000;
const large: [what: string, data: object][] = [
  ["a text without an @", { reference: "large-1", metadata: { note: "a".repeat(MEGABYTE) } }],
  ["a text of signs that e-mail addresses have", { note: "a.-%+".repeat(MEGABYTE / 5) }],
  ["a text of digits", { note: "1".repeat(MEGABYTE) }],
  ["a long reference", { reference: "r".repeat(MEGABYTE) }],
  ["a long name of a field", { ["a".repeat(MEGABYTE)]: 1 }],
  ["many fields", Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`field-${index}`, "abc"]))],
  ["fewer fields", Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field-${index}`, "abc"]))],
  ["a long list", { list: Array.from({ length: 100_000 }, (_, index) => `a${index}b`) }],
];

describe("a job of up to 1 MB is shown in a fraction of a second of CPU, cut", () => {
  test.each(large)("%s", async (_what, data) => {
    const job = await producer.queue("submit").add("large", data, { jobId: "large-job" });
    let size = 0;
    const cpuMs = await leastCpuMsOf(async () => {
      const { status, text } = await producer.call("GET", "/admin/queues/api/queues/submit/large-job", operator);
      expect(status).toBe(200);
      size = text.length;
    });
    const { status, json } = await producer.call("GET", submitJobs, operator);
    await job.remove();

    expect(cpuMs).toBeLessThan(JOB_CPU_MS_MAX);
    expect(size).toBeLessThan(40_000);
    expect(status).toBe(200);
    expect(JSON.stringify(json)).toContain("large-job");
  });
});

test("where a text is cut, no part of a number or an address stays behind", async () => {
  const note = `${"x ".repeat(990)}call paula.${"long".repeat(10)}@nauta.com.cu or 234801234567890123`;
  const job = await producer.queue("submit").add("large", { note: note + " y".repeat(5_000) }, { jobId: "cut-job" });
  const { text } = await producer.call("GET", "/admin/queues/api/queues/submit/cut-job", operator);
  await job.remove();

  expect(text).not.toMatch(/paula|\d{5}890/);
});

test("a job whose data is no JSON is shown, and so are the jobs beside it", async () => {
  const { redis } = producer;
  const good = await producer.queue("submit").add("good", { reference: "good-1", attempt: 1 }, { jobId: "good-job" });
  const bad = await producer.queue("submit").add("bad", {}, { jobId: "bad-job" });
  await redis.client.hset(producer.queue("submit").toKey("bad-job"), "data", '{"recipientPhone": +2348012345678');
  const list = await producer.call("GET", submitJobs, operator);
  const one = await producer.call("GET", "/admin/queues/api/queues/submit/bad-job", operator);
  await Promise.all([good, bad].map((job) => redis.client.del(producer.queue("submit").toKey(String(job.id)))));

  expect(list.status).toBe(200);
  expect(list.text).toContain("good-1");
  expect(one.status).toBe(200);
  expect(one.text).toContain("notJson");
  expect(one.text).not.toContain("2348012345678");
});

test.each([
  ["opts", "{"],
  ["opts", ""],
  ["opts", "null"],
  ["opts", '"+2348012345678"'],
  ["progress", "{ +2348012345678"],
  ["progress", ""],
  ["parent", "{ +2348012345678"],
  ["returnvalue", "{ +2348012345678"],
  ["stacktrace", "{ +2348012345678"],
])("a job whose %s is %j is shown, and so are the jobs beside it", async (field, text) => {
  const { client } = producer.redis;
  const queue = producer.queue("submit");
  const good = await queue.add("good", { reference: "good-1", attempt: 1 }, { jobId: "good-job" });
  const bad = await queue.add("bad", {}, { jobId: "bad-job" });
  await client.hset(queue.toKey("bad-job"), field, text);
  const list = await producer.call("GET", submitJobs, operator);
  const one = await producer.call("GET", "/admin/queues/api/queues/submit/bad-job", operator);
  await client.del(queue.toKey("bad-job"));
  await client.lrem(queue.toKey("wait"), 0, "bad-job");
  await good.remove();

  expect(bad.id).toBe("bad-job");
  expect({ list: list.status, one: one.status }).toEqual({ list: 200, one: 200 });
  expect(list.text).toContain("good-1");
  expect(list.text + one.text).not.toContain("2348012345678");
});

test("options of a job nested a thousand times deep do not break the board", async () => {
  const { redis } = producer;
  await producer.queue("submit").add("deep", {}, { jobId: "deep-job" });
  const key = producer.queue("submit").toKey("deep-job");
  await redis.client.hset(key, "opts", `{"x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`);
  const answer = await producer.call("GET", "/admin/queues/api/queues/submit/deep-job", operator);
  await redis.client.del(key);

  expect(answer.status).toBe(200);
});

test("a page of more than 100 jobs is refused", async () => {
  const answer = await producer.call("GET", `${submitJobs}&jobsPerPage=100000`, operator);

  expect(answer.status).toBe(400);
  expect(answer.text).toContain("at most 100");
});
