/** docs/events.md is what consumers build on: its types, fields, examples and waits are those of the code. */
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { WEBHOOK_EVENT_TYPES } from "@surefill/topup";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import {
  campaignFieldsBlock,
  examplePayloads,
  examplesBlock,
  fieldsBlock,
  retriesBlock,
} from "../../support/event-docs.js";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import { firstColumn } from "../../support/topup-docs.js";

const PATH = "docs/events.md";

test.each([
  { name: "event-fields", block: fieldsBlock },
  { name: "campaign-event-fields", block: campaignFieldsBlock },
  { name: "event-examples", block: examplesBlock },
  { name: "webhook-retries", block: retriesBlock },
])("the page has the $name as the code makes them", async ({ name, block }) => {
  await expectGeneratedBlock(PATH, name, block());
});

test("the page explains every type that there is, and no other", async () => {
  expect(firstColumn(await readFile(PATH, "utf8"), "type")).toEqual([...WEBHOOK_EVENT_TYPES, "ping"]);
});

test("there is an example of every type, and none shows a whole number", () => {
  expect(examplePayloads().map(({ type }) => type)).toEqual([...WEBHOOK_EVENT_TYPES, "ping"]);
  expect(JSON.stringify(examplePayloads())).not.toMatch(/234803/);
});

test("the recipe for verifying without a package takes what the package signs, and nothing else", async () => {
  const [, source = ""] = /```js\n([\s\S]*?)```/.exec(await readFile(PATH, "utf8")) ?? [];
  const scope = { createHmac, timingSafeEqual, Buffer };
  const make = new Function(...Object.keys(scope), `${source.replace(/^import .*$/gm, "")}; return isGenuine;`);
  const isGenuine = make(...Object.values(scope));
  const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`;
  const at = new Date();
  const body = '{"type":"ping"}';
  const headersBy = (...secrets: string[]) => ({
    "webhook-id": "1795397719631-0",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign("1795397719631-0", at, body)).join(" "),
  });

  expect(isGenuine(secretOf(5), headersBy(secretOf(5)), body)).toBe(true);
  expect(isGenuine(secretOf(5), headersBy(secretOf(6), secretOf(5)), Buffer.from(body))).toBe(true);
  expect(isGenuine(secretOf(5), headersBy(secretOf(6)), body)).toBe(false);
  expect(isGenuine(secretOf(5), headersBy(secretOf(5)), `${body} `)).toBe(false);
  expect(isGenuine(secretOf(5), headersBy(secretOf(5)), body, at.getTime() + 301_000)).toBe(false);
  expect(isGenuine(secretOf(5), {}, body)).toBe(false);
});
