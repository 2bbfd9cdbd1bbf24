/** A list of recipients as an Excel workbook, from the upload to the plan and to what is refused of it. */
import readXlsxFile from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import writeXlsxFile from "write-excel-file/node";
import { sheetRow, stylesOf, type WorkbookParts, workbookFile } from "../../support/workbook-file.js";
import { type CampaignWorld, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
});
afterAll(() => world.close());

const WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Sends a workbook; answers the status and what was said. */
async function send(parts: WorkbookParts | Buffer, query = "", type = WORKBOOK_TYPE) {
  const { url, key } = world.producer;
  const response = await fetch(`${url}/v1/uploads${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": type },
    body: new Uint8Array(Buffer.isBuffer(parts) ? parts : workbookFile(parts)),
    signal: AbortSignal.timeout(10_000),
  });
  const json = (await response.json()) as Record<string, unknown>;
  return { status: response.status, json };
}

/** A file of the API, as bytes. */
async function download(path: string) {
  const { url, key } = world.producer;
  const response = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(10_000),
  });
  const { status, headers } = response;
  return { status, type: headers.get("content-type"), bytes: Buffer.from(await response.arrayBuffer()) };
}

async function planOf(
  parts: WorkbookParts | Buffer,
  mapping: Record<string, string>,
  options: Record<string, unknown> = {},
) {
  const sent = await send(parts);
  expect(sent.status, JSON.stringify(sent.json)).toBe(201);
  const made = await world.call("POST", "/v1/campaigns", {
    json: { name: "Workbook", upload: sent.json["id"], mapping, options },
  });
  expect(made.status, made.text).toBe(201);
  return world.check(String(made.json["id"]));
}

/** In row order: plain, as number, as a formula's result, with a format; then what Excel has damaged. */
const DAMAGED: WorkbookParts = {
  styles: stylesOf("0.00", "0000000000", "0.00E+00", "yyyy-mm-dd"),
  sheets: [
    {
      rows: [
        sheetRow(1, ["number", "amount", "country"]),
        sheetRow(2, ["+2348031561000", '<c s="1"><v>5</v></c>', "NG"]),
        sheetRow(3, [2348031561001, "<c><f>B2*1</f><v>5.5</v></c>", ""]),
        sheetRow(5, ['<c s="2"><v>712345671</v></c>', 5, "KE"]),
        sheetRow(6, [254712000000, 5, ""]),
        sheetRow(7, ['<c s="3"><v>2.54712E+11</v></c>', 5, ""]),
        sheetRow(8, ["2.54712E+11", 5, ""]),
        sheetRow(9, ["<c><v>1.2345678901234567E+18</v></c>", 5, ""]),
        sheetRow(10, ['<c t="e"><v>#N/A</v></c>', 5, ""]),
        sheetRow(11, ["<c><f>C2&amp;D2</f></c>", 5, ""]),
        sheetRow(12, ["+2348031561009", '<c s="4"><v>45000</v></c>', ""]),
        sheetRow(13, ["+2348031561010", "<c><f>B2*2</f></c>", ""]),
      ].join(""),
    },
  ],
};

test("Numbers that Excel has damaged are refused as in CSV, with the sheet's row, and all others are sent", async () => {
  const mapping = { phone: "number", amount: "amount", country: "country" };
  const { id, plan } = await planOf(DAMAGED, mapping, { plainNumbers: "international" });

  expect(plan?.rows).toMatchObject({ planned: 2, rejected: 9 });
  const rows = (await world.call("GET", `/v1/campaigns/${id}/problems.csv`)).text.trimEnd().split("\n").slice(1);
  expect(rows.map((row) => row.match(/[A-Z]+_[A-Z_]+/)?.[0])).toEqual([
    expect.stringMatching(/^(PHONE|COUNTRY)_/),
    "PHONE_SPREADSHEET_DAMAGE",
    "PHONE_SPREADSHEET_DAMAGE",
    "PHONE_SPREADSHEET_DAMAGE",
    "PHONE_SPREADSHEET_DAMAGE",
    "PHONE_SPREADSHEET_DAMAGE",
    "PHONE_FORMULA",
    "AMOUNT_SPREADSHEET_DAMAGE",
    "AMOUNT_FORMULA",
  ]);
  const lines = plan?.problems.flatMap(({ samples }) => samples.map((sample) => (sample as { line: number }).line));
  // Of each group a few are shown.
  expect(lines?.sort((left, right) => left - right)).toEqual([5, 6, 7, 8, 11, 13]);
});

test("Leading zeros that a format shows are read, as are those of texts", async () => {
  const rows = [
    sheetRow(1, ["number", "amount", "country"]),
    sheetRow(2, ['<c s="1"><v>712345671</v></c>', 5, "KE"]),
    sheetRow(3, ["0712345672", 5, "KE"]),
  ];
  const { plan } = await planOf(
    { styles: stylesOf("0000000000"), sheets: [{ rows: rows.join("") }] },
    { phone: "number", amount: "amount", country: "country" },
  );
  expect(plan).toMatchObject({ rows: { planned: 2, rejected: 0 }, total: { face: "10" } });
});

describe("the answer to an upload", () => {
  const rows = sheetRow(1, ["number", "amount"]) + sheetRow(2, ["+2348031561000", 5]);

  test("says which sheet was read and what is hidden of it", async () => {
    const hidden = sheetRow(3, ["+2348031561001", 5], 'hidden="1"');
    const sheets = [
      { name: "March", rows: rows + hidden },
      { name: "Notes", rows: "" },
    ];
    const doubted = await send({ sheets });
    expect(doubted).toMatchObject({ status: 422, json: { code: "upload_unreadable" } });
    expect(doubted.json["detail"]).toContain("hidden=include");

    const told = await send({ sheets }, "?hidden=skip");
    expect(told.json).toMatchObject({
      format: "xlsx",
      sheet: { name: "March", others: ["Notes"], hiddenRows: 1, hiddenColumns: [], hidden: "skip" },
      rows: 1,
      lines: { total: 3, header: 1, rows: 1, hidden: 1, empty: 0 },
    });
    expect((await world.call("GET", `/v1/uploads/${told.json["id"]}`)).json).toMatchObject({ format: "xlsx" });
  });

  test("is the same whatever the file is called, and a suggestion of what its columns mean is made", async () => {
    for (const type of ["text/csv", "application/vnd.ms-excel", "application/octet-stream"]) {
      expect((await send({ sheets: [{ rows }] }, "", type)).json).toMatchObject({
        format: "xlsx",
        suggestedMapping: { mapping: { phone: "number", amount: "amount" } },
      });
    }
  });
});

describe("workbooks of results and of refused rows", () => {
  const file: WorkbookParts = {
    styles: stylesOf("0.00"),
    sheets: [
      {
        rows: [
          sheetRow(1, ["number", "amount", "note"]),
          sheetRow(2, ["+2348031562000", '<c s="1"><v>5</v></c>', "=1+1"]),
          sheetRow(3, ["+23480", '<c s="1"><v>5.5</v></c>', "two"]),
        ].join(""),
      },
    ],
  };
  const mapping = { phone: "number", amount: "amount" };

  test("are written on request, and their texts and amounts are those of the sheet", async () => {
    const { id } = await planOf(file, mapping);
    for (const path of ["results.xlsx", "results.csv?format=xlsx"]) {
      const { status, type, bytes } = await download(`/v1/campaigns/${id}/${path}`);
      expect({ status, type }).toEqual({ status: 200, type: WORKBOOK_TYPE });
      const [sheet] = await readXlsxFile(bytes);
      expect(sheet?.sheet).toBe("Results");
      expect(sheet?.data[0]?.slice(0, 5)).toEqual(["number", "amount", "note", "state", "reason"]);
      expect(sheet?.data[1]?.slice(0, 4)).toEqual(["+2348031562000", 5, "=1+1", "waiting"]);
      expect(sheet?.data[2]?.slice(0, 5)).toEqual(["+23480", 5.5, "two", "not-sent", "PHONE_TOO_SHORT"]);
    }
    const csv = (await download(`/v1/campaigns/${id}/results.csv`)).bytes.toString();
    expect(csv).toMatch(/^\uFEFFnumber,amount,note,state,reason,/);
    expect(csv).toContain("+2348031562000,5.00,'=1+1,waiting");
  });

  test("of refused rows are read right when they come back, mended or not", async () => {
    const { id } = await planOf(file, mapping);
    const { bytes } = await download(`/v1/campaigns/${id}/problems.xlsx`);
    const again = await planOf(bytes, mapping);
    expect(again.plan).toMatchObject({ rows: { planned: 0, rejected: 1 } });
    const twice = await download(`/v1/campaigns/${again.id}/problems.xlsx`);
    const [sheet] = await readXlsxFile(twice.bytes);
    expect(sheet?.data[0]).toEqual([
      "number",
      "amount",
      "note",
      "problem",
      "hint",
      "surefill_problem",
      "surefill_hint",
    ]);

    const text = (value: unknown) => ({ value: String(value), type: String });
    const mended = sheet?.data.map((row, line) =>
      row.map((cell, at) => text(line > 0 && at === 0 ? "+2348031562001" : cell)),
    );
    const written = await writeXlsxFile(mended ?? []).toBuffer();
    expect((await planOf(Buffer.from(written), mapping)).plan).toMatchObject({
      rows: { planned: 1, rejected: 0 },
      total: { face: "5.5" },
    });
  });
});
