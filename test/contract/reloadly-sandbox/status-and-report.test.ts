// What can be read back: statuses, the report with its paging, time zone and search rules, and the books.
import { expect, test } from "vitest";
import { z } from "zod";
import { inOrder, onSend, openWorld, phone, type World } from "./world.js";

const idsOf = (body: Record<string, unknown>): number[] =>
  z
    .array(z.object({ transactionId: z.number() }))
    .parse(body.content)
    .map(({ transactionId }) => transactionId);

const report = (world: World, query = "") => world.get(`/topups/reports/transactions${query}`);

/** Top-ups to different phones, a second apart. */
const fill = (world: World, count: number): Promise<number[]> =>
  inOrder(count, async (index) => {
    const id = await world.accept({ customIdentifier: `r-${index}`, recipientPhone: phone(String(1000 + index)) });
    world.clock.advance(1000);
    return id;
  });

test.each([
  ["0003", "REFUNDED", "SERVICE_TO_OPERATOR_TEMPORARILY_UNAVAILABLE", /outage and \/ or connection issue/],
  ["0005", "FAILED", "PROVIDER_INTERNAL_ERROR", /^Please wait 30 minutes to purchase same product$/],
])(
  "a number ending in %s becomes %s with a reason and without the transaction",
  async (ending, status, code, message) => {
    for (const statusShape of ["envelope", "flat"] as const) {
      const world = await openWorld({ statusShape });
      const id = await world.accept({ recipientPhone: phone(ending) });
      world.clock.advance(11_000);
      const { body } = await world.get(`/topups/${id}/status`);
      expect(body).toEqual({ code, message: expect.stringMatching(message), status, transaction: null });
    }
  },
);

test("the flat shape shows a successful transaction without an envelope", async () => {
  const world = await openWorld({ statusShape: "flat" });
  const id = await world.accept();
  world.clock.advance(11_000);
  const { body } = await world.get(`/topups/${id}/status`);
  expect(body).toMatchObject({ transactionId: id, status: "SUCCESSFUL", operatorName: "Airtel Niger" });
  expect(body).not.toHaveProperty("transaction");
});

test("an unknown transaction has no status, and its report row is a 404 without an error code", async () => {
  const world = await openWorld();
  const status = await world.get("/topups/5/status");
  expect(status).toMatchObject({ httpStatus: 404, body: { errorCode: "TRANSACTION_NOT_FOUND" } });
  const row = await world.get("/topups/reports/transactions/5");
  expect(row).toMatchObject({ httpStatus: 404, body: { errorCode: null } });
  expect((await world.get("/topups/nonsense/status")).httpStatus).toBe(404);
});

test("pages count from one, page zero is page one again, the oldest comes first", async () => {
  const world = await openWorld();
  const ids = await fill(world, 5);
  const first = (await report(world, "?page=1&size=2")).body;
  expect(idsOf(first)).toEqual(ids.slice(0, 2));
  expect(first).toMatchObject({ number: 0, size: 2, totalPages: 3, totalElements: 5, first: true, last: false });
  expect((await report(world, "?page=0&size=2")).body).toEqual(first);
  const last = (await report(world, "?page=3&size=2")).body;
  expect(idsOf(last)).toEqual(ids.slice(4));
  expect(last).toMatchObject({ number: 2, numberOfElements: 1, last: true });
  expect((await report(world, "?page=4&size=2")).body).toMatchObject({ content: [], empty: true, last: true });
});

test("a page holds 200 rows unless asked, and never more than 500", async () => {
  const world = await openWorld();
  expect((await report(world)).body.size).toBe(200);
  expect((await report(world, "?size=1000")).body.size).toBe(500);
  expect((await report(world, "?size=many")).body.errorCode).toBe("INVALID_INPUT_PROVIDED");
});

test("rows carry UTC, but the dates of the query are read four hours west of it", async () => {
  const world = await openWorld();
  const [first, second, third] = await fill(world, 3);
  // The sandbox's day begins at 12:00:00 UTC, which is 08:00:00 there.
  const row = (await world.get(`/topups/reports/transactions/${first}`)).body;
  expect(row.transactionDate).toBe("2026-03-10 12:00:00");
  const dates = (start: string, end: string) =>
    report(world, `?startDate=2026-03-10 ${start}&endDate=2026-03-10 ${end}`);
  expect(idsOf((await dates("08:00:01", "08:00:02")).body)).toEqual([second, third]);
  expect(idsOf((await dates("12:00:00", "12:00:02")).body)).toEqual([]);
  expect((await report(world, "?startDate=yesterday")).body.errorCode).toBe("INVALID_INPUT_PROVIDED");
});

