/**
 * Cells that a spreadsheet would run as formulas, through the life of a file: uploaded, refused, downloaded guarded,
 * mended, uploaded again. What is paid under them, and what the next download shows, is what the first file said.
 */
import { spreadsheetSafe } from "@surefill/campaign";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CampaignWorld, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
  await world.startWorker();
});
afterAll(() => world.close());

const NOTES = [
  "=1+1",
  "-call first",
  "@home",
  "+x",
  "'=quoted",
  " =1",
  "\uFEFF-2+3",
  "＝1",
  "\t=1",
  '"=1"',
  "x;=1",
  "it's",
  "-5",
];
const MAPPING = { phone: "number", amount: "amount", metadata: { note: "-note" } };
/** Too short to be a number, and what it should have been. */
const WRONG = (index: number) => `+23480${String(index).padStart(2, "0")}`;
const RIGHT = (line: number, index: number) => `+2348035${line}${1000 + index}`;

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** Has a file checked; answers the campaign's id. */
async function checked(body: string | Buffer): Promise<string> {
  const { url, key } = world.producer;
  const sent = await fetch(`${url}/v1/uploads`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "text/csv" },
    body: new Uint8Array(Buffer.from(body)),
  });
  expect(sent.status).toBe(201);
  const { id: upload } = (await sent.json()) as { id: string };
  const json = { name: "Notes", upload, mapping: MAPPING, options: { currency: "USD" } };
  const made = await world.call("POST", "/v1/campaigns", { json });
  expect(made.status, made.text).toBe(201);
  const id = String(made.json["id"]);
  await world.check(id);
  return id;
}

async function download(id: string, file: string): Promise<Buffer> {
  const { url, key } = world.producer;
  const response = await fetch(`${url}/v1/campaigns/${id}/${file}`, { headers: { authorization: `Bearer ${key}` } });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

/** The notes as top-ups carry them once the campaign's file was mended and sent. */
async function sentNotes(id: string): Promise<string[]> {
  await world.start(id);
  await world.until(id, "completed");
  const { json } = await world.call("GET", `/v1/topups?campaign=${id}&limit=100`);
  return (json["data"] as { metadata: { note: string } }[]).map(({ metadata }) => metadata.note).sort();
}

test.each([",", ";", "\t", "|"])(
  "a note of a file that parts its cells at %j comes back as it was",
  async (delimiter) => {
    const line = [",", ";", "\t", "|"].indexOf(delimiter) + 10;
    const rows = NOTES.map((note, index) => [WRONG(index), "5", quoted(note)].join(delimiter));
    const first = await checked([["number", "amount", "-note"].join(delimiter), ...rows, ""].join("\n"));

    let id = first;
    let problems = "";
    for (let again = 0; again < 3; again += 1) {
      problems = (await download(id, "problems.csv")).toString();
      const [header = [], ...found] = parse(problems, { delimiter, bom: true }) as string[][];
      expect(header[2]).toBe("'-note");
      expect(found.map((cells) => cells[2])).toEqual(NOTES.map((note) => spreadsheetSafe(note, delimiter)));
      id = await checked(problems);
    }

    const mended = NOTES.reduce((text, _, index) => text.replace(WRONG(index), RIGHT(line, index)), problems);
    expect(await sentNotes(await checked(mended))).toEqual([...NOTES].sort());
  },
);

test("a workbook of problems needs no guard, and its notes come back as they were", async () => {
  const rows = NOTES.map((note, index) => `${WRONG(index)},5,${quoted(note)}`);
  let id = await checked(`${["number,amount,-note", ...rows].join("\n")}\n`);
  for (let again = 0; again < 2; again += 1) id = await checked(await download(id, "problems.xlsx"));

  const problems = (await download(id, "problems.csv?delimiter=comma&bom=false")).toString();
  const found = (parse(problems) as string[][]).slice(1).map((cells) => cells[2]);
  expect(found).toEqual(NOTES.map((note) => spreadsheetSafe(note)));
});
