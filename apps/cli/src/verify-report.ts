import type { AuditCounts, AuditScope, Finding } from "@surefill/audit";
import { checkedWhole, type Gap, gapsOf, type Seen } from "./verify-gaps.js";

/** `not-checked`: nothing is broken as far as was seen, and not all was seen that was asked for. */
export type Verdict = "holds" | "violated" | "not-checked";

/** What an audit's findings and gaps come to. What a person has seen and decided is no violation any more. */
export function verdictOf(findings: readonly Finding[], gaps: readonly Gap[]): Verdict {
  if (findings.some(({ acceptedBy }) => acceptedBy === undefined)) return "violated";
  return gaps.some(({ wasAsked }) => wasAsked) ? "not-checked" : "holds";
}

/** Prints what an audit came to, as text or as one JSON object; answers its verdict. */
export function reportAudit(
  seen: Seen,
  findings: readonly Finding[],
  { json, print }: { json: boolean; print: (text: string) => void },
): Verdict {
  const { counts, scope } = seen;
  const gaps = gapsOf(seen);
  const verdict = verdictOf(findings, gaps);
  print(
    json
      ? JSON.stringify({ verdict, counts, checked: checkedWhole(gaps), notChecked: gaps, findings })
      : describeVerdict(verdict, { scope, counts, gaps }),
  );
  return verdict;
}

/** A finding for a person: the invariant, whom it concerns, what was found, and what shows it. */
export function describeFinding({ invariant, kind, reference, what, transactions, acceptedBy }: Finding): string {
  const accepted = acceptedBy === undefined ? "" : `  (accepted by ${acceptedBy})`;
  const lines = transactions.map(({ transactionId, status, identifier, at }) =>
    `    transaction ${transactionId}  ${status}  ${identifier ?? "without an identifier"}  ${at ?? ""}`.trimEnd(),
  );
  return [`${invariant} ${kind}  ${reference ?? "no top-up"}${accepted}`, `    ${what}`, ...lines].join("\n");
}

/** What was gone through, so that a check of nothing looks like one; the verdict; and what was not judged, and why. */
export function describeVerdict(
  verdict: Verdict,
  { scope, counts, gaps }: { scope: AuditScope; counts: AuditCounts; gaps: readonly Gap[] },
): string {
  return [
    "Went through",
    ...table([
      ["top-ups", `${counts.topups}, of which open: ${counts.open}`],
      ["transactions at Reloadly", `${counts.transactions}, of which not ours: ${counts.foreign}`],
      ["events", String(counts.events)],
      ["POSTs in the provider's books", postsText(counts)],
      ["acknowledged references", String(counts.acknowledged)],
      ["asked for one by one", String(counts.looks)],
    ]),
    ...verdictText(verdict, { scope, counts, gaps }),
    ...gapsText(
      "NOT CHECKED, though it was asked for:",
      gaps.filter(({ wasAsked }) => wasAsked),
    ),
    ...gapsText(
      "Not judged:",
      gaps.filter(({ wasAsked }) => !wasAsked),
    ),
  ].join("\n");
}

function postsText({ posts, foreignPosts, unjudgedPosts }: AuditCounts): string {
  const others = [
    ...(foreignPosts > 0 ? [`and not ours: ${foreignPosts}`] : []),
    ...(unjudgedPosts > 0 ? [`and not judged: ${unjudgedPosts}`] : []),
  ];
  return [posts, ...others].join(", ");
}

function verdictText(
  verdict: Verdict,
  { scope: { sinceMs }, counts, gaps }: { scope: AuditScope; counts: AuditCounts; gaps: readonly Gap[] },
): string[] {
  switch (verdict) {
    case "violated":
      return ["VIOLATED: not every invariant holds."];
    case "not-checked":
      return [];
    case "holds": {
      if (counts.topups === 0 && counts.transactions === 0) return ["There was nothing to check."];
      const part = sinceMs === undefined ? "" : ` by what had not ended before ${new Date(sinceMs).toISOString()}`;
      return [`No violation of ${checkedWhole(gaps).join(", ")}${part}.`];
    }
  }
}

function gapsText(title: string, gaps: readonly Gap[]): string[] {
  return gaps.length === 0 ? [] : [title, ...table(gaps.map(({ invariants, what }) => [invariants.join(", "), what]))];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}
