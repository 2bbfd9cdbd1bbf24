/**
 * What a file says, over real HTTP: which line names the columns, what every line of the file became, and which cells
 * hold lines that may be lost recipients.
 */
import { gzipSync } from "node:zlib";
import { Uploads } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { leastCpuMsOf } from "../../support/cpu-time.js";
import { type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";

const ROWS_MAX = 1_000_000;

let producer: ProducerUnderTest;
let uploads: Uploads;
beforeAll(async () => {
  producer = await startProducerUnderTest({ settings: { UPLOAD_ROWS_MAX: String(ROWS_MAX) } });
  uploads = new Uploads(producer.redis.client, { prefix: producer.redis.prefix, keptMs: 60_000 });
});
afterAll(() => producer.close());

type Told = {
  id: string;
  rows: number;
  columns: string[];
  lines: Record<string, number>;
  titleLines: unknown;
  lineBreakCells: unknown;
  suggestedMapping: { mapping: Record<string, string> | null };
};

async function send(body: Buffer | string, query = ""): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`${producer.url}/v1/uploads${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${producer.key}`, "content-type": "text/csv" },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

async function received(body: Buffer | string, query = ""): Promise<Told> {
  const { status, json } = await send(body, query);
  expect(status, JSON.stringify(json)).toBe(201);
  const told = json as Told;
  const { total, ...parts } = told.lines;
  const sum = Object.values(parts).reduce((lines, count) => lines + count, 0);
  expect(sum, JSON.stringify(told.lines)).toBe(total);
  return told;
}

async function rowsOf(id: string): Promise<unknown[]> {
  return ((await uploads.readChunk(id, 0)) ?? []).map(({ line, cells }) => [line, ...cells]);
}

describe("a file", () => {
  test("with a CRLF header over LF rows has every row", async () => {
    const told = await received(
      "phone,country,amount,note\r\n0712345678,KE,1,a\n0712345679,KE,1,b\n0712345680,KE,1,c\n",
    );
    expect(told).toMatchObject({ rows: 3, columns: ["phone", "country", "amount", "note"], lines: { total: 4 } });
  });

  test("with line ends of three kinds and rows cut short has every row, on its line of the file", async () => {
    const told = await received(
      "phone,note\r\n0712345678,hi\r\n0712345679,x\n0712345680\n0712345681\r\n\r0712345682,y\r\n",
    );
    expect(await rowsOf(told.id)).toEqual([
      [2, "0712345678", "hi"],
      [3, "0712345679", "x"],
      [4, "0712345680"],
      [5, "0712345681"],
      [7, "0712345682", "y"],
    ]);
    expect(told.lines).toEqual({ total: 7, separator: 0, titles: 0, header: 1, rows: 5, empty: 1, withinCells: 0 });
  });

  test("with a stray quote is refused, with the line on which it shows", async () => {
    const { status, json } = await send(
      'phone,country,amount,name\n0712345678,KE,1,"John\n0712345679,KE,1,Ann\n0712345680,KE,1,"Mary"\n0712345681,KE,1,Eve\n',
    );
    expect(status).toBe(422);
    expect(json).toMatchObject({ code: "upload_unreadable", detail: expect.stringMatching(/^Line 4: .* line 2/) });
  });

  test("with a quoted cell that holds what rows hold shows it, with its lines counted", async () => {
    const told = await received('phone,amount,name\n0712345678,1,"John\n0712345679,1,Ann"\n0712345680,1,Eve\n');
    expect(told.lines).toMatchObject({ total: 4, header: 1, rows: 2, withinCells: 1 });
    expect(told.lineBreakCells).toEqual({
      count: 1,
      lineBreaks: 1,
      samples: [{ line: 2, lines: 2, column: "name", text: "John ⏎ •••••••••9,1,Ann" }],
    });
    const bare = await received('phone,name\n0712345678,"John\n0712345679\n0712345680"\n');
    expect(bare.lineBreakCells).toMatchObject({ count: 1, lineBreaks: 2 });
    const address = await received('phone,address\n0712345678,"Plot 4\nNairobi"\n');
    expect(address).toMatchObject({ lineBreakCells: null, lines: { withinCells: 1 } });
  });

  test.each(["\u2028", "\u2029", "\u0085", "\u000b", "\u000c"])(
    "with a recipient behind a character that others take for a line end shows the cell (%j)",
    async (lineEnd) => {
      const file = `phone,note,more,most\n0712345678,hi${lineEnd}0712345679,x\n0712345680,,,\n`;
      expect((await received(file)).lineBreakCells).toMatchObject({
        count: 1,
        samples: [{ line: 2, lines: 2, column: "note" }],
      });
      const { status, json } = await send(`phone,country,amount${lineEnd}0712345678,KE,5\n0712345679,KE,6\n`);
      expect({ status, detail: json["detail"] }).toEqual({
        status: 422,
        detail: expect.stringMatching(/^Line 1: the header holds a character at which other programs begin a new line/),
      });
    },
  );

  test.each([
    ["sep=,\nphone;country;amount\n0712345678;KE;5\n", "Line 2", '";"'],
    ['"phone,country,amount"\n"0712345678,KE,5"\n', "Line 1", '","'],
  ])("whose header is one cell with names of several columns is refused: %j", async (file, line, delimiter) => {
    expect((await send(file)).json["detail"]).toContain(`${line}: the header is one cell that holds ${delimiter}`);
  });

  test("whose first row is a recipient keeps it, and suggests no header's name", async () => {
    const told = await received("Ann,0712-345-678 (home),KE,1\nBob,0712345679,KE,1\n");
    expect(told).toMatchObject({ rows: 2, columns: ["column 1", "column 2", "column 3", "column 4"] });
    expect(told.suggestedMapping.mapping).toMatchObject({ phone: "column 2" });
  });

  test("with a title is read below it, and says which lines were left out", async () => {
    const told = await received(
      "Payment list for March 2026\n\nphone,country,amount\n0712345678,KE,1\n0712345679,KE,2\n",
    );
    expect(told).toMatchObject({
      rows: 2,
      headerLine: 3,
      columns: ["phone", "country", "amount"],
      titleLines: [{ line: 1, text: "Payment list for March 2026" }],
      suggestedMapping: { mapping: { phone: "phone", country: "country", amount: "amount" } },
      lines: { total: 5, titles: 1, header: 1, rows: 2, empty: 1 },
    });
  });

  test("whose header cannot be told is refused, with the ways to say it, and taken when one is used", async () => {
    const file = "Ann,n/a,KE,1\nBob,0712345679,KE,1\n";
    const { status, json } = await send(file);
    expect({ status, detail: json["detail"] }).toEqual({
      status: 422,
      detail: expect.stringMatching(/^Line 1: .*header=true.*header=false/),
    });
    expect(await received(file, "?header=false")).toMatchObject({ rows: 2 });
    const called = "Call 0712345678\nwho,where\nAnn,0712345679\n";
    expect((await send(called)).json["detail"]).toContain("header");
    expect(await received(called, "?headerLine=2")).toMatchObject({ rows: 1, columns: ["who", "where"] });
    expect((await send(called, "?headerLine=9")).json["detail"]).toContain("No row begins on line 9");
    expect((await send(called, "?headerLine=2&header=false")).json["code"]).toBe("validation_failed");
  });

  test("that numbers its rows is suggested to be paid by its amounts, in the language of its header", async () => {
    const told = await received(
      "N°;Nom;Village;Pays;Téléphone mobile;Montant (USD)\r\n1;A. Un;Bouaké;Côte d'Ivoire;07 08 09 10 11;5,00\r\n" +
        "2;B. Deux;Abidjan;Côte d'Ivoire;05 04 03 02 01;5,00\r\n17;C. Trois;Bondo;Kenya;0712 345 678;2,50\r\n",
    );
    expect(told.suggestedMapping.mapping).toEqual({
      phone: "Téléphone mobile",
      country: "Pays",
      amount: "Montant (USD)",
    });
  });
});

