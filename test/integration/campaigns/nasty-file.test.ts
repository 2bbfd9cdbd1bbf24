/** The nasty rows as one file over HTTP: decoded, cut, stored and read back, each row still gets exactly its verdict. */
import { CHUNK_ROWS, type SuggestedMapping } from "@surefill/campaign";
import { type UploadRow, Uploads } from "@surefill/topup-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inWords, judgeNastyRows, NASTY_COLUMNS, NASTY_ROWS } from "../../support/nasty-rows.js";
import { type ProducerUnderTest, startProducerUnderTest } from "../producer/running-producer.js";

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest();
});
afterAll(() => producer.close());

const quoted = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(";");

/** As Excel writes it: a byte order mark, semicolons, CRLF, and an empty line here and there. */
const FILE = `\uFEFF${[NASTY_COLUMNS, ...NASTY_ROWS.map(({ cells }) => cells)].map(quoted).join("\r\n\r\n")}\r\n`;

type Received = { id: string; columns: string[]; rows: number; suggestedMapping: SuggestedMapping };

async function received(body: Buffer): Promise<Received> {
  const answer = await fetch(`${producer.url}/v1/uploads`, {
    method: "POST",
    headers: { authorization: `Bearer ${producer.key}`, "content-type": "text/csv" },
    body: new Uint8Array(body),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Received;
}

async function rowsOf(id: string): Promise<UploadRow[]> {
  const uploads = new Uploads(producer.redis.client, { prefix: producer.redis.prefix, keptMs: 60_000 });
  expect(NASTY_ROWS.length).toBeLessThanOrEqual(CHUNK_ROWS);
  return (await uploads.readChunk(id, 0)) ?? [];
}

test.each([
  ["UTF-8", Buffer.from(FILE)],
  ["UTF-16", Buffer.from(FILE, "utf16le")],
])("a file in %s of every nasty row gives each its verdict, and nothing is sent by accident", async (_name, body) => {
  const { id, columns, rows, suggestedMapping } = await received(body);
  expect({ columns, rows }).toEqual({ columns: NASTY_COLUMNS, rows: NASTY_ROWS.length });
  expect(suggestedMapping.mapping).toMatchObject({
    phone: "phone",
    amount: "amount",
    reference: "ref",
    sender: "from",
  });

  const verdicts = judgeNastyRows(
    columns,
    (await rowsOf(id)).map(({ cells }) => cells),
  );
  const told = verdicts.map((verdict, index) => [NASTY_ROWS[index]?.what, inWords(verdict)]);
  expect(told).toEqual(NASTY_ROWS.map(({ what, verdict }) => [what, verdict]));
});
