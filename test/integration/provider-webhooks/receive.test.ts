/**
 * What one message to the provider's webhook does, read from Redis: no worker runs, so that nothing but the message
 * can move anything. The twin of every refusal is the first test: the same message, genuine, pulls the alarm.
 */
import { endMove, jobIdOf, QUEUES, TOPUP_JOB_OPTIONS, type TopupRecord } from "@surefill/topup";
import { Worker } from "bullmq";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startPrivateRedis } from "../../support/redis-server.js";
import { acceptance, LEASE, recordOf } from "../../support/test-ledger.js";
import { type ProducerUnderTest, startProducerUnderTest, topupRequest } from "../producer/running-producer.js";
import { announcement, deliver, hintCounts, SECRET, type SignedMessage, signed } from "./signed-message.js";

const FAR_MS = 300_000;

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { RELOADLY_WEBHOOK_SECRET: SECRET } });
});
afterAll(() => producer.close());

let planted = 0;
let reference: string;
let transactionId: number;
let before: TopupRecord;
beforeEach(async () => {
  planted += 1;
  reference = `hinted-${planted}`;
  transactionId = 70_000 + planted;
  before = await plantProcessing();
});

/** A top-up that the provider took, with a poll five minutes away, as a worker leaves it. */
async function plantProcessing(): Promise<TopupRecord> {
  const number = `+23480312${String(30_000 + planted)}`;
  const request = topupRequest({ recipientPhone: { countryCode: "NG", number } });
  await producer.ledger.accept([{ reference, request }]);
  const claim = await producer.ledger.claim(reference, 1, LEASE);
  if (claim.kind !== "claimed") throw new Error(`not claimed: ${claim.kind}`);
  const nowMs = await producer.ledger.nowMs();
  await producer.ledger.move(claim.record, { ...acceptance(transactionId, nowMs), dueAtMs: nowMs + FAR_MS });
  const options = { ...TOPUP_JOB_OPTIONS, jobId: pollJobId(claim.record), delay: FAR_MS };
  await producer.queue(QUEUES.poll).add(QUEUES.poll, { reference, attempt: 1 }, options);
  return recordOf(producer.ledger, reference);
}

const pollJobId = (record: Pick<TopupRecord, "fence">) =>
  jobIdOf(QUEUES.poll, { reference, attempt: 1, fence: record.fence });
const jobState = (id = pollJobId(before)) => producer.queue(QUEUES.poll).getJobState(id);
const send = (message: SignedMessage) => deliver(producer.url, message);
const counts = () => hintCounts(producer.url, producer.key);
const jobsOfIt = async () => (await producer.jobIds(QUEUES.poll)).filter((id) => id.startsWith(`poll-${reference}-`));

async function expectUntouched(): Promise<void> {
  expect(await recordOf(producer.ledger, reference)).toEqual(before);
  expect(await jobState()).toBe("delayed");
  expect(await jobsOfIt()).toEqual([pollJobId(before)]);
}

/** Waits until `result` was counted once more than before. */
async function counted(result: string, than: Record<string, number>): Promise<void> {
  await expect.poll(async () => (await counts())[result] ?? 0).toBe((than[result] ?? 0) + 1);
}

