/** The page of a campaign, and what a person does there, in a real browser. */
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { endingsOf, fileOf } from "../integration/campaigns/campaign-world.js";
import { type ConsoleDesk, expectAccessible, openConsoleDesk } from "./console-desk.js";

let desk: ConsoleDesk;
let page: Page;
beforeEach(async () => {
  desk = await openConsoleDesk();
  await desk.world.startWorker();
  await desk.addPerson("ana", ["operator"]);
  page = await desk.signedIn("ana");
});
afterEach(async () => {
  const { faults } = desk;
  await desk.close();
  expect(faults).toEqual([]);
});

async function openCampaign(id: string): Promise<void> {
  await page.goto(`${desk.world.producer.url}/campaigns/${id}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}
const settled = async () => (await desk.world.get((await idOfPage()) ?? "")).rows?.final ?? 0;
const idOfPage = async () => new URL(page.url()).pathname.split("/").at(-1);

test("a running campaign is paused, says what still settles, and goes on when it is resumed", async () => {
  const { world } = desk;
  const id = await world.draft(fileOf(endingsOf(60)), { name: "Spring", limits: { ratePerS: 5 } });
  await world.start(id);
  await openCampaign(id);
  await expect.poll(settled).toBeGreaterThan(2);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("No row is taken up from now on.").waitFor();
  await expectAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  expect((await world.get(id)).state).toBe("paused");

  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume" }).click();
  await page.getByText("60 of 60 rows are settled").waitFor();
});

test("cancelling asks first, and Escape leaves everything as it is", async () => {
  const { world } = desk;
  const id = await world.draft(fileOf(endingsOf(60)), { name: "Spring", limits: { ratePerS: 1 } });
  await world.start(id);
  await openCampaign(id);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("This cannot be undone.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  expect((await world.get(id)).state).toBe("running");

  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Cancelled").first().waitFor();
});

test("rows are looked for by their state, the filter stands in the URL, and a row leads to its top-up", async () => {
  const { world } = desk;
  const id = await world.draft(fileOf(["0006", ...endingsOf(60)]), { name: "Spring" });
  await world.start(id);
  await world.until(id, "completed");
  await openCampaign(id);
  const rows = page.getByRole("table", { name: "Rows" });
  await rows.locator("tbody tr").nth(49).waitFor();
  await page.getByRole("button", { name: "Next page" }).click();
  await expect.poll(() => rows.locator("tbody tr").count()).toBe(11);
  await page.getByLabel("State").selectOption("rejected");
  await expect.poll(() => rows.locator("tbody tr").count()).toBe(1);
  expect(new URL(page.url()).searchParams.get("state")).toBe("rejected");
  await page.reload();
  await rows.getByText("INVALID_RECIPIENT_PHONE").waitFor();

  await rows.getByRole("link").click();
  await page.getByRole("table", { name: "What happened" }).waitFor();
  await expectAccessible(page);
});

test("the results are one click away, as CSV and as a workbook", async () => {
  const { world } = desk;
  const id = await world.draft(fileOf(endingsOf(3)), { name: "Spring" });
  await world.start(id);
  await world.until(id, "completed");
  await openCampaign(id);
  const names: string[] = [];
  for (const name of ["CSV for your spreadsheet", "Excel workbook"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    names.push(download.suggestedFilename().replace(/^.*\./, "."));
    await download.delete();
  }

  expect(names).toEqual([".csv", ".xlsx"]);
});

test("a number that was paid is found in its local form, and by its reference", async () => {
  const { world } = desk;
  const id = await world.draft(fileOf(["1234"]), { name: "Spring" });
  await world.start(id);
  await world.until(id, "completed");
  await page.getByRole("link", { name: "Search" }).click();
  await page.getByLabel("A phone number").fill("0803 123 1234");
  await page.getByLabel("Country of a local number").fill("ng");
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("1 found").waitFor();
  await expectAccessible(page);
  const reference = (await page.getByRole("table").getByRole("link").textContent()) ?? "";
  await page.getByLabel("A phone number").fill(reference);
  await page.getByRole("button", { name: "Search" }).click();

  await page.getByRole("table").getByRole("link", { name: reference }).click();
  await page.getByText("Succeeded").first().waitFor();
});
