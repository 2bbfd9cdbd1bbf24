/** Holds docs/operations.md against the metrics that the programs have. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name);

const sources = { worker: "apps/worker/src/metrics.ts", producer: "apps/producer/src/metrics.ts" };

test("every metric has its row for the person on call, with the program that tells it, and no row is made up", () => {
  const told = Object.entries(sources).flatMap(([program, path]) =>
    namesIn(read(path), /"(surefill_[a-z_]+)"/g).map((name) => `${name} of ${program}`),
  );
  const rows = [...read("docs/operations.md").matchAll(/^\| `(surefill_[a-z_]+)[^`]*` \| (\w+) \|/gm)];
  const documented = rows.flatMap(([, name, of]) =>
    (of === "both" ? Object.keys(sources) : [of]).map((program) => `${name} of ${program}`),
  );
  expect(documented.toSorted()).toEqual(told.toSorted());
});

test("no page names a metric that does not exist", () => {
  const known = new Set(Object.values(sources).flatMap((path) => namesIn(read(path), /"(surefill_[a-z_]+)"/g)));
  for (const page of ["docs/operations.md", "docs/adr/0002-housekeeping-on-timers.md"]) {
    for (const name of namesIn(read(page), /`(surefill_[a-z_]+)/g)) expect(known, `${name} in ${page}`).toContain(name);
  }
});
