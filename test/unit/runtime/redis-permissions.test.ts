/** The list of commands that a start asks about, held against the scripts that run them. */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NEEDED_COMMANDS } from "@surefill/runtime";
import { expect, test } from "vitest";

const require = createRequire(import.meta.url);
const bullmq = join(dirname(require.resolve("bullmq")), "scripts");
const store = fileURLToPath(new URL("../../../packages/topup-store/src", import.meta.url));

function commandsIn(folder: string, call: RegExp): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.[tj]s$/.test(name));
  const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(call)].map(([, name = ""]) => name.toUpperCase())));
}

test.each([
  ["the ledger's scripts", store, /redis\.p?call\('([A-Za-z]+)'/g],
  ["BullMQ's scripts", bullmq, /rcall\(\\?["']([A-Za-z]+)\\?["']/g],
])("every command of %s is among those that a start asks about", (_, folder, call) => {
  const commands = commandsIn(folder, call);
  expect(commands.size).toBeGreaterThan(20);
  const asked = new Set(NEEDED_COMMANDS.map((line) => line.split(" ")[0]));
  expect([...commands].filter((name) => !asked.has(name))).toEqual([]);
});
