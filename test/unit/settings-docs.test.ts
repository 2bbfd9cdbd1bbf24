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