describe("a genuine message", () => {
  test("pulls the alarm forward and promotes the one poll job, and moves nothing", async () => {
    const { status, text } = await send(signed(announcement(transactionId)));

    expect({ status, text }).toEqual({ status: 200, text: '{"received":true}' });
    await expect.poll(() => jobState()).toBe("waiting");
    const { dueAtMs = 0, ...rest } = await recordOf(producer.ledger, reference);
    const { dueAtMs: _, ...unmoved } = before;
    expect(rest).toEqual(unmoved);
    expect(dueAtMs).toBeLessThanOrEqual(await producer.ledger.nowMs());
    expect(await jobsOfIt()).toEqual([pollJobId(before)]);
  });

  const shapes: ReadonlyArray<readonly [string, (id: number) => object]> = [
    ["the transaction in data.transaction", (id) => ({ data: { transaction: { transactionId: id } } })],
    ["the transaction as data", (id) => ({ data: { transactionId: id, status: "REFUNDED" } })],
    ["the transaction under transaction", (id) => ({ transaction: { transactionId: id } })],
    ["the transaction as the body", (id) => ({ transactionId: id })],
    ["the envelope as the body", (id) => ({ code: null, status: "PROCESSING", transaction: { transactionId: id } })],
    ["the envelope in payload", (id) => ({ payload: { status: "FAILED", transaction: { transactionId: id } } })],
    ["data in payload", (id) => ({ payload: { data: { transaction: { transactionId: id } } } })],
    ["a list in data", (id) => ({ data: [{ transactionId: 1 }, { transaction: { transactionId: id } }] })],
    ["its id as text", (id) => ({ data: { transactionId: String(id) } })],
    ["the customIdentifier alone", () => ({ data: { customIdentifier: reference } })],
    ["the customIdentifier in another case", () => ({ data: { customIdentifier: reference.toUpperCase() } })],
    ["an id that we do not know, and our customIdentifier", () => ({ transactionId: 1, customIdentifier: reference })],
    ["a status that does not exist", (id) => ({ data: { transactionId: id, status: "TELEPORTED" } })],
  ];
  test.each(shapes)("is understood with %s", async (_, shape) => {
    await send(signed(JSON.stringify({ type: "airtime_transaction.status", ...shape(transactionId) })));

    await expect.poll(() => jobState()).toBe("waiting");
  });

  test("may be a list, of which each one is a hint, and none twice", async () => {
    const than = await counts();
    const known = { status: "SUCCESSFUL", transaction: { transactionId } };
    const message = signed(
      JSON.stringify([{ payload: { transactionId: 1 } }, { data: known }, "no hint", null, known]),
    );
    for (const _ of ["first", "again"]) await send(message);

    await expect.poll(() => jobState()).toBe("waiting");
    const since = async () => {
      const now = await counts();
      return ["missing", "woken", "duplicate"].map((result) => (now[result] ?? 0) - (than[result] ?? 0));
    };
    await expect.poll(since).toEqual([1, 2, 3]);
  });

  test("is over the bytes as they came: blanks and line ends of its own are no reason to refuse it", async () => {
    const body = `{\r\n  "data" : {"transactionId":${transactionId}, "note": "\\u00e9 é"}\n}\n`;
    expect((await send(signed(body))).status).toBe(200);

    await expect.poll(() => jobState()).toBe("waiting");
  });

  test("may have its timestamp in milliseconds, and its signature in capitals", async () => {
    const message = signed(announcement(transactionId), { timestamp: String(Date.now()) });
    const signature = message.headers["x-reloadly-signature"]?.toUpperCase() ?? "";
    expect(
      (await send({ ...message, headers: { ...message.headers, "x-reloadly-signature": signature } })).status,
    ).toBe(200);
    await expect.poll(() => jobState()).toBe("waiting");
  });

  test("rings for a top-up whose poll job is lost, once however often it comes", async () => {
    await producer.queue(QUEUES.poll).remove(pollJobId(before));
    const than = await counts();
    for (const note of [1, 2, 3]) await send(signed(announcement(transactionId, "SUCCESSFUL", { note })));

    await expect.poll(async () => (await counts()).woken).toBe((than.woken ?? 0) + 3);
    expect(await jobsOfIt()).toEqual([`${pollJobId(before)}-s${before.version}`]);
  });

  test("that comes while the status is being asked for pulls the next poll too", async () => {
    const job = await producer.queue(QUEUES.poll).getJob(pollJobId(before));
    await job?.promote();
    let finish: (value: null) => void = () => undefined;
    const asking = new Promise<null>((resolve) => {
      finish = resolve;
    });
    const { prefix } = producer.queue(QUEUES.poll).opts;
    const options = { connection: { url: producer.redis.url }, ...(prefix !== undefined && { prefix }) };
    const worker = new Worker(QUEUES.poll, () => asking, { ...options, autorun: false, concurrency: 50 });
    worker.run().catch(() => undefined);
    await expect.poll(() => jobState()).toBe("active");

    await send(signed(announcement(transactionId)));
    const pulled = async () => (await recordOf(producer.ledger, reference)).dueAtMs ?? 0;
    await expect.poll(pulled).toBeLessThan(before.dueAtMs ?? 0);
    // The question was asked a moment too early: its answer plans the next one.
    const nowMs = await producer.ledger.nowMs();
    const again = {
      to: "processing",
      because: "still-processing",
      patch: { polls: 1 },
      dueAtMs: nowMs + FAR_MS,
    } as const;
    expect((await producer.ledger.move(before, again)).kind).toBe("moved");

    await expect.poll(pulled).toBeLessThan(nowMs + FAR_MS);
    finish(null);
    await worker.close();
  });
});

