/** Reading: one top-up with its history, and lists that lose nothing while records move. */
import { endMove } from "@surefill/topup";
import { Ledger } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest, topupBody, topupRequest } from "./running-producer.js";

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest();
});
afterAll(() => producer.close());

type Page = {
  data: { reference: string; recipientPhone: { number: string } }[];
  nextCursor: string | null;
  hasMore: boolean;
};

async function list(query: string): Promise<Page> {
  const answer = await producer.call("GET", `/v1/topups?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.json as Page;
}

async function walk(query: string, between: (page: Page) => Promise<void> = async () => undefined): Promise<string[]> {
  const references: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list(cursor === null ? query : `${query}&cursor=${cursor}`);
    references.push(...page.data.map(({ reference }) => reference));
    expect(page.hasMore).toBe(page.nextCursor !== null);
    cursor = page.nextCursor;
    await between(page);
  } while (cursor !== null);
  return references;
}

describe("one top-up", () => {
  test("is shown in full, with its history", async () => {
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "One-1", metadata: { wave: "3" } }) });
    await producer.call("POST", "/v1/topups/one-1/cancel");
    const { status, json } = await producer.call("GET", "/v1/topups/ONE-1");

    expect(status).toBe(200);
    expect(json).toMatchObject({
      reference: "one-1",
      state: "cancelled",
      final: true,
      recipientPhone: { countryCode: "NG", number: "2348012345678" },
      metadata: { wave: "3" },
      customIdentifier: "One-1",
      nextCheckAt: null,
      history: [{ from: "queued", to: "cancelled", attempt: 1, because: "withdrawn" }],
    });
  });

  test("that nobody sent is 404, a reference that cannot be one is 422", async () => {
    expect((await producer.call("GET", "/v1/topups/nobody")).json["code"]).toBe("topup_not_found");
    const wrong = await producer.call("GET", "/v1/topups/a%2Fb");
    expect(wrong.status).toBe(422);
    expect(wrong.json["errors"]).toEqual([expect.objectContaining({ parameter: "reference" })]);
  });
});

describe("a list", () => {
  test.each([
    ["no filter", "", "state"],
    ["two filters", "state=queued&campaign=x", "campaign"],
    ["a state that does not exist", "state=lost", "state"],
    ["a filter given twice", "campaign=a&campaign=b", "campaign"],
    ["a limit of 0", "state=queued&limit=0", "limit"],
    ["a limit of 201", "state=queued&limit=201", "limit"],
    ["a cursor of somebody else", "state=queued&cursor=abc", "cursor"],
    ["an unknown parameter", "state=queued&page=2", "page"],
    ["a phone that is none", "phone=abc", "phone"],
    ["a transactionId that is none", "transactionId=1e5", "transactionId"],
  ])("with %s is refused and names the parameter", async (_, query, parameter) => {
    const answer = await producer.call("GET", `/v1/topups?${query}`);

    expect(answer.status).toBe(422);
    expect(answer.json["errors"]).toContainEqual(expect.objectContaining({ parameter }));
  });

  test("by phone finds the number however it is written, and masks it", async () => {
    const json = topupBody({ reference: "by-phone", recipientPhone: { countryCode: "KE", number: "0712345678" } });
    await producer.call("POST", "/v1/topups", { json });

    const international = ["254712345678", "%2B254712345678", "+254712345678", "00254712345678", "+254 712 345 678"];
    const inCountry = ["0712345678&country=KE", "712 345 678&country=ke", "%2B254712345678&country=KE"];
    for (const phone of [...international, ...inCountry]) {
      const { data } = await list(`phone=${phone}`);
      expect(data.map(({ reference }) => reference)).toEqual(["by-phone"]);
      expect(data[0]?.recipientPhone.number).toBe("••••••••••78");
    }
  });

  test("by phone is refused, and never empty, where the number may be another line than the one that is meant", async () => {
    const recipientPhone = { countryCode: "NG", number: "08031231111" };
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "paid", recipientPhone }) });

    // The third is a number of Maryland, and one of China without its code.
    for (const phone of ["08031231111", "8031231111", "13012345678", "0712345678"]) {
      const answer = await producer.call("GET", `/v1/topups?phone=${phone}`);
      expect(answer.status, phone).toBe(422);
      expect(answer.json["errors"]).toEqual([expect.objectContaining({ parameter: "phone", code: "invalid" })]);
      expect(answer.text).toContain("give the country beside it");
    }
    expect((await list("phone=08031231111&country=NG")).data.map(({ reference }) => reference)).toEqual(["paid"]);
    expect((await list("phone=13012345678&country=CN")).data).toEqual([]);
  });

  test.each([
    ["of another country", "phone=%2B254712345678&country=NG", "phone", "invalid"],
    ["of a retired plan", "phone=%2B24102474849", "phone", "phone_retired_plan"],
    ["with a note", "phone=%2B254712345678%20(Jane)", "phone", "phone_several"],
  ])("by a phone %s is refused", async (_, query, parameter, code) => {
    const answer = await producer.call("GET", `/v1/topups?${query}`);

    expect(answer.status).toBe(422);
    expect(answer.json["errors"]).toEqual([expect.objectContaining({ parameter, code })]);
  });

  test("by country alone is refused", async () => {
    const answer = await producer.call("GET", "/v1/topups?state=queued&country=NG");

    expect(answer.status).toBe(422);
    expect(answer.json["errors"]).toEqual([expect.objectContaining({ parameter: "country" })]);
  });

  test("by phone finds a line under each of its numbers", async () => {
    const recipientPhone = { countryCode: "AR", number: "+54 9 11 2345-6789" };
    await producer.call("POST", "/v1/topups", { json: topupBody({ reference: "line", recipientPhone }) });

    for (const phone of ["%2B5491123456789", "%2B541123456789", "011%2015-2345-6789&country=AR"]) {
      expect(
        (await list(`phone=${phone}`)).data.map(({ reference }) => reference),
        phone,
      ).toEqual(["line"]);
    }
  });

  test("by transactionId finds the one top-up that it belongs to", async () => {
    const [accepted] = await producer.ledger.accept([{ reference: "by-transaction", request: topupRequest() }]);
    const claimed = await producer.ledger.claim("by-transaction", 1, { leaseMs: 60_000, holdJitterMs: 0 });
    if (accepted?.kind !== "created" || claimed.kind !== "claimed") throw new Error("the record was not claimed");
    await producer.ledger.move(claimed.record, {
      to: "processing",
      because: "accepted-by-provider",
      patch: { transactionId: 987_654 },
      dueAtMs: claimed.nowMs,
    });

    expect((await list("transactionId=987654")).data.map(({ reference }) => reference)).toEqual(["by-transaction"]);
    expect((await list("transactionId=987655")).data).toEqual([]);
  });

  test("gives every top-up once when all were accepted in the same millisecond", async () => {
    const ledger = await Ledger.open(producer.redis.client, {
      prefix: producer.redis.prefix,
      processId: "ties",
      nowMs: () => 1_800_000_000_000,
    });
    const references = Array.from({ length: 25 }, (_, index) => `tie-${String(index).padStart(2, "0")}`);
    await ledger.accept(references.map((reference) => ({ reference, request: topupRequest({ campaign: "ties" }) })));

    const walked = await walk("campaign=ties&limit=7");
    expect(walked.toSorted()).toEqual(references);
  });

  test("leaves out no top-up that stays, while others leave it between two pages", async () => {
    let nowMs = 1_700_000_000_000;
    const ledger = await Ledger.open(producer.redis.client, {
      prefix: producer.redis.prefix,
      processId: "moves",
      nowMs: () => nowMs++,
    });
    const references = Array.from({ length: 30 }, (_, index) => `moving-${String(index).padStart(2, "0")}`);
    for (const reference of references) await ledger.accept([{ reference, request: topupRequest() }]);

    // After each page everything that it showed leaves the state, the row that the cursor names included.
    const walked = await walk("state=queued&limit=10", async ({ data }) => {
      for (const { reference } of data) {
        const looked = await ledger.look(reference);
        if (looked === undefined) throw new Error("a listed top-up is gone");
        await ledger.move(looked.record, endMove("cancelled", "withdrawn"));
      }
    });
    expect(walked.filter((reference) => reference.startsWith("moving-")).toSorted()).toEqual(references);
  });
});
