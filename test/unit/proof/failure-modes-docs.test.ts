/** docs/failure-modes.md lists where the harness stops a process, and what must come of it, or this fails. */
import { readFile } from "node:fs/promises";
import { RECOVERIES, SEAMS } from "@surefill/proof";
import { expect, test } from "vitest";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import { table } from "../../support/topup-docs.js";

const PAGE = "docs/failure-modes.md";

test("the page lists every place where a process may be stopped", async () => {
  const rows = Object.entries(SEAMS).map(([seam, what]) => [`\`${seam}\``, what]);
  await expectGeneratedBlock(PAGE, "seams", table(["seam", "what is done there"], rows));
});

test("the page lists every way back that a run must have gone", async () => {
  const rows = Object.entries(RECOVERIES).map(([happened, { what }]) => [happened, what]);
  await expectGeneratedBlock(PAGE, "recoveries", table(["what happened", "the way back"], rows));
});

test("every metric and setting that the page names exists", async () => {
  const [page, operations, schedules, readme] = await Promise.all(
    [PAGE, "docs/operations.md", "docs/schedules.md", "README.md"].map((path) => readFile(path, "utf8")),
  );
  const metrics = new Set([...(page?.matchAll(/`(surefill_[a-z_]+)/g) ?? [])].map(([, name]) => name ?? ""));
  const settings = new Set([...(page?.matchAll(/`([A-Z_]+_(?:MS|MAX|DIR))`/g) ?? [])].map(([, name]) => name ?? ""));
  expect(metrics.size).toBeGreaterThan(5);
  expect(settings.size).toBeGreaterThan(3);
  expect([...metrics].filter((name) => !operations?.includes(name))).toEqual([]);
  expect([...settings].filter((name) => !`${schedules}${readme}`.includes(`\`${name}\``))).toEqual([]);
});