describe("what is not genuine is refused and changes nothing:", () => {
  const genuine = () => announcement(transactionId);
  const seconds = (fromNowS: number) => String(Math.floor(Date.now() / 1_000) + fromNowS);
  const without = ({ body, headers }: SignedMessage, name: string): SignedMessage => ({
    body,
    headers: Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name)),
  });
  const withSignature = (message: SignedMessage, change: (hex: string) => string): SignedMessage => ({
    ...message,
    headers: { ...message.headers, "x-reloadly-signature": change(message.headers["x-reloadly-signature"] ?? "") },
  });
  const attempts: ReadonlyArray<readonly [string, result: string, () => SignedMessage]> = [
    ["no signature", "unsigned", () => without(signed(genuine()), "x-reloadly-signature")],
    ["no timestamp", "unsigned", () => without(signed(genuine()), "x-reloadly-request-timestamp")],
    ["a foreign secret", "forged", () => signed(genuine(), { secret: "somebody-else's-secret" })],
    ["an empty secret", "forged", () => signed(genuine(), { secret: "" })],
    ["another separator", "forged", () => signed(genuine(), { separator: "." })],
    ["one byte changed", "forged", () => signed(genuine(), { signedBody: genuine().replace("SUCC", "SUCK") })],
    [
      "a body that was parsed and written again",
      "forged",
      () => signed(JSON.stringify(JSON.parse(genuine()), null, 1), { signedBody: genuine() }),
    ],
    ["another timestamp", "forged", () => ({ ...signed(genuine(), { timestamp: seconds(-1) }), ...stampedNow() })],
    ["an empty signature", "forged", () => withSignature(signed(genuine()), () => "")],
    ["half a signature", "forged", () => withSignature(signed(genuine()), (hex) => hex.slice(32))],
    ["a signature and a byte", "forged", () => withSignature(signed(genuine()), (hex) => `${hex}00`)],
    ["a signature twice", "forged", () => withSignature(signed(genuine()), (hex) => `${hex}, ${hex}`)],
    ["a signature that is no hex", "forged", () => withSignature(signed(genuine()), (hex) => hex.replace(/^./, "g"))],
    ["a day and a minute old", "stale", () => signed(genuine(), { timestamp: seconds(-86_460) })],
    ["six minutes ahead", "stale", () => signed(genuine(), { timestamp: seconds(360) })],
    ["a timestamp that is no number", "stale", () => signed(genuine(), { timestamp: "today" })],
  ];
  /** The headers of a message that was signed for another second. */
  const stampedNow = () => {
    const { headers } = signed(genuine(), { timestamp: seconds(-1) });
    return { headers: { ...headers, "x-reloadly-request-timestamp": seconds(0) } };
  };

  test.each(attempts)("%s", async (_, result, attempt) => {
    const than = await counts();
    const { status, text } = await send(attempt());

    expect(status).toBe(401);
    expect(JSON.parse(text)).toMatchObject({ code: "signature_invalid" });
    await counted(result, than);
    await expectUntouched();
  });

  test("a body of 65 kB, well signed as it is", async () => {
    const body = announcement(transactionId, "SUCCESSFUL", { note: "x".repeat(65_536) });
    const { status, text } = await send(signed(body));

    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ code: "body_too_large" });
    await expectUntouched();
  });

  test("a body that the server would have to unpack", async () => {
    const message = signed(genuine());
    const headers = { ...message.headers, "content-encoding": "gzip" };
    expect((await send({ ...message, headers })).status).toBe(415);
    await expectUntouched();
  });
});

