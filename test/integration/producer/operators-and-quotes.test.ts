/** A caller can ask what is sold, what it costs and what would arrive, before anything is stored or sent. */
import { createCommand } from "@surefill/cli";
import { type ReloadlySandbox, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody } from "./running-producer.js";

let sandbox: ReloadlySandbox;
let producer: ProducerUnderTest;
beforeAll(async () => {
  sandbox = await startReloadlySandbox({});
  producer = await startProducerUnderTest({ settings: { RELOADLY_URL: sandbox.url } });
});
afterAll(async () => {
  await producer.close();
  await sandbox.close();
});

type Listed = { operatorId: number; name: string; countryCode: string };
const list = async (query: string) => {
  const { status, json } = await producer.call("GET", `/v1/operators${query}`);
  expect(status).toBe(200);
  return json as { data: Listed[]; nextCursor: string | null; hasMore: boolean };
};

describe("the list of operators", () => {
  test("filters by country and by a part of the name or id, whatever the case", async () => {
    const nigeria = await list("?country=ng");
    expect(new Set(nigeria.data.map(({ countryCode }) => countryCode))).toEqual(new Set(["NG"]));
    const ids = ({ data }: { data: Listed[] }) => data.map(({ operatorId }) => operatorId);
    expect(ids(await list("?country=NG&search=mtn"))).toEqual(expect.arrayContaining([341, 345]));
    expect(ids(await list("?country=NG&search=mtn"))).not.toContain(342);
    expect(ids(await list("?search=1213"))).toEqual([1213]);
    expect(ids(await list("?search=nobody"))).toEqual([]);
  });

  test("shows amounts, local amounts, rate, discount and the recipient that it takes", async () => {
    expect((await list("?search=345")).data[0]).toMatchObject({
      operatorId: 345,
      kinds: ["data"],
      recipient: "phone",
      denominationType: "FIXED",
      account: { currency: "USD", fixed: ["0.35", "1.4", "3.5"] },
      local: { currency: "NGN", fixed: ["500", "2000", "5000"] },
      fxRate: "1428.5",
      discountPercent: "2",
    });
    expect((await list("?search=685")).data[0]).toMatchObject({ recipient: "email", local: null });
  });

  test("comes in pages that together hold each operator once", async () => {
    const seen: number[] = [];
    let page = await list("?limit=7");
    while (page.nextCursor !== null) {
      seen.push(...page.data.map(({ operatorId }) => operatorId));
      expect(page.hasMore).toBe(true);
      page = await list(`?limit=7&cursor=${page.nextCursor}`);
    }
    seen.push(...page.data.map(({ operatorId }) => operatorId));
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual((await list("?limit=200")).data.map(({ operatorId }) => operatorId));
  });

  test.each(["?country=XX", "?limit=0", "?limit=201", "?search=", "?cursor=abc", "?colour=red"])(
    "refuses %s",
    async (query) => {
      expect((await producer.call("GET", `/v1/operators${query}`)).status).toBe(422);
    },
  );
});

test("the command lists them, and says when there are none", async () => {
  const lines: string[] = [];
  const codes: number[] = [];
  const command = createCommand({
    env: { SUREFILL_URL: producer.url, SUREFILL_KEY: producer.key },
    print: (text) => lines.push(text),
    output: process.stdout,
    tell: (text) => lines.push(text),
    exitWith: (code) => codes.push(code),
    user: "os-user",
    signal: new AbortController().signal,
  });
  await command.parseAsync(["node", "surefill", "operators", "--search", "mtn", "--country", "NG"]);
  expect(lines).toContain("   345  NG  MTN Nigeria Data: 0.35, 1.4, 3.5 USD, or 500, 2000, 5000 NGN");
  expect(codes).toEqual([]);
  await command.parseAsync(["node", "surefill", "operators", "--search", "nobody"]);
  expect(lines.at(-1)).toBe("No operator is found.");
  expect(codes).toEqual([1]);
});

describe("a quote", () => {
  const ask = (changes: Record<string, unknown>) => producer.call("POST", "/v1/quotes", { json: topupBody(changes) });

  test("says what is debited and what would arrive, and stores nothing", async () => {
    const answer = await ask({ operatorId: 341, amount: "5" });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json).toEqual({
      sold: true,
      operatorId: 341,
      operatorName: "MTN Nigeria",
      detected: false,
      cost: { amount: "4.85", currency: "USD" },
      discount: { amount: "0.15", currency: "USD" },
      fee: { amount: "0", currency: "USD" },
      delivered: { amount: "7142.5", currency: "NGN", isEstimate: true },
      problems: [],
    });
    expect(await producer.topups()).toBe(0);
  });

  test("detects the operator of a number, and takes amounts in its currency", async () => {
    const recipientPhone = { countryCode: "NG", number: "08031231111" };
    expect(
      (await ask({ operatorId: "auto", amount: "1428.5", useLocalAmount: true, recipientPhone })).json,
    ).toMatchObject({
      sold: true,
      operatorId: 341,
      detected: true,
      delivered: { amount: "1428.5", currency: "NGN", isEstimate: false },
      cost: { currency: "USD" },
    });
  });

  test("says why something is not sold, as accepting it would", async () => {
    for (const changes of [{ operatorId: 3410 }, { operatorId: 345, amount: "2" }, { amount: "1000001" }]) {
      const json = topupBody({ reference: "not-sold", ...changes });
      const refused = await producer.call("POST", "/v1/topups", { json });
      expect(refused.status).toBe(422);
      expect((await ask(changes)).json).toMatchObject({ sold: false, cost: null, problems: refused.json.errors });
    }
  });

  test("of a body that is no top-up is refused", async () => {
    expect((await ask({ amount: "-1" })).status).toBe(422);
  });
});

test("where the catalogue cannot be had, both say so", async () => {
  const blind = await startProducerUnderTest();
  expect(await blind.call("GET", "/v1/operators")).toMatchObject({
    status: 503,
    json: { code: "provider_unavailable" },
  });
  expect((await blind.call("POST", "/v1/quotes", { json: topupBody() })).status).toBe(503);
  await blind.close();
});
