/** The table of a liveness run. */
import type { Finding, Scenario } from "./scenario.js";

/** A scenario with what it came to; `failure` where its rig failed. */
export type Line = { scenario: Pick<Scenario, "name" | "trouble">; findings: readonly Finding[]; failure?: string };

/** Whether every bound was kept and nothing else was wrong. */
export function isAllKept(lines: readonly Line[]): boolean {
  return lines.every(
    ({ findings, failure }) =>
      failure === undefined && findings.every(({ isKept, wrong }) => isKept && wrong.length === 0),
  );
}

/** The table as Markdown, and below it what went wrong. */
export function formatTable(lines: readonly Line[]): string {
  const rows = lines.flatMap(({ scenario: { name, trouble }, findings, failure }) =>
    failure === undefined
      ? findings.map(({ offered, kept, bound, isKept, wrong }) => [
          name,
          trouble,
          offered,
          kept,
          bound,
          isKept && wrong.length === 0 ? "yes" : "NO",
        ])
      : [[name, trouble, "", "not measured", "", "NO"]],
  );
  const table = [
    ["scenario", "trouble", "offered", "kept", "bound", "ok"],
    ["---", "---", "---", "---", "---", "---"],
  ];
  const notes = lines.flatMap(({ scenario: { name }, findings, failure }) => [
    ...(failure === undefined ? [] : [`${name}: ${failure}`]),
    ...new Set(findings.flatMap(({ wrong }) => wrong.map((text) => `${name}: ${text}`))),
  ]);
  return [...[...table, ...rows].map((cells) => `| ${cells.join(" | ")} |`), ...notes].join("\n");
}
