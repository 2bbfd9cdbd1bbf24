/**
 * What a stranger can send costs CPU time in proportion to its length, at every place where foreign text is read. Texts
 * are put together at random out of what is known to make patterns go back and forth; a place that takes time by the
 * square of a text exceeds its limit by orders of magnitude, one that is linear stays as far below it.
 */
import {
  checkOptionsSchema,
  createRowReader,
  limitsSchema,
  type Mapping,
  mappingSchema,
  maskCell,
  spreadsheetSafe,
  suggestMapping,
  unknownColumns,
  withoutGuards,
} from "@surefill/campaign";
import { createLogger, NO_NETWORKS, networksSchema, vetOutboundUrl } from "@surefill/runtime";
import { parseTopupRequest, readableJobData, referenceSchema } from "@surefill/topup";
import { isEventId } from "@surefill/topup-store";
import { describe, expect, test } from "vitest";
import { presentedKey } from "../../apps/producer/src/access/api-keys.js";
import { maskAnswer, maskJobData } from "../../apps/producer/src/board/mask-job.js";
import { html } from "../../apps/producer/src/http/html.js";
import { readJson } from "../../apps/producer/src/http/read-json.js";
import { readHints } from "../../apps/producer/src/provider-webhooks/read-hint.js";
import { verifySignature } from "../../apps/producer/src/provider-webhooks/signature.js";
import { listQuerySchema } from "../../apps/producer/src/topups/list-topups.js";
import { decode } from "../../apps/producer/src/uploads/decode.js";
import { plainDecimal } from "../../packages/reloadly-client/src/decimal.js";
import { readErrorBody } from "../../packages/reloadly-client/src/error-body.js";
import { maskPersonalData } from "../../packages/reloadly-client/src/mask.js";
import { expectLinear, leastCpuMsOf } from "../support/cpu-time.js";

const ATOMS = [
  ..."a1 @.,;:-_+/()\"'=\\\t\n\r|~#%0[]{}<&",
  ...[
    "a@",
    "a.",
    "+1",
    "1 ",
    " (",
    "://a",
    "a://b:c@",
    "bearer ",
    "eyJaaaaaa",
    "eyJaaaaaa.",
    "0".repeat(9),
    ".0",
    ",111",
  ],
  ...[
    "secret",
    "phone",
    "email",
    "é",
    "１",
    "\u200B",
    "\u{1F600}",
    "\uD800",
    '":',
    "[[",
    "=cmd|",
    " x1",
    "\r\r",
    "00",
    "1e",
  ],
];
const LENGTH = 60_000;
const TEXTS = 40;
/** Of one call: a linear one takes a few milliseconds, a quadratic one more than a second. */
const CALL_CPU_MS_MAX = 300;
/** Of all texts at one place: what is slower than this says nothing new with more texts. */
const PLACE_CPU_MS = 1_500;

