/**
 * The rules of CONTRIBUTING that a machine can hold, over every file of the project, and a twin for each rule: a
 * planted violation that it must find.
 */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkTidy } from "../support/tidy/rules.js";
import { projectFiles, type TextFile } from "../support/tidy/source-file.js";

test("the project keeps its own rules", () => {
  const files = projectFiles(fileURLToPath(new URL("../..", import.meta.url)));
  expect(files.length).toBeGreaterThan(50);
  expect(checkTidy(files)).toEqual([]);
});

const lines = (count: number) => "const line = 1;\n".repeat(count);

/** Each is a small project with one thing wrong: rule, path, text, and further files where needed. */
const planted: ReadonlyArray<readonly [rule: string, path: string, text: string, ...more: TextFile[]]> = [
  ["dependency direction", "packages/topup/src/a.ts", 'import { x } from "@surefill/topup-store";'],
  ["dependency direction", "packages/topup-store/src/a.ts", 'export * from "@surefill/runtime";'],
  ["dependency direction", "packages/runtime/src/a.ts", 'import type { X } from "@surefill/topup";'],
  ["dependency direction", "apps/worker/src/a.ts", 'import { x } from "@surefill/producer";'],
  ["dependency direction", "apps/worker/src/a.ts", 'import { x } from "@surefill/reloadly-sandbox";'],
  ["packages by name", "apps/worker/src/a.ts", 'import { x } from "@surefill/topup/dist/state.js";'],
  ["packages by name", "apps/worker/src/a.ts", 'import { x } from "../../../packages/topup/src/state.js";'],
  ["packages by name", "apps/worker/src/a.ts", 'const x = await import("../../producer/src/app.js");'],
  ["test code stays in test", "apps/worker/src/a.ts", 'import { x } from "../../../test/support/test-clock.js";'],
  ["test code stays in test", "scripts/demo.mjs", 'import { x } from "../test/support/test-clock.js";'],
  ["one gatekeeper per library", "apps/producer/src/http/routes.ts", 'import type { Request } from "express";'],
  ["one gatekeeper per library", "apps/worker/src/submit/submit.ts", 'import { UnrecoverableError } from "bullmq";'],
  ["one gatekeeper per library", "apps/producer/src/app.ts", 'import { createBullBoard } from "@bull-board/api";'],
  ["one gatekeeper per library", "packages/reloadly-client/src/token.ts", 'import { fetch } from "undici";'],
  ["one gatekeeper per library", "apps/worker/src/app.ts", 'import { Redis } from "ioredis";'],
  ["one gatekeeper per library", "apps/producer/src/uploads/decode.ts", 'import { SaxesParser } from "saxes";'],
  ["one gatekeeper per library", "apps/worker/src/app.ts", 'import { pino } from "pino";'],
  ["one gatekeeper per library", "apps/worker/src/app.ts", 'import { Counter } from "prom-client";'],
  ["one gatekeeper per library", "apps/producer/src/a.ts", 'import parse from "libphonenumber-js/max";'],
  ["one gatekeeper per library", "packages/reloadly-client/src/caller.ts", 'import { parse } from "lossless-json";'],
  ["the domain is pure", "packages/topup/src/a.ts", 'import { createHash } from "node:crypto";'],
  [
    "no import cycles",
    "packages/topup/src/a.ts",
    'import { b } from "./b.js";',
    { path: "packages/topup/src/b.ts", text: 'export { a } from "./c.js";' },
    { path: "packages/topup/src/c.ts", text: 'import { a } from "./a.js";' },
  ],
  ["environment only in main.ts", "apps/worker/src/config.ts", "export const url = process.env.REDIS_URL;"],
  ["environment only in main.ts", "apps/worker/src/config.ts", 'export const { url } = process["env"];'],
  ["time and chance only in clock.ts", "apps/worker/src/a.ts", "export const now = () => Date.now();"],
  ["time and chance only in clock.ts", "apps/worker/src/a.ts", "export const now = () => new Date();"],
  ["time and chance only in clock.ts", "apps/worker/src/a.ts", "export const wait = () => setTimeout(wait, 5);"],
  ["time and chance only in clock.ts", "apps/worker/src/a.ts", 'import { setTimeout } from "node:timers/promises";'],
  ["time and chance only in clock.ts", "packages/topup/src/a.ts", "export const jitter = () => Math.random();"],
  ["time and chance only in clock.ts", "apps/producer/src/clock.ts", "export const id = () => crypto.randomUUID();"],
  ["environment only in main.ts", "apps/worker/src/config.ts", "const { env } = process;"],
  ["time and chance only in clock.ts", "apps/worker/src/a.ts", 'import { randomUUID as id } from "node:crypto";'],
  ["deadlines by DeadlineSignals", "scripts/a.mjs", "const either = AbortSignal.any([one, other]);"],
  ["limits only catch a hang", "test/unit/a.test.ts", "await vi.waitFor(() => undefined);"],
  ["limits only catch a hang", "test/unit/a.test.ts", "await expect.poll(() => 1, { timeout: " + "5_000 }).toBe(1);"],
  ["tests wait for facts", "test/unit/a.test.ts", "await new Promise((resolve) => setTimeout(resolve, 100));"],
  ["tests wait for facts", "test/unit/a.test.ts", 'import { setTimeout as sleep } from "node:timers/promises";'],
  ["every test runs", "test/unit/a.test.ts", 'test.only("x", () => {});'],
  ["every test runs", "test/unit/a.test.ts", 'describe.skip("x", () => {});'],
  ["every test runs", "test/unit/a.test.ts", 'test.each([1]).skip("x", () => {});'],
  ["every test runs", "test/unit/a.test.ts", 'it.concurrent.todo("x");'],
  ["importing does nothing", "apps/worker/src/a.ts", "start();"],
  ["files are short", "apps/worker/src/a.ts", lines(401)],
  ["functions are short", "apps/worker/src/a.ts", `export function f() {\n${lines(70)}}`],
  ["names say something", "apps/worker/src/utils.ts", "export const x = 1;"],
  ["names say something", "apps/worker/src/services/send.ts", "export const x = 1;"],
  ["kebab-case", "apps/worker/src/sendTopup.ts", "export const x = 1;"],
  ["nothing left to do", "apps/worker/src/a.ts", `// ${"todo".toUpperCase()}: later\nexport const x = 1;`],
  ["dependencies have a reason", "apps/worker/package.json", '{ "dependencies": { "left-pad": "1.0.0" } }'],
  ["dependencies have a reason", "pnpm-workspace.yaml", 'overrides:\n  "@scarf/scarf": "-"\n'],
  ["dependencies have a reason", "docs/dependencies.md", "| `left-pad` | gone | nothing |"],
];

