/** An export of the audit log is made of sealed entries; then single lines are changed, removed and moved. */
import {
  AuditChainCheck,
  type AuditDraft,
  type AuditEntry,
  EMPTY_HEAD,
  endLine,
  hashOf,
  sealEntry,
} from "@surefill/access";
import { describe, expect, test } from "vitest";

const AT_MS = Date.UTC(2026, 10, 30, 9, 0, 0);

function draft(id: string): AuditDraft {
  return {
    action: "campaign.started",
    phase: "done",
    by: { kind: "person", name: "person:ada" },
    address: "192.0.2.7",
    requestId: "req_1",
    target: { kind: "campaign", id },
    before: { state: "ready" },
    after: { state: "running", budget: "100" },
    result: "ok",
  };
}

function log(count: number, from = 1): AuditEntry[] {
  const entries: AuditEntry[] = [];
  for (let index = 0; index < from + count - 1; index += 1) {
    const last = entries.at(-1) ?? EMPTY_HEAD;
    entries.push(sealEntry(draft(`cmp_${index + 1}`), { id: `aud_${index}`, head: last, atMs: AT_MS + index }));
  }
  return entries.slice(from - 1);
}

function linesOf(entries: readonly AuditEntry[]): string[] {
  const [first] = entries;
  const last = entries.at(-1);
  const end = endLine({
    entries: entries.length,
    first: first?.number ?? null,
    last: last === undefined ? null : { number: last.number, hash: last.hash },
  });
  return [...entries.map((entry) => JSON.stringify(entry)), end];
}

function check(lines: readonly string[]): string[] {
  const chain = new AuditChainCheck();
  for (const line of lines) chain.take(line);
  return chain.finish().map(({ line, what }) => `${line}: ${what}`);
}

const FIVE = linesOf(log(5));

describe("an export that nobody touched", () => {
  test.each([
    ["five entries", FIVE],
    ["without entries", linesOf([])],
    ["of which the oldest entries are no longer kept", linesOf(log(3, 8))],
    ["whose members stand in another order", FIVE.map((line) => JSON.stringify(reversed(JSON.parse(line))))],
    ["with empty lines", FIVE.flatMap((line) => [line, ""])],
  ])("%s holds", (_, lines) => expect(check(lines)).toEqual([]));
});

function reversed(value: object): object {
  return Object.fromEntries(Object.entries(value).reverse());
}

const without = (index: number) => FIVE.toSpliced(index, 1);
const moved = (from: number, to: number) => FIVE.toSpliced(from, 1).toSpliced(to, 0, FIVE[from] ?? "");
const changed = (index: number, change: (entry: AuditEntry) => AuditEntry) =>
  FIVE.with(index, JSON.stringify(change(JSON.parse(FIVE[index] ?? ""))));
const rehashed = (entry: AuditEntry) => ({ ...entry, hash: hashOf(entry) });

describe("is found and named", () => {
  test.each([
    [
      "a changed amount",
      changed(2, (entry) => ({ ...entry, after: { state: "running", budget: "1" } })),
      "3: entry 3 was changed",
    ],
    ["a changed name", changed(0, (entry) => ({ ...entry, by: { kind: "key", name: "x" } })), "1: entry 1 was changed"],
    ["a changed time", changed(4, (entry) => ({ ...entry, at: "2026-01-01T00:00:00.000Z" })), "5: entry 5 was changed"],
    ["a changed number", changed(2, (entry) => ({ ...entry, number: 9 })), "3: entry 9 was changed"],
    [
      "a change with a hash made for it",
      changed(2, (entry) => rehashed({ ...entry, result: "x" })),
      "4: entry 4 does not follow",
    ],
    ["a member more", FIVE.with(1, (FIVE[1] ?? "").replace("{", '{"note":"x",')), "2: is not an entry"],
    ["a removed first entry", without(0), "5: the export begins at entry 2, and says 1"],
    ["a removed entry", without(2), "3: entry 3 was removed before this line"],
    ["two removed entries", FIVE.toSpliced(1, 2), "2: entries 2 to 3 were removed before this line"],
    ["a removed last entry", without(4), "5: the export ends at entry 4, and says 5"],
    ["a removed end", without(5), "5: the export is cut"],
    ["an entry moved back", moved(1, 3), "4: entry 2 is out of order: it stands behind entry 4"],
    ["an entry moved forward", moved(3, 1), "3: entry 2 is out of order: it stands behind entry 4"],
    ["an entry that comes twice", FIVE.toSpliced(2, 0, FIVE[1] ?? ""), "3: entry 2 was moved here, or comes twice"],
    ["an entry behind the end", [...FIVE, FIVE[0] ?? ""], "7: stands behind the end"],
    ["a line that is not JSON", FIVE.with(0, "{"), "1: is not an entry"],
  ])("%s", (_, lines, wanted) => {
    const found = check(lines);
    expect(found.some((line) => line.startsWith(wanted)) || found.join("\n")).toBe(true);
  });
});

test("every single change of a character of an entry is found", () => {
  const line = FIVE[2] ?? "";
  const missed: string[] = [];
  for (let index = 0; index < line.length; index += 1) {
    const other = line[index] === "a" ? "b" : "a";
    const touched = line.slice(0, index) + other + line.slice(index + 1);
    if (check(FIVE.with(2, touched)).length === 0) missed.push(touched);
  }
  expect(missed).toEqual([]);
});
