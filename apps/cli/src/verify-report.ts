import { type AuditCounts, type Finding, INVARIANTS } from "@surefill/audit";

/** `not-checked`: nothing is broken as far as was seen, and not everything was seen. */
export type Verdict = "holds" | "violated" | "not-checked";

/** What an audit's findings and counts come to. What a person has seen and decided is no violation any more. */
export function verdictOf(findings: readonly Finding[], counts: AuditCounts): Verdict {
  if (findings.some(({ acceptedBy }) => acceptedBy === undefined)) return "violated";
  return counts.unresolved > 0 || counts.moving > 0 ? "not-checked" : "holds";
}

/** A finding for a person: the invariant, whom it concerns, what was found, and what shows it. */
export function describeFinding({ invariant, kind, reference, what, transactions, acceptedBy }: Finding): string {
  const accepted = acceptedBy === undefined ? "" : `  (accepted by ${acceptedBy})`;
  const lines = transactions.map(({ transactionId, status, identifier, at }) =>
    `    transaction ${transactionId}  ${status}  ${identifier ?? "without an identifier"}  ${at ?? ""}`.trimEnd(),
  );
  return [`${invariant} ${kind}  ${reference ?? "no top-up"}${accepted}`, `    ${what}`, ...lines].join("\n");
}

/** What was gone through, so that a check of nothing looks like one, and the verdict. */
export function describeVerdict(verdict: Verdict, counts: AuditCounts, isSettled: boolean): string {
  const rows: [string, string][] = [
    ["top-ups", `${counts.topups}, of which open: ${counts.open}`],
    ["transactions at Reloadly", `${counts.transactions}, of which not ours: ${counts.foreign}`],
    ["events", String(counts.events)],
    ["POSTs in the provider's books", String(counts.posts)],
    ["acknowledged references", String(counts.acknowledged)],
    ["asked for one by one", String(counts.looks)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join("\n");
  return `Went through\n${table}\n${verdictText(verdict, counts, isSettled)}`;
}

function verdictText(verdict: Verdict, counts: AuditCounts, isSettled: boolean): string {
  switch (verdict) {
    case "violated":
      return "VIOLATED: not every invariant holds.";
    case "not-checked":
      return `NOT CHECKED: ${counts.moving} top-ups moved on while they were looked at, ${counts.unresolved} differences were too many to look into. Run it again.`;
    case "holds": {
      if (counts.topups === 0 && counts.transactions === 0) return "There was nothing to check.";
      const asked = isSettled ? "" : " Whether everything has ended was not asked (--settled).";
      return `No violation of ${Object.keys(INVARIANTS).join(", ")}.${asked}`;
    }
  }
}
