/** One review for a cause: what waits for a person is grouped, and one verdict is given on all of a group. */
import { createReloadlyClient, type ReloadlyClient } from "@surefill/reloadly-client";
import { type ReloadlySandbox, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { endMove, type Move } from "@surefill/topup";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runSurefill } from "../../support/surefill.js";
import { type ProducerUnderTest, startProducerUnderTest, topupRequest } from "./running-producer.js";

type Group = {
  groupId: string;
  groupHash: string;
  count: number;
  because: string;
  operatorId: number;
  campaign: string | null;
  amounts: { amount: string; currency: string | null }[];
  suggestion: { verdict: string | null };
  references: string[];
  text: string;
};
type Resolution = {
  count: number;
  resolved: number;
  refused: number;
  remaining: number;
  refusals: { reference: string; code: string }[];
};

let sandbox: ReloadlySandbox;
let client: ReloadlyClient;
let producer: ProducerUnderTest;
beforeAll(async () => {
  sandbox = await startReloadlySandbox({ processingMs: { min: 1, max: 2 }, phoneRechargeWindowMs: 0 });
  const environment = { apiUrl: sandbox.url, authUrl: sandbox.url, audience: sandbox.url };
  client = createReloadlyClient({ environment, clientId: "sandbox-client", clientSecret: "sandbox-secret" });
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});
beforeEach(async () => {
  producer = await startProducerUnderTest({
    settings: { RELOADLY_URL: sandbox.url, SEND_DEADLINE_MS: "1", QUIET_MS: "1" },
  });
});
afterEach(() => producer.close());

const numberOf = (index: number) => `23480123${String(47_000 + index)}`;

/** Plants a top-up whose outcome stayed unknown. */
async function plant(reference: string, index: number, end: Partial<Move> & { asked?: object } = {}): Promise<void> {
  const { ledger } = producer;
  const recipientPhone = { countryCode: "NG", number: `+${numberOf(index)}` };
  await ledger.accept([{ reference, request: topupRequest({ amount: "6.4", recipientPhone, ...end.asked }) }]);
  const claimed = await ledger.claim(reference, 1, { leaseMs: 60_000, holdJitterMs: 0 });
  if (claimed.kind !== "claimed") throw new Error(`not claimed: ${claimed.kind}`);
  await ledger.move(claimed.record, { to: "unknown", because: "outcome-unknown", patch: { rounds: 3 }, dueAtMs: 1 });
  await expect.poll(() => ledger.nowMs()).toBeGreaterThan(claimed.nowMs + 2);
  const { because = "unknown-too-often", patch = { code: "TIMEOUT" } } = end;
  await ledger.move({ ...claimed.record, state: "unknown" }, endMove("review", because, patch));
}

async function plantMany(name: string, count: number): Promise<string[]> {
  const references = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  for (const [index, reference] of references.entries()) await plant(reference, index);
  return references;
}

/** Buys at the provider, as a worker would have. */
async function buy(customIdentifier: string, index: number): Promise<void> {
  const recipientPhone = { countryCode: "NG", number: numberOf(index) };
  const order = { operatorId: 341, amount: "6.4", useLocalAmount: false, customIdentifier, recipientPhone };
  const options = () => ({ signal: AbortSignal.timeout(60_000) });
  const { transactionId } = await client.sendTopupAsync(order, options());
  const status = async () => (await client.getTopupStatus(transactionId, options())).status;
  await expect.poll(status).toEqual({ kind: "known", status: "SUCCESSFUL" });
}

const groups = async () =>
  (await producer.call("GET", "/v1/attention/reviews")).json as unknown as { data: Group[]; reviews: number };
const onlyGroup = async () => {
  const { data } = await groups();
  const [group] = data;
  if (group === undefined || data.length > 1) throw new Error(`${data.length} groups`);
  return group;
};
const verdict = (expectedCount: number, more: object = {}) => ({
  verdict: "resubmit",
  reason: "The operator is back",
  by: "Ada Obi",
  expectedCount,
  ...more,
});
const resolve = (groupId: string, body: object, key = "command-1") =>
  producer.call("POST", `/v1/attention/reviews/${groupId}/resolve`, {
    json: body,
    headers: { "idempotency-key": key },
  });
const stateOf = async (reference: string) => (await producer.ledger.look(reference))?.record.state;

describe("what is in review", () => {
  test("is one group for each reason, code, operator and campaign, with count, sum, age and suggestion", async () => {
    await plantMany("outage", 100);
    await plant("burnt", 101, { because: "identifier-used-but-not-found", patch: { identifierUsed: true } });
    await plant("labelled", 102, { asked: { campaign: "rain" } });
    const { data, reviews } = await groups();
    expect(reviews).toBe(102);
    expect(data.map(({ count, because, campaign }) => [count, because, campaign])).toEqual([
      [100, "unknown-too-often", null],
      expect.anything(),
      expect.anything(),
    ]);
    expect(data[0]).toMatchObject({
      operatorId: 341,
      code: "TIMEOUT",
      amounts: [{ amount: "640.0", currency: "USD", useLocalAmount: false }],
      evidence: { identifierUsed: 0, withTransactions: 0, roundsMax: 3 },
      suggestion: { verdict: "resubmit" },
      text: "operator 341: 100 top-ups, 640.0 USD: unknown-too-often, TIMEOUT",
    });
    expect(data[0]?.references).toHaveLength(20);
    expect(data.find(({ because }) => because === "identifier-used-but-not-found")?.suggestion.verdict).toBeNull();
  });
});

