// The README can fail: its examples run against a stub, each method has one, and its tables are those of the code.
import { readFileSync } from "node:fs";
import {
  CLIENT_ERROR_CODES,
  createReloadlyClient,
  type ProviderErrorCode,
  RELOADLY_ERROR_CODES,
  type ReloadlyClientOptions,
  ReloadlyError,
} from "@surefill/reloadly-client";
import { expect, test } from "vitest";
import { CLIENT_SECRET, openClient } from "../../support/provider-stub-client.js";

const readme = readFileSync(new URL("../../../packages/reloadly-client/README.md", import.meta.url), "utf8");
const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}.body`, import.meta.url), "utf8");
const examples = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);

test("each method has an example under its own heading, and no heading is without a method", async () => {
  const { client } = await openClient();
  const headings = [...readme.matchAll(/^### `(\w+)`\n\n.+\n\n```ts\n([\s\S]*?)```/gm)];
  expect(headings.map(([, method]) => method).sort()).toEqual(Object.keys(client).sort());
  for (const [, method, code] of headings) expect(code).toContain(`client.${method}(`);
});

test("the examples run as they are printed", async () => {
  const { stub } = await openClient();
  const operator = fixture("operator-range");
  const promotion = fixture("promotion");
  const routes: [route: string, body: string][] = [
    ["POST /topups-async", fixture("accepted")],
    ["POST /topups", fixture("topup-sandbox-2026")],
    ["GET /topups/26523/status", fixture("status-successful-envelope")],
    ["GET /topups/reports/transactions", '{"content":[],"last":true}'],
    ["GET /topups/reports/transactions/26523", fixture("status-successful-flat")],
    ["GET /operators", `{"content":[${operator}],"last":true}`],
    ["GET /operators/640", operator],
    ["GET /operators/countries/NE", `[${operator}]`],
    ["GET /operators/auto-detect/phone/%2B22796123456/countries/NE", operator],
    ["GET /operators/mnp-lookup/phone/%2B22796123456/countries/NE", operator],
    ["POST /mnp-lookup/operators", operator],
    ["POST /operators/fx-rate", fixture("fx-rate")],
    ["POST /operators/640/fx-rate", fixture("fx-rate")],
    ["GET /countries", `[${fixture("country")}]`],
    ["GET /countries/NE", fixture("country")],
    ["GET /accounts/balance", fixture("balance")],
    ["GET /operators/commissions", `{"content":[${fixture("commission")}],"last":true}`],
    ["GET /operators/640/commissions", fixture("commission")],
    ["GET /promotions", `{"content":[${promotion}],"last":true}`],
    ["GET /promotions/5665", promotion],
    ["GET /promotions/operators/640", `[${promotion}]`],
    ["GET /promotions/country-codes/NE", `[${promotion}]`],
  ];
  for (const [route, body] of routes) stub.on(route, { body });

  const scope = {
    createReloadlyClient: (options: ReloadlyClientOptions) =>
      createReloadlyClient({ ...options, environment: { apiUrl: stub.url, authUrl: stub.url, audience: "stub" } }),
    ReloadlyError,
    process: { env: { RELOADLY_CLIENT_ID: "readme", RELOADLY_CLIENT_SECRET: CLIENT_SECRET } },
    console: { log: () => undefined },
  };
  // Examples are written without type syntax. The one that closes the client must run last, after the error example.
  const closing = (code: string) => Number(code.includes("client.close()"));
  const body = examples.toSorted((left, right) => closing(left) - closing(right)).map((code) => `${code}\n`);
  const source = body.join("").replace(/^import .*$/gm, "");
  const run = new Function(...Object.keys(scope), `return (async () => {${source}})();`);
  await run(...Object.values(scope));

  for (const [route] of routes) expect([route, stub.count(route) > 0]).toEqual([route, true]);
});

/** Every table row that starts with an error code. */
const rows = readme.split("\n").filter((line) => /^\| `[A-Z_]+` \|/.test(line));

test("the error tables are those of the code, row by row", () => {
  const provider = Object.entries<ProviderErrorCode>(RELOADLY_ERROR_CODES).map(
    ([code, { httpStatuses, source, meaning }]) =>
      `| \`${code}\` | ${httpStatuses.join(", ") || "not established"} | ${source} | ${meaning} |`,
  );
  const client = Object.entries(CLIENT_ERROR_CODES).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  expect(rows).toEqual([...client, ...provider]);
});
