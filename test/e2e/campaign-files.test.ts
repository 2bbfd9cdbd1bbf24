/** What `surefill campaign check` prints of files that are not what they seem: every line, and what is to be said. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CampaignDesk, openCampaignDesk } from "../support/campaign-desk.js";

let desk: CampaignDesk;
beforeAll(async () => {
  desk = await openCampaignDesk();
});
afterAll(() => desk.close());

async function check(name: string, text: string, ...flags: string[]) {
  const path = join(desk.dir, `${name}.csv`);
  await writeFile(path, text);
  const run = await desk.campaign("check", path, ...flags);
  return { code: run.code, printed: run.printed, told: run.told.join("\n") };
}

const MAP = ["--map", "phone=phone", "--map", "country=country", "--map", "amount=amount"];

test("a stray quote is refused with its line", async () => {
  const text = 'phone,country,amount,name\n0712345678,KE,1,"John\n0712345679,KE,1,Ann\n0712345680,KE,1,"Mary"\n';
  const { code, told } = await check("quote", text, ...MAP);
  expect({ code, told }).toEqual({ code: 1, told: expect.stringContaining("Line 4: a quote that closes a cell") });
});

test("a title is named, and every line of the file stands in a sum", async () => {
  const text = "Payment list for March 2026\n\nphone,country,amount\r\n0712345678,KE,1\n0712345679,KE,2\n";
  const { code, printed } = await check("title", text, ...MAP);
  expect(code).toBe(0);
  expect(printed).toContain('Line 1 looks like a title and is left out: "Payment list for March 2026"');
  expect(printed).toContain(
    "2 of 2 rows will be sent, 0 will not.\nLines in the file: 5 = 1 title + 1 header + 2 rows + 1 empty.",
  );
});

test("columns that nobody mapped are offered as flags, what is only possible apart from them", async () => {
  const french =
    "N°;Nom;Pays;Téléphone mobile;Montant (USD)\r\n1;A. Un;Kenya;0712 345 681;5,00\r\n17;B. Deux;Kénya;0712 345 682;2,50\r\n";
  const asked = await check("french", french);
  expect(asked.code).toBe(1);
  expect(asked.printed).toContain("  --map phone='Téléphone mobile' --map country=Pays --map amount='Montant (USD)'\n");
  const map = ["--map", "phone=Téléphone mobile", "--map", "country=Pays", "--map", "amount=Montant (USD)"];
  const expected = ["--expected-rows", "2", "--expected-total", "7.50 USD"];
  expect((await check("french", french, ...map, ...expected)).printed).toContain("2 of 2 rows will be sent");
  const other = await check("french", french, ...map, "--expected-total", "18 USD");
  expect(other.told).toContain("expectedTotal is 18 USD, but the amounts of 2 rows come to 7.5 USD.");

  const headerless = await check("headerless", "Ann,0712-345-683,KE,1\nBob,0712345684,KE,1\n");
  expect(headerless.printed).toContain("2 rows, 4 columns");
  expect(headerless.printed).toContain("  --map phone='column 2'\nOnly possible, and for you to say:\n");
});

test("the same for every row is said by --amount and --currency", async () => {
  const text = "phone,note\r\n0712345685,hi\r\n0712345686,x\n0712345687\n0712345688\r\n";
  const map = ["--map", "phone=phone", "--country", "KE"];
  const { printed } = await check("same", text, ...map, "--amount", "1", "--currency", "USD");
  expect(printed).toContain("4 of 4 rows will be sent, 0 will not.");
  expect((await check("same", text, ...map, "--amount", "1")).told).toContain("/options/currency");
});

test("cells that may have swallowed rows are shown, and taken only when a person says so", async () => {
  const text = 'phone,country,amount,name\n0712345689,KE,1,"John\n0712345690,KE,1,Ann"\n';
  const refused = await check("cells", text, ...MAP);
  expect(refused.printed).toMatch(/WARNING: 1 quoted cell holds[\s\S]*line 2, column name, over 2 lines: John ⏎ •+/);
  expect(refused).toMatchObject({ code: 1, told: expect.stringContaining("/options/lineBreaksInCells") });
  expect((await check("cells", text, ...MAP, "--accept-line-breaks")).printed).toContain(
    "Lines in the file: 3 = 1 header + 1 row + 1 within quoted cells.",
  );
});
