/** What a file says of amounts, currencies, lines and itself, from the upload to the plan, over real HTTP. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CampaignWorld, openCampaignWorld, type Shown } from "./campaign-world.js";

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
});
afterAll(() => world.close());

let numbers = 0;
/** Kenyan numbers, none of which was used before. */
function phone(): string {
  numbers += 1;
  return `07123${String(numbers).padStart(5, "0")}`;
}
const rows = (...cells: string[]) => cells.map((rest) => `${phone()}${rest}\n`).join("");

type Choices = { mapping?: Record<string, string>; options?: Record<string, unknown> };
const COLUMNS = { phone: "phone", amount: "amount", country: "country" };

async function create(csv: string, { mapping = COLUMNS, options }: Choices = {}) {
  const json = { name: "Test", upload: await world.upload(csv), mapping, ...(options && { options }) };
  return world.call("POST", "/v1/campaigns", { json });
}

async function checked(csv: string, choices: Choices = {}): Promise<Shown> {
  const { status, text, json } = await create(csv, choices);
  expect(status, text).toBe(201);
  return world.check(String(json["id"]));
}

/** Why a campaign is not made: pointer and reason. */
async function refusal(csv: string, choices: Choices = {}): Promise<[string, string][]> {
  const { status, json } = await create(csv, choices);
  expect(status).toBe(422);
  return (json["errors"] as { pointer: string; detail: string }[]).map(({ pointer, detail }) => [pointer, detail]);
}

/** What a check that makes no plan says. */
async function givenUp(csv: string, choices: Choices): Promise<string | null | undefined> {
  const { status, text, json } = await create(csv, choices);
  expect(status, text).toBe(201);
  const id = String(json["id"]);
  await world.call("POST", `/v1/campaigns/${id}/check`);
  const { check, plan } = await world.until(id, "draft");
  expect(plan).toBeNull();
  return check?.problem;
}

const outcome = ({ plan }: Shown) => ({
  planned: plan?.rows.planned,
  cost: plan?.total["face"],
  problems: plan?.problems.flatMap(({ codes }) => codes.map(({ code }) => code)),
});

describe("amounts", () => {
  const mapping = { ...COLUMNS, amount: "Montant (USD)" };
  const header = "phone;country;Montant (USD)\n";

  test("with decimal commas are read where every amount of a file with semicolons has one", async () => {
    const shown = await checked(`${header}${rows(";Kénya;5,00", ";KEN;2,5")}`, { mapping });
    expect(outcome(shown)).toEqual({ planned: 2, cost: "7.5", problems: [] });
    expect(shown.plan?.assumptions).toContainEqual(expect.objectContaining({ assumption: "decimal-comma", rows: 2 }));
  });

  test.each([
    ["one amount has none", `${header}`, [";KE;5,00", ";KE;5"], ["AMOUNT_COMMA"], 1],
    ["one amount has three digits behind it", `${header}`, [";KE;5,00", ";KE;1,500"], ["AMOUNT_COMMA"], 0],
  ])("with commas are asked about where %s", async (_what, head, cells, problems, planned) => {
    const shown = await checked(`${head}${rows(...cells)}`, { mapping });
    expect(outcome(shown)).toMatchObject({ planned, problems });
    expect(
      outcome(await checked(`${head}${rows(";KE;5,00", ";KE;5")}`, { mapping, options: { decimalMark: "," } })),
    ).toEqual({
      planned: 2,
      cost: "10",
      problems: [],
    });
  });

  test("have the unit of their column's name, which may not be contradicted", async () => {
    const inShillings = { ...COLUMNS, amount: "Amount (KES)" };
    const csv = () => `phone,country,Amount (KES)\n${rows(",KE,500")}`;
    const shown = await checked(csv(), { mapping: inShillings });
    expect(shown.plan?.byOperator).toMatchObject([{ local: { rows: 1, amount: "500", currency: "KES" } }]);
    expect(await refusal(csv(), { mapping: inShillings, options: { currency: "USD" } })).toEqual([
      ["/options/currency", 'is USD, but the column "Amount (KES)" says "KES"'],
    ]);
    const twice = `phone,country,Amount (KES),currency\n${rows(",KE,500,USD", ",KE,500,KES", ",KE,500,")}`;
    expect(outcome(await checked(twice, { mapping: { ...inShillings, currency: "currency" } }))).toMatchObject({
      planned: 2,
      problems: ["CURRENCY_MISMATCH"],
    });
    const flagged = `phone,country,Amount (KES),local\n${rows(",KE,500,no", ",KE,500,yes")}`;
    expect(outcome(await checked(flagged, { mapping: { ...inShillings, useLocalAmount: "local" } }))).toMatchObject({
      planned: 1,
      problems: ["CURRENCY_MISMATCH"],
    });
  });

  test("whose unit may be several currencies, or each operator's own, need it said", async () => {
    const dollars = { ...COLUMNS, amount: "Amount ($)" };
    const csv = () => `phone,country,Amount ($)\n${rows(",KE,5")}`;
    expect(await refusal(csv(), { mapping: dollars })).toMatchObject([
      ["/options/currency", expect.stringContaining("USD")],
    ]);
    expect(outcome(await checked(csv(), { mapping: dollars, options: { currency: "usd" } }))).toMatchObject({
      planned: 1,
    });
    const local = { ...COLUMNS, amount: "Amount (local)" };
    const localCsv = () => `phone,country,Amount (local)\n${rows(",KE,500")}`;
    expect(await refusal(localCsv(), { mapping: local })).toMatchObject([
      ["/options/useLocalAmount", expect.any(String)],
    ]);
    expect(outcome(await checked(localCsv(), { mapping: local, options: { useLocalAmount: true } }))).toMatchObject({
      planned: 1,
    });
  });

  test("are never the numbers of rows", async () => {
    const numbered = `N°,phone,country\n${["1", "2", "17"].map((number) => `${number},${phone()},KE\n`).join("")}`;
    expect(await refusal(numbered, { mapping: { ...COLUMNS, amount: "N°" } })).toMatchObject([
      ["/mapping/amount", expect.stringContaining("numbers the rows")],
    ]);
  });

  test("may be the same for every row, in a currency that is said, beside no column of amounts", async () => {
    const mapping = { phone: "phone", country: "country" };
    const csv = () => `phone,country\n${rows(",KE", ",KE")}`;
    const options = { amount: "5", currency: "USD" };
    const shown = await checked(csv(), { mapping, options });
    expect(outcome(shown)).toEqual({ planned: 2, cost: "10", problems: [] });
    expect(shown.plan?.assumptions.map(({ assumption }) => assumption)).not.toContain("default-amount");
    expect(await refusal(csv(), { mapping, options: { amount: "5" } })).toEqual([
      ["/options/currency", "must say in which currency options.amount is"],
    ]);
    const withAmounts = () => `phone,country,amount\n${rows(",KE,7")}`;
    for (const used of [COLUMNS, mapping]) {
      expect(await refusal(withAmounts(), { mapping: used, options })).toMatchObject([
        ["/options/amount", expect.stringContaining('the column "amount"')],
      ]);
    }
  });
});

