/**
 * Files over real HTTP, read back from Redis: what is told of a file and what was stored of it, in every encoding and
 * form that spreadsheets write; and that nothing is left of a file that was refused or broke off.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { type Upload, Uploads } from "@surefill/topup-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";

const BYTES_MAX = 200_000;
const ROWS_MAX = 1_200;

let producer: ProducerUnderTest;
let uploads: Uploads;
beforeAll(async () => {
  producer = await startProducerUnderTest({
    settings: { UPLOAD_BYTES_MAX: String(BYTES_MAX), UPLOAD_ROWS_MAX: String(ROWS_MAX), READER_STALL_MS: "300" },
  });
  uploads = new Uploads(producer.redis.client, { prefix: producer.redis.prefix, keptMs: 60_000 });
});
afterAll(() => producer.close());

type Told = Omit<Upload, "createdAtMs"> & {
  suggestedMapping: Record<string, unknown>;
  sameFile: { upload: string; campaigns: string[] }[];
};

async function send(
  body: Buffer | string,
  options: { query?: string; headers?: Record<string, string>; key?: null } = {},
) {
  const { query = "", headers = {}, key } = options;
  const response = await fetch(`${producer.url}/v1/uploads${query}`, {
    method: "POST",
    headers: {
      ...(key !== null && { authorization: `Bearer ${producer.key}` }),
      "content-type": "text/csv",
      ...headers,
    },
    body: typeof body === "string" ? body : new Uint8Array(body),
    signal: AbortSignal.timeout(60_000),
  });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, unknown>,
  };
}

async function received(body: Buffer | string, query = ""): Promise<Told> {
  const { status, json } = await send(body, { query });
  expect(status, JSON.stringify(json)).toBe(201);
  return json as Told;
}

async function cellsOf(id: string): Promise<string[][]> {
  return ((await uploads.readChunk(id, 0)) ?? []).map(({ cells }) => cells);
}

/** Every key that has to do with uploads, but for those of the list and of files. */
async function uploadKeys(): Promise<string[]> {
  const keys = await producer.redis.client.keys(`${producer.redis.prefix}:{0}:u:*`);
  return keys.sort();
}

const PLAIN = "phone,amount,name\n+254712345678,5,José\n+254722345678,10,Müller\n";
const ROWS = [
  ["+254712345678", "5", "José"],
  ["+254722345678", "10", "Müller"],
];

function utf16be(text: string): Buffer {
  return Buffer.from(text, "utf16le").swap16();
}