test("the search by identifier ignores case and finds nothing but the identifier", async () => {
  const world = await openWorld();
  const lower = await world.accept({ customIdentifier: "top_a/ö?&=", recipientPhone: phone("1000") });
  const upper = await world.accept({ customIdentifier: "TOP_A/Ö?&=", recipientPhone: phone("2000") });
  await world.accept({ customIdentifier: "top_a", recipientPhone: phone("3000") });
  const search = async (text: string) =>
    idsOf((await report(world, `?customIdentifier=${encodeURIComponent(text)}`)).body);
  expect(await search("top_a/ö?&=")).toEqual([lower, upper]);
  expect(await search("Top_A/ö?&=")).toEqual([lower, upper]);
  expect(await search("top_")).toEqual([]);
});

test("the report filters by country and operator", async () => {
  const world = await openWorld();
  const [niger] = await fill(world, 1);
  const nigeria = await world.accept({
    operatorId: 341,
    amount: 500,
    recipientPhone: { countryCode: "NG", number: "8031234567" },
  });
  expect(idsOf((await report(world, "?countryCode=NG")).body)).toEqual([nigeria]);
  expect(idsOf((await report(world, "?operatorId=640")).body)).toEqual([niger]);
  expect(idsOf((await report(world, "?operatorName=mtn nigeria")).body)).toEqual([nigeria]);
});

test("a row shows PROCESSING at once, and what became of it and its cost later", async () => {
  const world = await openWorld();
  const id = await world.accept({ customIdentifier: "a", recipientPhone: phone("0003") });
  const row = async () => (await world.get(`/topups/reports/transactions/${id}`)).body;
  expect(await row()).toMatchObject({ status: "PROCESSING", customIdentifier: "a", balanceInfo: { cost: 0.19785 } });
  world.clock.advance(11_000);
  expect(await row()).toMatchObject({
    status: "REFUNDED",
    balanceInfo: { cost: 0, oldBalance: 1000, newBalance: 1000 },
  });
});

test("a top-up is missing from the report for as long as the report lags, and never from its status", async () => {
  const world = await openWorld({ reportLagMs: 5000, faultPlan: onSend({ kind: "report-lag", lagMs: 60_000 }) });
  const late = await world.accept({ customIdentifier: "late", recipientPhone: phone("1000") });
  const usual = await world.accept({ customIdentifier: "usual", recipientPhone: phone("2000") });
  expect(idsOf((await report(world)).body)).toEqual([]);
  expect(await world.statusOf(late)).toBe("PROCESSING");
  world.clock.advance(5000);
  expect(idsOf((await report(world)).body)).toEqual([usual]);
  expect((await world.get(`/topups/reports/transactions/${late}`)).httpStatus).toBe(404);
  world.clock.advance(55_000);
  expect(idsOf((await report(world)).body)).toEqual([late, usual]);
});

test("the books can be read whole, by page, by identifier and without rows", async () => {
  const world = await openWorld();
  await fill(world, 5);
  const books = async (query: string) => (await world.call("GET", `/_sandbox/books${query}`, { headers: {} })).body;
  const names = (body: Record<string, unknown>) =>
    z
      .array(z.object({ customIdentifier: z.string() }))
      .parse(body.identifiers)
      .map((row) => row.customIdentifier);
  expect(names(await books(""))).toEqual(["r-0", "r-1", "r-2", "r-3", "r-4"]);
  const page = await books("?limit=2&after=r-1");
  expect([names(page), page.next]).toEqual([["r-2", "r-3"], "r-3"]);
  const last = await books("?limit=2&after=r-3");
  expect([names(last), last.next]).toEqual([["r-4"], null]);
  expect(names(await books("?customIdentifier=r-2"))).toEqual(["r-2"]);
  expect(await books("?rows=false")).not.toHaveProperty("identifiers");
  expect((await books("?after=nobody")).error).toMatch(/^after must be/);
  expect((await books("?limit=none")).error).toMatch(/limit/);
});