describe("what is expected of a file", () => {
  const csv = () => `phone,country,amount\n${rows(",KE,5", ",KE,2.50", ",KE,7")}`;

  test("is its number of rows: with another one there is no campaign, and no plan", async () => {
    expect(await refusal(csv(), { options: { expectedRows: 4 } })).toEqual([
      ["/options/expectedRows", "is 4, but the file has 3 rows"],
    ]);
    const { id } = await checked(csv(), { options: { expectedRows: 3 } });
    const patched = await world.call("PATCH", `/v1/campaigns/${id}`, { json: { options: { expectedRows: 2 } } });
    expect(patched.status).toBe(422);
  });

  test("is the sum of its amounts, whether they can be sent or not: with another one there is no plan", async () => {
    const total = (amount: string, currency: string) => ({ options: { expectedTotal: { amount, currency } } });
    expect(outcome(await checked(csv(), total("14.50", "usd")))).toMatchObject({ planned: 3 });
    expect(await givenUp(csv(), total("15", "USD"))).toBe(
      "expectedTotal is 15 USD, but the amounts of 3 rows come to 14.5 USD.",
    );
    expect(await givenUp(csv(), total("14.50", "KES"))).toContain("3 rows are in another currency (line 2 first)");
    const broken = `phone,country,amount\n${rows(",KE,5", ",KE,five")}`;
    expect(await givenUp(broken, total("5", "USD"))).toContain("those of 1 rows cannot be read (line 3 first)");
    const refused = `phone,country,amount\n${rows(",KE,5")}nobody,KE,7\n`;
    expect(outcome(await checked(refused, total("12", "USD")))).toMatchObject({ planned: 1 });
  });
});

describe("the lines of a file", () => {
  test("that are within a quoted cell and hold what rows hold need a person's yes", async () => {
    const mapping = { ...COLUMNS };
    const [one, two, three] = [phone(), phone(), phone()];
    const csv = `phone,country,amount,name\n${one},KE,1,"John\n${two},KE,1,Ann"\n${three},KE,1,Eve\n`;
    expect(await refusal(csv, { mapping })).toMatchObject([
      ["/options/lineBreaksInCells", expect.stringMatching(/1 quoted cell holds.*line 2, column "name", over 2 lines/)],
    ]);
    const { id, plan } = await checked(csv, { mapping, options: { lineBreaksInCells: "accept" } });
    expect(plan).toMatchObject({
      rows: { total: 2, planned: 2 },
      lines: { total: 4, header: 1, rows: 2, withinCells: 1, empty: 0, titles: 0, separator: 0 },
    });
    // Taken back, the yes is missing again.
    const taken = await world.call("PATCH", `/v1/campaigns/${id}`, { json: { options: { lineBreaksInCells: null } } });
    expect(taken.status).toBe(422);
  });

  test("number its rows in every message: in problems, in the list of rows, in hints", async () => {
    const same = phone();
    const csv = `Payment list\r\n\r\nphone,country,amount\r\n${same},KE,5\n\n${same},KE,5\rnobody,KE,5\n`;
    const { id, plan } = await checked(csv);
    expect(plan?.lines).toMatchObject({ total: 7, titles: 1, header: 1, rows: 3, empty: 2 });
    const samples = (plan?.problems ?? []).flatMap(({ samples: of }) => of);
    expect(samples).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ row: 2, line: 6, hint: "line 4 pays the same recipient" }),
        expect.objectContaining({ row: 3, line: 7 }),
      ]),
    );
    const { json } = await world.call("GET", `/v1/campaigns/${id}/rows`);
    expect((json["data"] as { row: number; line: number }[]).map(({ row, line }) => [row, line])).toEqual([
      [1, 4],
      [2, 6],
      [3, 7],
    ]);
  });
});