describe("an upload", () => {
  test("is answered with what was found, and can be asked for again", async () => {
    const { status, headers, json } = await send(PLAIN, { query: "?name=March%20wave" });

    expect(status).toBe(201);
    expect(json).toMatchObject({
      name: "March wave",
      sha256: createHash("sha256").update(PLAIN).digest("hex"),
      bytes: Buffer.byteLength(PLAIN),
      bytesReceived: Buffer.byteLength(PLAIN),
      encoding: "utf-8",
      encodingFrom: "content",
      delimiter: ",",
      hasHeader: true,
      columns: ["phone", "amount", "name"],
      rows: 2,
      emptyRows: 0,
      firstRows: [
        { line: 2, cells: ["+••••••••••78", "5", "José"] },
        { line: 3, cells: ["+••••••••••78", "10", "Müller"] },
      ],
      suggestedMapping: { format: null, mapping: { phone: "phone", amount: "amount" }, missing: [] },
    });
    expect(headers.get("location")).toBe(`/v1/uploads/${String(json["id"])}`);
    const again = await producer.call("GET", `/v1/uploads/${String(json["id"])}`);
    expect(again.json).toEqual(json);
    expect(await cellsOf(String(json["id"]))).toEqual(ROWS);
  });

  test.each<[string, Buffer, string, string]>([
    ["UTF-8", Buffer.from(PLAIN), "utf-8", "content"],
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${PLAIN}`), "utf-8", "byte-order-mark"],
    ["UTF-16 little endian with a mark", Buffer.from(`\uFEFF${PLAIN}`, "utf16le"), "utf-16le", "byte-order-mark"],
    ["UTF-16 big endian with a mark", utf16be(`\uFEFF${PLAIN}`), "utf-16be", "byte-order-mark"],
    ["UTF-16 little endian without a mark", Buffer.from(PLAIN, "utf16le"), "utf-16le", "content"],
    ["UTF-16 big endian without a mark", utf16be(PLAIN), "utf-16be", "content"],
    ["windows-1252", Buffer.from(PLAIN, "latin1"), "windows-1252", "fallback"],
  ])("in %s is read as it was written, and says so", async (_name, body, encoding, encodingFrom) => {
    const told = await received(body);

    expect(told).toMatchObject({ encoding, encodingFrom, columns: ["phone", "amount", "name"], rows: 2 });
    expect(await cellsOf(told.id)).toEqual(ROWS);
  });

  test("keeps its characters wherever its bytes are cut", async () => {
    const names = Array.from({ length: 900 }, (_, index) => ["+254712345678", "5", `Zoë€😀${"x".repeat(index % 97)}`]);
    const text = `phone,amount,name\n${names.map((row) => row.join(",")).join("\n")}`;
    for (const body of [Buffer.from(text), Buffer.from(`\uFEFF${text}`, "utf16le")]) {
      const told = await received(body);
      expect([
        ...(await cellsOf(told.id)),
        ...((await uploads.readChunk(told.id, 1)) ?? []).map((r) => r.cells),
      ]).toEqual(names);
    }
  });

  test("that is windows-1252 only from its last byte on is not taken for damaged UTF-8", async () => {
    const told = await received(Buffer.from("phone,name\n+254712345678,José", "latin1"));
    expect(told.encoding).toBe("windows-1252");
    expect(await cellsOf(told.id)).toEqual([["+254712345678", "José"]]);
  });

  test.each([
    [",", "comma"],
    [";", "semicolon"],
    ["\t", "tab"],
    ["|", "pipe"],
  ])("finds the delimiter %j", async (delimiter) => {
    const told = await received(
      `phone${delimiter}amount${delimiter}note\r\n0712345678${delimiter}"5${delimiter}0"${delimiter}a, b; c\r\n`.replace(
        "a, b; c",
        delimiter === "," ? "a; b" : "a, b",
      ),
    );
    expect(told).toMatchObject({ delimiter, columns: ["phone", "amount", "note"], rows: 1 });
  });

  test("survives quotes, line ends within cells, Excel's separator line, empty lines and columns without a name", async () => {
    const told = await received(
      [
        "sep=;",
        "phone;amount;amount;;note;;",
        '="0712345678";5;6;;"two',
        'lines; ""quoted""";;',
        ";;;;;;",
        "",
        "'0722345678;5;6;x;5\" pipe;;",
        "",
      ].join("\r\n"),
    );

    expect(told).toMatchObject({
      delimiter: ";",
      columns: ["phone", "amount", "amount (2)", "column 4", "note"],
      rows: 2,
      emptyRows: 2,
    });
    expect(told.firstRows.map(({ line }) => line)).toEqual([3, 7]);
    expect(await cellsOf(told.id)).toEqual([
      ['="0712345678"', "5", "6", "", 'two\r\nlines; "quoted"', "", ""],
      ["'0722345678", "5", "6", "x", '5" pipe', "", ""],
    ]);
  });

  test.each([
    "+254712345678,5\n+254722345678,6\n",
    "0712345678,5\n0722345678,6\n",
    "254712345678,5\n254722345678,6\n",
    "2.54712E+11,5\n254722345678,6\n",
  ])("without a header keeps its first recipient: %j", async (body) => {
    const told = await received(body);
    expect(told).toMatchObject({ hasHeader: false, columns: ["column 1", "column 2"], rows: 2 });
    expect(told.suggestedMapping).toMatchObject({ mapping: { phone: "column 1" }, missing: ["amount"] });
  });

  test("is read as the caller says, where the caller says something", async () => {
    const told = await received(
      Buffer.from("Telefon|1;2\n5|José;x\n", "latin1"),
      "?delimiter=semicolon&header=false&encoding=windows-1252",
    );
    expect(told).toMatchObject({ delimiter: ";", hasHeader: false, rows: 2, encodingFrom: "caller" });
  });

  test("that comes packed has the hash of what is in it, and is known again unpacked", async () => {
    const text = `${PLAIN}+254733345678,7,Ana\n`;
    const packed = await send(gzipSync(text), { headers: { "content-type": "application/gzip" } });
    const encoded = await send(gzipSync(text), { headers: { "content-encoding": "gzip" } });
    const plain = await received(text);

    expect([packed.status, encoded.status]).toEqual([201, 201]);
    expect(packed.json["bytes"]).toBe(Buffer.byteLength(text));
    expect(new Set([packed.json["sha256"], encoded.json["sha256"], plain.sha256]).size).toBe(1);
    expect(plain.sameFile.map(({ upload }) => upload)).toEqual([encoded.json["id"], packed.json["id"]]);
  });

  test("of a file that a campaign uses names the campaign, and is kept without end", async () => {
    const text = `${PLAIN}+254733345678,8,Ben\n`;
    const first = await received(text);
    expect(await uploads.use(first.id, "cmp_one")).toBe(true);
    const second = await received(text);

    expect(second.sameFile).toMatchObject([{ upload: first.id, campaigns: ["cmp_one"] }]);
    const { client, prefix } = producer.redis;
    for (const part of ["", ":rows", ":campaigns"]) {
      expect(await client.pttl(`${prefix}:{0}:u:${first.id}${part}`)).toBe(-1);
    }
    expect(await client.pttl(`${prefix}:{0}:u:${second.id}:rows`)).toBeGreaterThan(86_400_000);
    expect(await uploads.use("upl_none", "cmp_one")).toBe(false);
  });

  test("is listed, newest first, page by page, for as long as it is kept", async () => {
    const [older, newer, newest] = [await received(PLAIN), await received(PLAIN), await received(PLAIN)];
    await producer.redis.client.del(`${producer.redis.prefix}:{0}:u:${newer.id}`);
    const first = await producer.call("GET", "/v1/uploads?limit=1");
    const rest = await producer.call("GET", `/v1/uploads?limit=1&cursor=${String(first.json["nextCursor"])}`);

    expect(first.json["data"]).toMatchObject([{ id: newest.id }]);
    expect(rest.json["data"]).toMatchObject([{ id: older.id }]);
    expect((await producer.call("GET", `/v1/uploads/${newer.id}`)).json["code"]).toBe("upload_not_found");
    expect(await producer.redis.client.zscore(`${producer.redis.prefix}:{0}:u`, newer.id)).toBeNull();
  });

  test("needs an API key, and a body that is said to be a file", async () => {
    expect((await send(PLAIN, { key: null })).json["code"]).toBe("key_invalid");
    const json = await send(PLAIN, { headers: { "content-type": "application/json" } });
    expect(json).toMatchObject({ status: 415, json: { code: "unsupported_media_type" } });
    const brotli = await send(PLAIN, { headers: { "content-encoding": "br" } });
    expect(brotli).toMatchObject({ status: 415, json: { code: "unsupported_media_type" } });
  });
});

describe("a file that cannot be taken leaves nothing behind:", () => {
  test("one of a byte more than the limit, where one of just so many is taken", async () => {
    const filler = (bytes: number) => `phone,note\n${`0712345678,${"x".repeat(89)}\n`.repeat(3_000)}`.slice(0, bytes);
    const before = await uploadKeys();
    const refused = await send(filler(BYTES_MAX + 1));
    expect(refused).toMatchObject({ status: 413, json: { code: "upload_too_large" } });
    expect(await uploadKeys()).toEqual(before);
    const rowsOver = await send(filler(BYTES_MAX));
    expect(rowsOver.json).toMatchObject({
      code: "upload_too_large",
      detail: `The file has more than ${ROWS_MAX} rows, empty lines included.`,
    });
    expect(await uploadKeys()).toEqual(before);
    const wide = `phone,note\n${`0712345678,${"x".repeat(989)}\n`.repeat(199)}`;
    const taken = await received(wide.padEnd(BYTES_MAX, "\n"));
    expect(taken).toMatchObject({ bytes: BYTES_MAX, rows: 199 });
  });

  test("one of a byte more than the limit whose length was not told", async () => {
    const before = await uploadKeys();
    const pieces = ["phone\n", "\n".repeat(BYTES_MAX - 6), "\n"];
    const response = await fetch(`${producer.url}/v1/uploads`, {
      method: "POST",
      headers: { authorization: `Bearer ${producer.key}`, "content-type": "text/csv" },
      body: ReadableStream.from(pieces.map((piece) => Buffer.from(piece))),
      duplex: "half",
    } as RequestInit);
    expect(await response.json()).toMatchObject({ code: "upload_too_large" });
    expect(await uploadKeys()).toEqual(before);
  });

  test("one that is small, and a hundred times the limit when it is unpacked", async () => {
    const before = await uploadKeys();
    const bomb = gzipSync(Buffer.alloc(100 * BYTES_MAX, `${"x".repeat(999)}\n`));
    expect(bomb.length).toBeLessThan(BYTES_MAX);
    const { status, json } = await send(bomb, { headers: { "content-type": "application/gzip" } });

    expect(status).toBe(413);
    expect(json["detail"]).toBe(`The file has more than ${BYTES_MAX} bytes.`);
    expect(await uploadKeys()).toEqual(before);
  });

  test.each<[string, Buffer | string, string]>([
    ["nothing at all", "", "The file is empty."],
    ["a header only", "phone,amount\n", "The file has no rows: there is nobody to pay."],
    ["empty lines only", "\n\n,,\n", "The file has no rows: there is nobody to pay."],
    ["half a workbook", Buffer.from("PK\x03\x04abc"), "The workbook is damaged"],
    ["a PDF", "%PDF-1.7 abc", "The file is a PDF document"],
    ["bytes of 0", Buffer.from("phone\n0712345678\0\0\n"), "The file holds bytes of 0: it is no text."],
    [
      "an open quote",
      'phone,name\n0712345678,"Jane\n0722345678,Joe\n',
      "The quote that opens a cell on line 2 is never closed.",
    ],
    [
      "an open quote in a large file",
      `phone,name\n0712345678,"Jane\n${"0722345678,Joe\n".repeat(5_000)}`,
      "The row that begins on line 2 has more than 65536 characters",
    ],
    [
      "two encodings",
      Buffer.concat([Buffer.from("phone,name\n0712345678,José\n"), Buffer.from("0722345678,José\n", "latin1")]),
      "The file begins as UTF-8 and goes on in another encoding.",
    ],
    [
      "UTF-16 that ends within a character",
      Buffer.from("\uFEFFphone\n0712345678", "utf16le").subarray(0, -1),
      "The file is not valid utf-16le throughout.",
    ],
  ])("one that holds %s", async (_name, body, detail) => {
    const before = await uploadKeys();
    const { status, json } = await send(body);

    expect({ status, code: json["code"] }).toEqual({ status: 422, code: "upload_unreadable" });
    expect(json["detail"]).toContain(detail);
    expect(await uploadKeys()).toEqual(before);
  });

  test.each<[string, Buffer]>([
    ["is no gzip", Buffer.from(PLAIN)],
    ["ends early", gzipSync(PLAIN).subarray(0, -9)],
    ["is damaged", Buffer.concat([gzipSync(PLAIN).subarray(0, 20), Buffer.from("damaged, certainly damaged")])],
  ])("one that is said to be gzip and %s", async (_name, body) => {
    const before = await uploadKeys();
    const { status, json } = await send(body, { headers: { "content-type": "application/gzip" } });

    expect({ status, code: json["code"] }).toEqual({ status: 422, code: "upload_unreadable" });
    expect(await uploadKeys()).toEqual(before);
  });

  async function halfSent(): Promise<ReturnType<typeof connect>> {
    const rows = `0712345678,${"x".repeat(140)}\n`.repeat(700);
    const { hostname, port } = new URL(producer.url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    socket.write(
      `POST /v1/uploads HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${producer.key}\r\n` +
        `Content-Type: text/csv\r\nContent-Length: ${rows.length + 1_000}\r\n\r\nphone,amount\n${rows}`,
    );
    return socket;
  }

  test("one whose connection breaks", async () => {
    const before = await uploadKeys();
    const logged = producer.log.length;
    const socket = await halfSent();
    // More than a mere 500 rows came: the first chunk is written by now, or soon.
    await expect.poll(async () => (await uploadKeys()).length).toBe(before.length + 1);
    socket.destroy();

    await expect.poll(uploadKeys).toEqual(before);
    expect(producer.log.slice(logged).join("")).not.toContain("0712345678");
  });

  test("one whose sender falls silent", async () => {
    const before = await uploadKeys();
    const socket = await halfSent();
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400 [\s\S]*body_incomplete[\s\S]*Nothing came for 300 ms/);
    socket.destroy();
    expect(await uploadKeys()).toEqual(before);
  });

  test("one whose producer is killed, after a quarter of an hour", async () => {
    await uploads.writeChunk("upl_orphan", 0, [{ line: 1, cells: ["x"] }]);
    const key = `${producer.redis.prefix}:{0}:u:upl_orphan:rows`;
    const leftMs = await producer.redis.client.pttl(key);
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(900_000);
    await uploads.discard("upl_orphan");
  });
});