describe("one verdict on all of a group", () => {
  test("sends each of them again, names person and key in each history, and asks for no second look", async () => {
    const references = await plantMany("again", 12);
    const { groupId, groupHash } = await onlyGroup();
    const answer = await resolve(groupId, verdict(12, { groupHash }));
    expect(answer).toMatchObject({ status: 200, json: { count: 12, resolved: 12, refused: 0, remaining: 0 } });
    for (const reference of references) {
      const record = (await producer.ledger.look(reference))?.record;
      expect(record).toMatchObject({ state: "queued", attempt: 1, resolvedBy: "Ada Obi", commandKey: "test" });
    }
    expect((await groups()).data).toEqual([]);
  });

  test("leaves one alone that the provider shows as paid, and sends all others", async () => {
    await plantMany("some", 5);
    await buy("some-3", 3);
    const { groupId } = await onlyGroup();
    const { json } = await resolve(groupId, verdict(5));
    expect(json).toMatchObject({ resolved: 4, refused: 1, remaining: 0 });
    expect((json as unknown as Resolution).refusals).toMatchObject([
      { reference: "some-3", code: "evidence_contradicts" },
    ]);
    expect(await stateOf("some-3")).toBe("review");
    expect(await stateOf("some-2")).toBe("queued");
  });

  test("is refused where the group has changed since it was seen, and nothing is moved", async () => {
    await plantMany("changed", 3);
    const { groupId, groupHash } = await onlyGroup();
    expect(await resolve(groupId, verdict(2))).toMatchObject({ status: 409, json: { code: "group_changed" } });
    await producer.ledger.addEvidence("changed-1", 1, 4_711);
    expect(await resolve(groupId, verdict(3, { groupHash }))).toMatchObject({ json: { code: "group_changed" } });
    expect(await resolve("AAAAAAAAAAAAAAAA", verdict(1))).toMatchObject({ status: 409 });
    expect((await onlyGroup()).count).toBe(3);
  });

  test("repeated under its key it answers the same, and gives no second verdict", async () => {
    const references = await plantMany("twice", 4);
    const { groupId } = await onlyGroup();
    const [first, second] = await Promise.all([resolve(groupId, verdict(4)), resolve(groupId, verdict(4))]);
    const third = await resolve(groupId, verdict(4));
    for (const { json } of [first, second, third]) expect(json).toMatchObject({ count: 4, refused: 0 });
    expect(third.json).toMatchObject({ resolved: 4, remaining: 0 });
    for (const reference of references) {
      const history = await producer.ledger.history(reference);
      expect(history.filter(({ because }) => because === "resolved-by-operator")).toHaveLength(1);
    }
    const other = await resolve(groupId, verdict(4, { verdict: "failed" }));
    expect(other).toMatchObject({ status: 400, json: { code: "idempotency_key_invalid" } });
  });

  test("tells of one that another person has decided since, and leaves that verdict", async () => {
    await plantMany("race", 3);
    const { groupId } = await onlyGroup();
    const single = { verdict: "failed", reason: "Withdrawn", by: "Bo", force: false };
    const [all, one] = await Promise.all([
      resolve(groupId, verdict(3)),
      producer.call("POST", "/v1/topups/race-1/resolve", { json: single }),
    ]);
    const decidedBy = (await producer.ledger.look("race-1"))?.record.resolvedBy;
    const history = await producer.ledger.history("race-1");
    expect(history.filter(({ because }) => because === "resolved-by-operator")).toHaveLength(1);
    if (all.status === 200) {
      const { resolved, refused } = all.json as unknown as Resolution;
      expect([resolved, refused, one.status]).toEqual(decidedBy === "Bo" ? [2, 1, 200] : [3, 0, 409]);
    }
  });

  test("needs a key, and takes no force and no success without its transaction", async () => {
    await plantMany("bad", 1);
    const { groupId } = await onlyGroup();
    const path = `/v1/attention/reviews/${groupId}/resolve`;
    expect(await producer.call("POST", path, { json: verdict(1) })).toMatchObject({
      status: 422,
      json: { errors: [{ parameter: "Idempotency-Key", code: "missing" }] },
    });
    for (const more of [{ force: true }, { verdict: "succeeded" }, { expectedCount: 0 }, { by: "" }]) {
      expect((await resolve(groupId, verdict(1, more))).status).toBe(422);
    }
    expect(await stateOf("bad-0")).toBe("review");
  });
});

test("the command lists the groups and resolves one; what is left is told with exit code 1", async () => {
  const surefill = (...args: string[]) =>
    runSurefill({ SUREFILL_URL: producer.url, SUREFILL_KEY: producer.key }, "reviews", ...args);
  expect(await surefill()).toMatchObject({ code: 0, printed: "No top-up is in review.\n" });
  await plantMany("cli", 3);
  await buy("cli-0", 0);
  const { groupId } = await onlyGroup();
  const listed = await surefill();
  expect(listed.code).toBe(1);
  expect(listed.printed).toContain(`surefill reviews resolve ${groupId} --verdict resubmit --expect 3`);
  const asked = [groupId, "--verdict", "resubmit", "--reason", "The operator is back"];
  const changed = await surefill("resolve", ...asked, "--expect", "9");
  expect(changed).toMatchObject({ code: 1, told: [expect.stringContaining("has 3 top-ups, and 9 were expected")] });
  const resolved = await surefill("resolve", ...asked, "--expect", "3");
  expect(resolved.code).toBe(1);
  expect(resolved.printed).toContain("2 of 3 resolved; 1 refused");
  expect(resolved.printed).toContain("cli-0: evidence_contradicts");
  expect((await producer.ledger.look("cli-1"))?.record.resolvedBy).toBe("os-user");
});
