/** Files of results and of refused rows, in the form that the spreadsheet reads which the uploaded file came from. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CampaignWorld, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
});
afterAll(() => world.close());

/** Asks with bytes and answers bytes: a byte order mark is seen. */
async function ask(path: string, body?: string | Buffer): Promise<{ status: number; text: string }> {
  const { url, key } = world.producer;
  const response = await fetch(`${url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "text/csv" },
    ...(body !== undefined && { body: new Uint8Array(Buffer.from(body)) }),
    signal: AbortSignal.timeout(60_000),
  });
  return { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString() };
}

/** Has a file checked; answers the campaign's id. */
async function checked(body: string | Buffer, options: Record<string, unknown> = {}): Promise<string> {
  const sent = await ask("/v1/uploads", body);
  expect(sent.status, sent.text).toBe(201);
  const { id: upload } = JSON.parse(sent.text) as { id: string };
  const json = { name: "Form", upload, mapping: { phone: "number", amount: "amount" }, options };
  const made = await world.call("POST", "/v1/campaigns", { json });
  expect(made.status, made.text).toBe(201);
  await world.check(String(made.json["id"]));
  return String(made.json["id"]);
}

const textOf = async (id: string, file: string) => (await ask(`/v1/campaigns/${id}/${file}`)).text;

const FRENCH =
  "number;amount;nom\n+2348031551000;5,50;H\u00e9l\u00e8ne\n+234 803 155 1001;5,50;Ren\u00e9e\n+23480;5,50;Zo\u00e9\n";

describe("a file of French Excel: semicolons, windows-1252, decimal commas", () => {
  let id: string;
  beforeAll(async () => {
    id = await checked(Buffer.from(FRENCH, "latin1"), { decimalMark: "," });
  });

  test("has results with semicolons and a byte order mark, and numbers without a quote in front", async () => {
    const [header, ...rows] = (await textOf(id, "results.csv")).trimEnd().split("\n");

    expect(header).toMatch(/^\uFEFFnumber;amount;nom;state;reason;reference;/);
    expect(rows[0]).toMatch(/^\+2348031551000;5,50;H\u00e9l\u00e8ne;waiting;/);
    expect(rows[1]).toMatch(/^\+234 803 155 1001;5,50;/);
  });

  test("has a file of refused rows in the same form, which is read right when it comes back", async () => {
    const problems = await textOf(id, "problems.csv");
    expect(problems).toMatch(/^\uFEFFnumber;amount;nom;problem;hint\n\+23480;5,50;Zo\u00e9;PHONE_/);

    const back = await checked(problems.replace("+23480;", "+2348031551002;"), { decimalMark: "," });
    expect((await world.get(back)).plan).toMatchObject({ rows: { planned: 1, rejected: 0 }, total: { face: "5.5" } });
  });

  test("is written in another form where that is asked for", async () => {
    const plain = await textOf(id, "results.csv?delimiter=comma&bom=false&decimalMark=.");
    expect(plain).toMatch(/^number,amount,nom,state,/);
    expect(plain).toContain('+2348031551000,"5,50",');
    const refused = await world.call("GET", `/v1/campaigns/${id}/results.csv?delimiter=colon`);
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.text).toContain("must be one of comma, semicolon, tab, pipe");
  });
});

test.each([
  ["UTF-8 and commas, as programs write it", "number,amount\n+2348031551000,5\n", /^number,amount,state,/],
  ["a byte order mark", "\uFEFFnumber,amount\n+2348031551000,5\n", /^\uFEFFnumber,amount,state,/],
  ["tabs", "number\tamount\n+2348031551000\t5\n", /^number\tamount\tstate\t/],
  [
    "UTF-16, as Excel writes Unicode text",
    Buffer.from("\uFEFFnumber\tamount\n+2348031551000\t5\n", "utf16le"),
    /^\uFEFFnumber\tamount\tstate\t/,
  ],
])("A file with %s has results in the same form", async (_what, body, form) => {
  expect(await textOf(await checked(body), "results.csv")).toMatch(form);
});

describe("the columns of PINs", () => {
  const columnsOf = async (id: string) => (await textOf(id, "results.csv")).split("\n", 1)[0]?.split(",");

  test("are there where an operator of the plan issues PINs", async () => {
    const sent = await world.upload("number,amount,operator\n+306912345601,10.9,672\n+2348031551000,5,341\n");
    const mapping = { phone: "number", amount: "amount", operator: "operator" };
    const made = await world.call("POST", "/v1/campaigns", { json: { name: "PIN", upload: sent, mapping } });
    const id = String(made.json["id"]);
    expect((await world.check(id)).plan?.byOperator.map(({ operatorId }) => operatorId)).toContain(672);
    expect(await columnsOf(id)).toEqual(expect.arrayContaining(["pinCode", "pinSerial", "pinInfo"]));
  });

  test("are not there where none of them does", async () => {
    const id = await checked("number,amount\n+2348031551000,5\n");
    expect(await columnsOf(id)).toEqual([
      "number",
      "amount",
      "state",
      "reason",
      "reference",
      "transactionId",
      "cost",
      "costCurrency",
      "counted",
      "delivered",
      "deliveredCurrency",
      "acceptedAt",
      "finalAt",
    ]);
  });
});