describe("the work of a file is bounded:", () => {
  test("64 kB of columns are refused before they are named", async () => {
    await send("phone\n0712345678\n");
    const file = `${"c,".repeat(31_999)}c\n1,2\n`;
    const tookMs = await leastCpuMsOf(async () => {
      expect(await send(file)).toMatchObject({ status: 422, json: { detail: expect.stringContaining("32000 cells") } });
    });
    expect(tookMs).toBeLessThan(100);
  });

  test("every line counts as a row, empty ones too", async () => {
    const file = gzipSync(`phone,amount\n0712345678,5\n${"\n".repeat(ROWS_MAX)}`);
    expect(await send(file)).toMatchObject({ status: 413, json: { code: "upload_too_large" } });
    const within = gzipSync(`phone,amount\n0712345678,5\n${"\n".repeat(ROWS_MAX - 1)}`);
    expect(await received(within)).toMatchObject({ rows: 1, lines: { empty: ROWS_MAX - 1 } });
  });

  test("empty lines and ragged rows cost no more than good rows", async () => {
    const count = 100_000;
    const good = "phone,amount,note\n".concat("+254712345678,5,some text\n".repeat(count));
    const cpuMs = (file: string) => leastCpuMsOf(() => received(gzipSync(file)));
    await cpuMs(good);
    const goodMs = await cpuMs(good);
    expect(await cpuMs(`phone,amount,note\n0712345678,5,x\n${"\n".repeat(count)}`)).toBeLessThan(goodMs);
    expect(await cpuMs("phone,amount,note\n".concat("+254712345678,5\n".repeat(count)))).toBeLessThan(goodMs * 2);
    expect(await cpuMs("phone,amount,note\n".concat("+254712345678,5,x,y\n".repeat(count)))).toBeLessThan(goodMs * 2);
  });

  test("it ends with the sender", async () => {
    const over = new AbortController();
    const body = new Uint8Array(gzipSync(`phone,amount\n${"+254712345678,5\n".repeat(900_000)}`));
    const sent = fetch(`${producer.url}/v1/uploads`, {
      method: "POST",
      headers: { authorization: `Bearer ${producer.key}`, "content-type": "text/csv" },
      body,
      signal: over.signal,
    });
    const keys = () => producer.redis.client.keys(`${producer.redis.prefix}:{0}:u:*:rows`);
    const before = (await keys()).length;
    await expect.poll(async () => (await keys()).length).toBe(before + 1);
    over.abort();
    await expect(sent).rejects.toThrow();
    await expect.poll(async () => (await keys()).length).toBe(before);
    expect((await uploads.list({ limit: 200 })).uploads.some(({ rows }) => rows === 900_000)).toBe(false);
  });
});