/** A generator with a seed (mulberry32), so that a failing text can be made again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function hostileText(random: () => number): string {
  const pick = () => ATOMS[Math.floor(random() * ATOMS.length)] ?? "a";
  const unit = Array.from({ length: 1 + Math.floor(random() * 3) }, pick).join("");
  const before = random() < 0.5 ? pick() : "";
  return `${before}${unit.repeat(Math.ceil(LENGTH / unit.length))}${random() < 0.5 ? pick() : ""}`;
}

const MAPPING: Mapping = mappingSchema.parse({
  phone: "phone",
  amount: "amount",
  country: "country",
  operator: "operator",
  reference: "reference",
});
const columns = ["phone", "amount", "country", "operator", "reference"];
const readRow = createRowReader({ columns, mapping: MAPPING, options: checkOptionsSchema.parse({}), run: "run" });
const log = createLogger({
  name: "test",
  level: "debug",
  secrets: ["a-secret"],
  destination: { write: () => undefined },
});
const secret = { secret: "webhook-secret", separator: ":", ageMsMax: 1_000 };

const topup = { operatorId: 341, amount: "5", recipientPhone: { countryCode: "NG", number: "+2348031231111" } };
const anything = (read: (text: string) => unknown) => async (text: string) => {
  await Promise.resolve()
    .then(() => read(text))
    .catch((error: unknown) => expect(error).toBeInstanceOf(Error));
};
async function bytesOf(text: string): Promise<number> {
  const pieces = Buffer.from(text);
  async function* body() {
    for (let start = 0; start < pieces.length; start += 1_000) yield pieces.subarray(start, start + 1_000);
  }
  let length = 0;
  for await (const piece of decode(body(), undefined).text) length += piece.length;
  return length;
}

const PLACES: Record<string, (text: string) => unknown> = {
  "a JSON body": (text) => readJson(Buffer.from(text)),
  "a JSON body of one text": (text) => readJson(Buffer.from(JSON.stringify(text))),
  "the reference of a top-up": (text) => parseTopupRequest({ ...topup, reference: text }),
  "the amount of a top-up": (text) => parseTopupRequest({ ...topup, amount: text }),
  "the operator of a top-up": (text) => parseTopupRequest({ ...topup, operatorId: text }),
  "the number of a top-up": (text) =>
    parseTopupRequest({ ...topup, recipientPhone: { countryCode: "NG", number: text } }),
  "the country of a top-up": (text) =>
    parseTopupRequest({ ...topup, recipientPhone: { countryCode: text, number: "1" } }),
  "the e-mail address of a top-up": (text) => parseTopupRequest({ ...topup, recipientEmail: `${text}@nauta.com.cu` }),
  "the label of a top-up": (text) => parseTopupRequest({ ...topup, campaign: text }),
  "metadata of a top-up": (text) => parseTopupRequest({ ...topup, metadata: { [text]: text } }),
  "an unknown field of a top-up": (text) => parseTopupRequest({ ...topup, [text]: text }),
  "a reference": (text) => referenceSchema.safeParse(text),
  "the query of a list": (text) =>
    listQuerySchema.safeParse({ phone: text, campaign: text, cursor: text, limit: text }),
  "a cursor": (text) => isEventId(text),
  "the header with the key": (text) => presentedKey(() => `Bearer ${text}`),
  "the mapping of a campaign": (text) =>
    mappingSchema.safeParse({ phone: text, amount: text, metadata: { [text]: text } }),
  "the limits of a campaign": (text) =>
    limitsSchema.safeParse({ budget: text, startAt: text, dailyWindow: { from: text, to: text, zone: text } }),
  "the options of a campaign": (text) =>
    checkOptionsSchema.safeParse({ run: text, defaultCountry: text, amount: text }),
  "the cells of a row": (text) =>
    readRow(
      1,
      columns.map(() => text),
    ),
  "the cells of a row, cut": (text) =>
    readRow(
      1,
      columns.map(() => text.slice(0, 1_000)),
    ),
  "a mapping's unknown columns": (text) => unknownColumns(MAPPING, [text]),
  "a suggested mapping": (text) => suggestMapping([text, "amount"], [[text, text]]),
  "a cell that is shown": (text) => maskCell(text),
  "a cell that is written": (text) => spreadsheetSafe(text),
  "a cell of one of our files": (text) => withoutGuards(text),
  "the bytes of a file": bytesOf,
  "job data on the board": (text) => maskJobData({ [text]: text, list: [text] }),
  "an answer of the board": (text) => maskAnswer({ id: text, failedReason: text, opts: { [text]: text } }),
  "stored job data": (text) => readableJobData(text),
  "a page": (text) => html`<p>${text}</p>`.text,
  "an error in the log": (text) => log.error({ err: new Error(text, { cause: new Error(text) }) }, text),
  "fields in the log": (text) => log.info({ [text]: text, note: text, reason: text, phone: text }, "x"),
  "the URL of a webhook": (text) =>
    vetOutboundUrl(`https://${text}`, { allowed: NO_NETWORKS, resolve: async () => ["127.0.0.1"] }),
  "a list of networks": (text) => networksSchema().safeParse(text),
  "the provider's webhook": (text) => readHints(Buffer.from(JSON.stringify({ data: { customIdentifier: text } }))),
  "the provider's signature": (text) =>
    verifySignature({ body: Buffer.from(text), signature: text, timestamp: text }, secret, 0),
  "an error body of the provider": (text) =>
    readErrorBody(Buffer.from(JSON.stringify({ message: text, errorCode: text, timeStamp: text }))),
  "a text of the provider": (text) => maskPersonalData(text),
  "a number of the provider": (text) => plainDecimal(text),
};

describe("a text of 60,000 characters, put together at random, costs little CPU time as", () => {
  test.each(Object.keys(PLACES))("%s", async (name) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = seeded(seed);
    const read = anything(PLACES[name] ?? (() => undefined));
    let spentMs = 0;
    for (let texts = 0; texts < TEXTS && spentMs < PLACE_CPU_MS; texts += 1) {
      const text = hostileText(random);
      const tookMs = await leastCpuMsOf(() => read(text));
      spentMs += tookMs;
      expect(
        tookMs,
        `seed ${seed}: ${JSON.stringify(text.slice(0, 12))}… ${JSON.stringify(text.slice(-6))}`,
      ).toBeLessThan(CALL_CPU_MS_MAX);
    }
  });
});

test("the measure itself notices work by the square of its input", async () => {
  const quadratic = (size: number) => "a".repeat(size).replace(/[a-z]+@/g, "");
  await expect(expectLinear(quadratic, { from: 2_048, to: 32_768, cpuMsMax: 60_000 })).rejects.toThrow("CPU ms for");
});

const BODIES: Record<string, (size: number) => string> = {
  "one object with many keys": (size) => `{${Array.from({ length: size / 10 }, (_, n) => `"k${n}":1`).join()}}`,
  "a list of many empty objects": (size) => `{"topups":[${"{},".repeat(size / 3)}{}]}`,
  "metadata with many keys": (size) =>
    `{"metadata":{${Array.from({ length: size / 12 }, (_, n) => `"k ${n}":"1"`).join()}}}`,
  "one long text": (size) => `{"reference":"${"a\\u0041".repeat(size / 7)}"}`,
  "one long number": (size) => `{"amount":${"1".repeat(size)}}`,
  "white space": (size) => `{"amount":${" \n".repeat(size / 2)}1}`,
  "a text that is never closed": (size) => `{"amount":"${"\\\\".repeat(size / 2)}`,
};

describe("a body costs CPU time in proportion to its size", () => {
  test.each(Object.keys(BODIES))("%s", async (name) => {
    const body = BODIES[name] ?? (() => "");
    const read = anything((text) => parseTopupRequest(readJson(Buffer.from(text))));
    await expectLinear((size) => read(body(size)), { from: 16_384, to: 1_048_576, cpuMsMax: 3_000 });
  });
});