/** A title that fits on a line, whatever the text's length. */
const titled = <Case extends readonly [string, string, ...unknown[]]>(cases: readonly Case[]) =>
  cases.map((entry) => ({ title: entry.slice(0, 3).join("  ").replace(/\s+/g, " ").slice(0, 110), entry }));

describe("each rule finds what it is there for", () => {
  test.each(titled(planted))("$title", ({ entry: [rule, path, text, ...more] }) => {
    const found = checkTidy([{ path, text }, ...more]);
    expect(found.filter((line) => line.includes(`: ${rule}: `))).not.toEqual([]);
    for (const line of found) expect(line).toMatch(/^[\w./-]+:\d+: /);
  });
});

describe("what is allowed is left alone", () => {
  const allowed: ReadonlyArray<readonly [path: string, text: string]> = [
    ["apps/worker/src/a.ts", 'import { move } from "@surefill/topup"; import { x } from "./submit/send.js";'],
    ["apps/worker/src/a.ts", 'import type { Redis } from "ioredis"; import { type RedisOptions } from "ioredis";'],
    ["apps/worker/src/main.ts", "start(process.env);"],
    ["packages/runtime/src/clock.ts", "export const now = () => Date.now();"],
    ["apps/worker/src/a.ts", "export const quiet = (server: Server) => server.setTimeout(5);"],
    ["apps/worker/src/a.ts", "export const at = (ms: number) => new Date(ms); // not Date.now()"],
    ["apps/worker/src/a.ts", 'export const text = "process.env and setTimeout";'],
    ["apps/worker/src/queue/run-processor.ts", 'import { DelayedError } from "bullmq";'],
    ["test/unit/a.test.ts", 'import { x } from "../support/test-clock.js"; test("x.only", () => {});'],
    ["apps/worker/src/a.ts", lines(400)],
    ["packages/sdk/src/generated/api.ts", lines(5_000)],
    ["test/integration/a.test.ts", 'import { verifyWebhook } from "@surefill/sdk/webhooks";'],
  ];

  test.each(titled(allowed))("$title", ({ entry: [path, text] }) => {
    expect(checkTidy([{ path, text }])).toEqual([]);
  });
});
