/** What the faults of a run really did, from the ledger's histories, the workers' logs and the watch on kills. */
import type { HistoryEntry } from "@surefill/topup";
import type { Evidence } from "./evidence.js";
import { type HeldJob, percentile } from "./takeover.js";
import type { LogFacts } from "./worker-logs.js";

export type Effects = {
  /** Jobs that a second worker was given: by the queue, and by the sweeper. */
  redeliveries: number;
  logs: LogFacts;
  /** Moves that came too late and were refused by the fence. */
  staleMoves: number;
  /** Claims whose worker was lost before it wrote down what came of its POST. */
  expiredLeases: number;
  /** How often an outcome became unknown. */
  unknowns: number;
  /** Unknown outcomes that were found in the report and adopted. */
  adopted: number;
  /** Unknown outcomes that were not there after the quiet period and were sent again. */
  sentAgain: number;
  /** Requests that the provider received, and executed. */
  posts: number;
  executions: number;
  takeover: TakeoverFigures;
};

export type TakeoverFigures = {
  /** Jobs not in mid-POST, with the time until another worker had them; undefined without any. */
  jobs: number;
  p50Ms: number | undefined;
  p99Ms: number | undefined;
  /** Never taken over while somebody watched. */
  neverTaken: number;
  /** Top-ups that were in mid-POST at a kill, by what became of them. */
  midPost: { total: number; adopted: number; sentAgainAfterQuiet: number; answeredMeanwhile: number };
};

/** Puts the figures together. */
export function measureEffects(
  evidence: Evidence,
  seen: { logs: LogFacts; staleMoves: number; held: readonly HeldJob[] },
): Effects {
  const { logs, staleMoves, held } = seen;
  const entries = [...evidence.histories.values()].flat();
  const count = (is: (entry: HistoryEntry) => boolean) => entries.filter(is).length;
  return {
    redeliveries: logs.stalledJobs + logs.replacedAlarms,
    logs,
    staleMoves,
    expiredLeases: count(({ because }) => because === "lease-expired"),
    unknowns: count(({ from, to }) => from !== "unknown" && to === "unknown"),
    adopted: count(({ because }) => because === "found-in-report"),
    sentAgain: count(({ because }) => because === "not-found-after-quiet-period"),
    posts: evidence.books.totals.posts,
    executions: evidence.books.totals.executions,
    takeover: measureTakeovers(evidence, held),
  };
}

function measureTakeovers({ histories }: Evidence, held: readonly HeldJob[]): TakeoverFigures {
  const left = held.filter((job) => job.isFinishedByTheDead === undefined);
  const inPost = left.filter(({ queue, state }) => queue === "submit" && state === "submitting");
  const others = left.filter((job) => !inPost.includes(job));
  const times = others.map((job) => job.takenOverAfterMs).filter((ms) => ms !== undefined);
  const becauses = inPost.map(({ reference }) => new Set(histories.get(reference)?.map(({ because }) => because)));
  const adopted = becauses.filter((because) => because.has("found-in-report")).length;
  const sentAgain = becauses.filter(
    (because) => !because.has("found-in-report") && because.has("not-found-after-quiet-period"),
  ).length;
  return {
    jobs: others.length,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    neverTaken: others.length - times.length,
    midPost: {
      total: inPost.length,
      adopted,
      sentAgainAfterQuiet: sentAgain,
      answeredMeanwhile: inPost.length - adopted - sentAgain,
    },
  };
}
