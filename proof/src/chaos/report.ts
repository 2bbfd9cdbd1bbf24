/** The result of a run in words and figures. */
import type { ChaosResult } from "./run.js";
import { total } from "./shortfalls.js";

const VIOLATIONS_SHOWN = 30;

/** Several lines; the last is the verdict. */
export function formatResult(result: ChaosResult): string {
  const { effects, callers, events, verdict, shortfalls } = result;
  const { takeover, logs } = effects;
  const { midPost } = takeover;
  const lines = [
    `chaos run "${result.profile.name}", seed ${result.seed}, ${Math.round(result.seconds)} s in all`,
    "",
    `top-ups acknowledged     ${callers.acknowledged} (requests sent again for want of an answer: ${callers.repeated}; repeated on purpose: ${callers.again})`,
    `where they ended         ${listOf(Object.entries(result.finalStates))}`,
    `kills and faults         ${total(result.injected)}`,
    ...byTarget(result.injected).map((line) => `                         ${line}`),
    `stops that left a job    ${result.incompleteStops} (of the restarts above)`,
    `redeliveries             ${effects.redeliveries} (by the queue: ${logs.stalledJobs}; by the sweeper: ${logs.replacedAlarms})`,
    `leases that ran out      ${effects.expiredLeases}; moves refused as stale: ${effects.staleMoves}; late acceptances kept: ${logs.lateAnswers}`,
    `outcomes unknown         ${effects.unknowns}; found and adopted: ${effects.adopted}; not there after the quiet period and sent again: ${effects.sentAgain}`,
    `at the provider          ${effects.posts} POSTs, ${effects.executions} executions`,
    `events                   ${events.logged} in the log, told over HTTP in ${events.pages} pages (${events.failedReads} reads failed) and by webhook (${events.deliveredAgain} came again, ${events.toCome} are still to come)`,
    `takeover after kill -9   ${takeover.jobs} jobs not in mid-POST: p50 ${seconds(takeover.p50Ms)}, p99 ${seconds(takeover.p99Ms)}; never: ${takeover.neverTaken}`,
    `in mid-POST at a kill    ${midPost.total}: ${midPost.adopted} found at the provider and adopted, ${midPost.sentAgainAfterQuiet} not there and sent again after the quiet period, ${midPost.answeredMeanwhile} settled otherwise`,
    `errors in worker logs    ${listOf(Object.entries(logs.errors)) || "none"}`,
    `surefill verify          went through ${listOf(Object.entries(result.verified))}`,
    `in review                ${verdict.reviews.length}${verdict.reviews.map((it) => `\n                         ${it.reference}: ${it.because} ${it.code}`).join("")}`,
    "",
    ...verdict.violations
      .slice(0, VIOLATIONS_SHOWN)
      .map((it) => `VIOLATION ${it.invariant}  ${it.subject}  ${it.what}`),
    ...shortfalls.map((line) => `NOT PROVED  ${line}`),
    isGood(result)
      ? "verdict: 0 violations; nothing lost, nothing paid twice, every end as the provider has it"
      : `verdict: ${verdict.violations.length} violations, ${shortfalls.length} shortfalls; logs and state are kept in ${result.dir}`,
  ];
  return lines.join("\n");
}

/** Whether nothing was violated and enough was done to say so. */
export function isGood({ verdict, shortfalls }: ChaosResult): boolean {
  return verdict.violations.length === 0 && shortfalls.length === 0;
}

function byTarget(counts: ReadonlyMap<string, number>): string[] {
  const kinds = new Map<string, string[]>();
  for (const [name, count] of counts) {
    const [target = "", kind = ""] = name.split(" ");
    kinds.set(target, [...(kinds.get(target) ?? []), `${kind} ${count}`]);
  }
  return [...kinds].map(([target, list]) => `${target.padEnd(16)} ${list.sort().join(", ")}`).sort();
}

function listOf(entries: readonly (readonly [string, number])[]): string {
  return entries
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "none" : `${(ms / 1_000).toFixed(1)} s`;
}
