/** A list of recipients that is an Excel workbook, from the file to the results, as a person types it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import readXlsxFile from "read-excel-file/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CampaignDesk, MAP, openCampaignDesk } from "../support/campaign-desk.js";
import { runSurefill } from "../support/surefill.js";
import { sheetRow, workbookFile } from "../support/workbook-file.js";

let desk: CampaignDesk;
beforeAll(async () => {
  desk = await openCampaignDesk();
});
afterAll(() => desk.close());

const rows = [
  sheetRow(1, ["number", "operator", "amount"]),
  sheetRow(2, ["+2348031571000", 341, 5]),
  sheetRow(4, ["+2348031571001", 341, 5], 'hidden="1"'),
  sheetRow(5, ["+23480", 341, 5]),
];
const LIST = workbookFile({
  sheets: [
    { name: "March", rows: rows.join("") },
    { name: "Notes", rows: "" },
  ],
});

test("A workbook is checked, sent and told of as a workbook, and its pack verifies", async () => {
  const file = join(desk.dir, "list.xlsx");
  await writeFile(file, LIST);
  const doubted = await desk.campaign("check", file, ...MAP);
  expect(doubted).toMatchObject({ code: 1 });
  expect(doubted.told.join("\n")).toContain("1 row that is hidden or filtered out (row 4)");

  const checked = await desk.campaign("check", file, ...MAP, "--hidden", "include", "--sheet", "march");
  expect(checked, checked.told.join("\n")).toMatchObject({ code: 0 });
  expect(checked.printed).toContain('workbook, sheet "March" (not read: "Notes"), hidden rows read: 1, SHA-256');
  expect(checked.printed).toContain("2 of 3 rows will be sent, 1 will not.");
  expect(checked.printed).toContain("line 5");
  const [, id = "", plan = ""] = /start (cmp_\S+) --plan (\S+)/.exec(checked.printed) ?? [];
  expect(await desk.campaign("start", id, "--plan", plan, "--watch")).toMatchObject({ code: 0 });

  const out = join(desk.dir, "results.of-march");
  expect(await desk.campaign("results", id, "--out", out)).toMatchObject({ code: 0 });
  const [sheet] = await readXlsxFile(await readFile(out));
  expect(sheet?.data.map((row) => row.slice(0, 4))).toEqual([
    ["number", "operator", "amount", "state"],
    ["+2348031571000", "341", 5, "succeeded"],
    ["+2348031571001", "341", 5, "succeeded"],
    ["+23480", "341", 5, "not-sent"],
  ]);
  expect((await desk.campaign("results", id)).printed).toContain("+2348031571000,341,5,succeeded");

  const pack = join(desk.dir, "pack-of-march");
  expect(await desk.campaign("results", id, "--pack", pack, "--format", "xlsx")).toMatchObject({
    code: 2,
    told: ["A pack holds its results as CSV, which can be verified; leave out --format xlsx."],
  });
  expect(await desk.campaign("results", id, "--pack", pack)).toMatchObject({ code: 0 });
  const verified = await runSurefill({}, "campaign", "verify", pack, "--input", file);
  expect(verified.printed).toContain("The pack is whole, and its sums tie out.");
});
