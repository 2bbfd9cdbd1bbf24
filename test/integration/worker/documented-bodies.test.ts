/** The bodies that Reloadly's own documentation prints are taken as they are, over HTTP and from the queue, and paid. */
import { loadProducerConfig, newApiKey, startProducer } from "@surefill/producer";
import { createLogger } from "@surefill/runtime";
import { QUEUES } from "@surefill/topup";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPipeline, type Pipeline } from "../../support/pipeline.js";
import { callApi } from "../producer/running-producer.js";

let pipeline: Pipeline;
let producer: { url: string; close(): Promise<boolean> };
const { key, entry } = newApiKey("test");
beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
  const config = loadProducerConfig({ ...pipeline.env, PRODUCER_PORT: "0", API_KEYS: entry });
  producer = await startProducer(config, { log: createLogger({ name: "producer", level: "silent" }) });
});
afterAll(async () => {
  await producer.close();
  await pipeline.close();
});

const SENDER = `"senderPhone":{"countryCode":"CA","number":"1231231231"}`;
const phone = (field: string) => `"${field}":{"countryCode":"NG","number":"08147658721"}`;
const identifier = (text: string) => `"customIdentifier":"${text}"`;

const BODIES = [
  {
    what: "the phone top-up",
    reference: "This is example identifier 092",
    body: `{"operatorId":"341","amount":"10","useLocalAmount":false,${identifier("This is example identifier 092")},${phone("recipientPhone")},${SENDER}}`,
  },
  {
    what: "the Nauta top-up",
    reference: "This is example identifier 093",
    body: `{"operatorId":"685","amount":"10",${identifier("This is example identifier 093")},"recipientEmail":"peter@nauta.com.cu",${SENDER}}`,
  },
  {
    what: "the older table, with receiverPhone and flags as text",
    reference: "Top Up #094 (older)",
    body: `{"operatorId":341,"amount":"10","useLocalAmount":"false",${identifier("Top Up #094 (older)")},${phone("receiverPhone")},"senderPhone":null}`,
  },
];

test.for(BODIES)("$what is accepted and paid under its own identifier", async ({ reference, body }) => {
  const answer = await callApi(producer.url, key, "POST", "/v1/topups", { body });
  expect(answer.status, answer.text).toBe(202);
  expect(answer.json).toMatchObject({ reference: reference.toLowerCase(), customIdentifier: reference });
  await pipeline.until(reference.toLowerCase(), "succeeded");
  const identifiers = pipeline.sandbox.books({ customIdentifier: reference }).identifiers;
  expect(identifiers?.[0]).toMatchObject({ customIdentifier: reference, executions: 1 });

  const path = String(answer.headers.get("location"));
  expect(path).toBe(`/v1/topups/${encodeURIComponent(reference.toLowerCase())}`);
  for (const spelling of [path, `/v1/topups/${encodeURIComponent(reference.toUpperCase())}`]) {
    expect((await callApi(producer.url, key, "GET", spelling, {})).json).toMatchObject({ state: "succeeded" });
  }
});

test("sending one again, in whatever case, pays nothing more and keeps the first spelling", async () => {
  const { body, reference } = BODIES[0] ?? { body: "", reference: "" };
  for (const again of [body, body.replace("This is example", "THIS IS EXAMPLE")]) {
    const answer = await callApi(producer.url, key, "POST", "/v1/topups", { body: again });
    expect(answer).toMatchObject({ status: 200, json: { customIdentifier: reference, state: "succeeded" } });
  }
  const other = await callApi(producer.url, key, "POST", "/v1/topups", {
    body: body.replace('"10"', '"20"').replace("CA", "GB"),
  });
  expect(other).toMatchObject({ status: 409, json: { code: "reference_conflict", errors: [{ pointer: "/amount" }] } });
  expect(other.json.detail).toContain("It differs in amount.");
});

test("one that another service puts into the queue is paid under its own identifier", async () => {
  const reference = "From The Queue: 095";
  const data = JSON.parse((BODIES[0]?.body ?? "").replace("This is example identifier 092", reference));
  await pipeline.queue(QUEUES.submit).add("topup", data, { jobId: "direct-095" });
  await pipeline.until(reference.toLowerCase(), "succeeded");
  expect(pipeline.sandbox.books({ customIdentifier: reference }).identifiers?.[0]).toMatchObject({
    customIdentifier: reference,
    executions: 1,
  });
});

test("a second attempt keeps the spelling, also where the reference fills the provider's 150 characters", async () => {
  const reference = `Long ${"x".repeat(145)}`;
  const body = (BODIES[0]?.body ?? "")
    .replace("This is example identifier 092", reference)
    // This ending is FAILED once, and paid by the second attempt.
    .replace("08147658721", "08031230004");
  const answer = await callApi(producer.url, key, "POST", "/v1/topups", { body });
  expect(answer.status, answer.text).toBe(202);
  const { attempt } = await pipeline.until(reference.toLowerCase(), "succeeded");
  expect(attempt).toBe(2);
  const view = (await callApi(producer.url, key, "GET", String(answer.headers.get("location")), {})).json;
  expect(view.customIdentifier).toMatch(/^Long x+~[0-9a-z]+~2$/);
  for (const name of [reference, String(view.customIdentifier)]) {
    expect(name).toHaveLength(150);
    expect(pipeline.sandbox.books({ customIdentifier: name }).identifiers?.[0]).toMatchObject({ executions: 1 });
  }
});
