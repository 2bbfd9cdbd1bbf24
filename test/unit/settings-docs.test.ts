/** The README's table and .env.example are made from the schemas, so that no setting is undocumented or stale. */
import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { expectGeneratedBlock } from "../support/generated-block.js";
import { envExample, settingRows, settingsTable } from "../support/settings.js";

test("the README's settings table shows every setting with its default and meaning", async () => {
  await expectGeneratedBlock("README.md", "settings", settingsTable(settingRows()));
});

test(".env.example names every setting", async () => {
  const wanted = envExample(settingRows());
  if (process.env.UPDATE_DOCS === "1") await writeFile(".env.example", wanted);
  expect(await readFile(".env.example", "utf8"), "UPDATE_DOCS=1 npm test -- test/unit writes it").toBe(wanted);
});

test("what a start holds the environment against are the names of all settings", async () => {
  const path = "packages/runtime/src/setting-names.ts";
  const text = await readFile(path, "utf8");
  const names = settingRows().map(({ name }) => `  "${name}",\n`);
  const list = `SETTING_NAMES: readonly string[] = [\n${names.toSorted().join("")}];`;
  const wanted = text.replace(/SETTING_NAMES: readonly string\[\] = \[\n[^\]]*\];/, list);
  if (process.env.UPDATE_DOCS === "1") await writeFile(path, wanted);
  expect(await readFile(path, "utf8"), "UPDATE_DOCS=1 npm test -- test/unit writes it").toBe(wanted);
});

test("every setting says in words what would be right", () => {
  expect(settingRows().filter(({ meaning }) => meaning === "")).toEqual([]);
});

test("the shared settings are the same in both apps", async () => {
  const rows = settingRows().filter(({ name }) => name.startsWith("REDIS_"));
  expect(rows.map(({ name, usedBy }) => [name, usedBy])).toEqual([
    ["REDIS_URL", "producer, worker"],
    ["REDIS_PREFIX", "producer, worker"],
    ["REDIS_CHECKS", "producer, worker"],
  ]);
});