describe("what is genuine and of no use gets the same answer and changes nothing:", () => {
  const useless: ReadonlyArray<readonly [string, result: string, () => string]> = [
    ["a transaction that nobody knows", "missing", () => announcement(999_999_999)],
    ["a reference that nobody knows", "missing", () => JSON.stringify({ data: { customIdentifier: "nobody" } })],
    ["an identifier that is not ours", "missing", () => JSON.stringify({ data: { customIdentifier: "a b~c" } })],
    ["another attempt", "settled", () => JSON.stringify({ data: { customIdentifier: `${reference}~2` } })],
    ["no JSON", "malformed", () => "hello"],
    ["an empty body", "malformed", () => ""],
    ["JSON without a transaction", "malformed", () => '{"type":"ping"}'],
    ["a list", "malformed", () => `[${transactionId}]`],
    ["an id beyond what is exact", "malformed", () => '{"data":{"transactionId":90071992547409931}}'],
    ["an id that is a list", "malformed", () => `{"data":{"transactionId":[${transactionId}]}}`],
    ["brackets without end", "malformed", () => "[".repeat(60_000)],
  ];
  test.each(useless)("%s", async (_, result, body) => {
    const than = await counts();
    const { status, text } = await send(signed(body()));

    expect({ status, text }).toEqual({ status: 200, text: '{"received":true}' });
    await counted(result, than);
    await expectUntouched();
  });

  test("a top-up that is final", async () => {
    await producer.ledger.move(before, endMove("succeeded", "status-successful"));
    const final = await recordOf(producer.ledger, reference);
    const than = await counts();
    await send(signed(announcement(transactionId, "FAILED")));

    await counted("settled", than);
    expect(await recordOf(producer.ledger, reference)).toEqual(final);
  });
});

test("the same message twice is counted as a duplicate, also when both arrive together", async () => {
  const than = await counts();
  const message = signed(announcement(transactionId));
  const answers = await Promise.all([send(message), send(message), send(message)]);

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await expect.poll(async () => (await counts()).duplicate).toBe((than.duplicate ?? 0) + 2);
  await counted("woken", than);
  expect(await jobsOfIt()).toEqual([pollJobId(before)]);
});

test("an alarm that should have rung already is not put off, so that the sweeper still finds it", async () => {
  const overdueMs = (await producer.ledger.nowMs()) - 60_000;
  expect(await producer.ledger.ring(before, overdueMs)).toBe(true);
  const than = await counts();
  await send(signed(announcement(transactionId)));

  await counted("woken", than);
  expect((await recordOf(producer.ledger, reference)).dueAtMs).toBe(overdueMs);
});

test("with Redis gone a message is answered all the same, and counted as lost", async () => {
  const redis = await startPrivateRedis();
  const alone = await startProducerUnderTest({ redisUrl: redis.url, settings: { RELOADLY_WEBHOOK_SECRET: SECRET } });
  try {
    await redis.kill();
    expect((await deliver(alone.url, signed(announcement(transactionId)))).status).toBe(200);
    await expect.poll(() => hintCounts(alone.url, alone.key)).toEqual({ failed: 1 });
    await redis.start();
  } finally {
    await alone.close();
    await redis.stop();
  }
});

test("without a secret there is no such route, whoever calls it", async () => {
  const unconfigured = await startProducerUnderTest();
  try {
    const { status } = await deliver(unconfigured.url, signed(announcement(transactionId), { secret: "" }));
    expect(status).toBe(404);
  } finally {
    await unconfigured.close();
  }
});

test("the separator and the greatest age are settings", async () => {
  const settings = {
    RELOADLY_WEBHOOK_SECRET: SECRET,
    RELOADLY_WEBHOOK_SEPARATOR: ".",
    RELOADLY_WEBHOOK_AGE_MS_MAX: "300000",
  };
  const strict = await startProducerUnderTest({ settings });
  try {
    const old = String(Math.floor(Date.now() / 1_000) - 301);
    const body = announcement(transactionId);
    expect((await deliver(strict.url, signed(body, { separator: "." }))).status).toBe(200);
    expect((await deliver(strict.url, signed(body))).status).toBe(401);
    expect((await deliver(strict.url, signed(body, { separator: ".", timestamp: old }))).status).toBe(401);
  } finally {
    await strict.close();
  }
});
