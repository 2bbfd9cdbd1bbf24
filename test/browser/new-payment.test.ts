/** From a sheet to people who are paid, in a real browser. */
import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { type ConsoleDesk, expectAccessible, openConsoleDesk } from "./console-desk.js";

let desk: ConsoleDesk;
let page: Page;
beforeEach(async () => {
  desk = await openConsoleDesk();
  await desk.world.startWorker();
  await desk.addPerson("ana", ["operator"]);
  page = await desk.signedIn("ana");
  await page.getByRole("link", { name: "New payment" }).first().click();
});
afterEach(async () => {
  const { faults } = desk;
  await desk.close();
  expect(faults).toEqual([]);
});

const choose = (name: string, bytes: string | Buffer) =>
  page.getByLabel("Choose a file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(bytes) });
const columnIs = (column: string) => page.getByLabel(`${column}: Is`).inputValue();
const check = () => page.getByRole("button", { name: "Check", exact: true }).click();
const next = () => page.getByRole("button", { name: "Next", exact: true }).click();
/** The big number over one of the check's captions. */
const shownAt = (caption: string) =>
  page.locator("section", { hasText: caption }).locator(".big").first().textContent();

/** From the check to the campaign's page. */
async function agreeAndPay(): Promise<void> {
  await next();
  await expectAccessible(page);
  await next();
  await expectAccessible(page);
  await page.getByLabel("I have read what is paid").check();
  await page.getByRole("button", { name: "Pay now" }).click();
}
const executions = () => (desk.world.pipeline.sandbox.books().identifiers ?? []).length;

test("a French sheet with running numbers, country names and decimal commas is paid as it says", async () => {
  const sheet = [
    "N°;Nom;Téléphone mobile;Pays;Montant (USD)",
    "1;Awa;+2348031232001;Nigéria;5,00",
    "2;Moussa;0803 123 2002;Nigéria;5,00",
    "",
  ].join("\r\n");
  await choose("liste.csv", sheet);
  await page.getByText("2 rows in 3 lines").waitFor();
  await expectAccessible(page);
  expect(await columnIs("Téléphone mobile")).toBe("phone");
  expect(await columnIs("Montant (USD)")).toBe("amount");
  expect(await columnIs("N°")).toBe("");
  await page.getByLabel("How many recipients").fill("2");
  await check();
  await page.getByText("will be paid").waitFor();
  await expectAccessible(page);
  expect(await shownAt("will be paid")).toBe("2");
  await agreeAndPay();

  await page.getByText("2 of 2 rows are settled").waitFor();
  await page.getByText("Completed").first().waitFor();
  await expectAccessible(page);
  expect(executions()).toBe(2);
});

test("an expected count that the file does not have gives no plan, and the console says why", async () => {
  await choose("a.csv", "phone,amount\n+2348031232001,5\n");
  await page.getByLabel("Currency").fill("USD");
  await page.getByLabel("How many recipients").fill("3");
  await check();

  await page.getByText("/options/expectedRows: is 3, but the file has 1 rows").waitFor();
  await expectAccessible(page);
});

test("an Excel workbook is paid like a CSV file", async () => {
  const rows = [
    ["phone", "amount (USD)"],
    ["+2348031232001", 5],
    ["+2348031232002", 5],
  ];
  const workbook = await writeXlsxFile(rows.map((row) => row.map((value) => ({ value })))).toBuffer();
  await choose("list.xlsx", workbook);
  await page.getByText("2 rows in 3 lines").waitFor();
  await check();
  await page.getByText("will be paid").waitFor();
  await agreeAndPay();

  await page.getByText("2 of 2 rows are settled").waitFor();
  expect(executions()).toBe(2);
});

describe("pasted numbers", () => {
  test("without a country are repaired by one click for all of them, and the repair can be undone", async () => {
    const numbers = Array.from({ length: 300 }, (_, index) => `0803123${2_000 + index}`);
    await page.getByLabel("or paste phone numbers").fill([...numbers, "not a number", "0803"].join("\n"));
    await page.getByRole("button", { name: "Upload" }).click();
    await page.getByText("302 rows in 302 lines").waitFor();
    await page.getByLabel("The same amount for everybody").fill("5");
    await page.getByLabel("Currency").fill("USD");
    await check();
    await page.getByText("will be paid").waitFor();
    expect(await shownAt("will be paid")).toBe("0");

    await page.getByLabel("Country, such as KE").fill("NG");
    await page.getByRole("button", { name: "Use this country" }).click();
    await expect.poll(() => shownAt("will be paid")).toBe("300");
    expect(await shownAt("will not be paid")).toBe("2");
    await expectAccessible(page);

    await page.getByRole("button", { name: "Undo the last repair" }).click();
    await expect.poll(() => shownAt("will be paid")).toBe("0");
  });
});

test("above a threshold the amount has to be typed before anybody is paid", async () => {
  const rows = Array.from({ length: 20 }, (_, index) => `+2348031232${String(index).padStart(3, "0")},60`);
  await choose("large.csv", `phone,amount (USD)\n${rows.join("\n")}\n`);
  await check();
  await page.getByText("will be paid").waitFor();
  await next();
  await next();
  await page.getByLabel("I have read what is paid").check();
  const pay = page.getByRole("button", { name: "Pay now" });
  expect(await pay.isDisabled()).toBe(true);
  const label = await page.getByText("Type the amount to go on").textContent();
  await page.getByLabel("Type the amount to go on").fill(/[\d.]+$/.exec(label?.trim() ?? "")?.[0] ?? "");

  expect(await pay.isDisabled()).toBe(false);
});
