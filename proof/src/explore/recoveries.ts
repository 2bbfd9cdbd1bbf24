import { isFinal } from "@surefill/topup";
import type { Seam } from "./seams.js";
import type { FaultKind } from "./simulation/faults.js";
import type { RunResult } from "./simulation/run.js";
import type { Step } from "./simulation/trace.js";

const of = (...kinds: FaultKind[]): ReadonlySet<FaultKind | undefined> => new Set(kinds);
/** Whoever was at it is told that it failed, or lives no longer: for a row in which either comes to the same. */
const BEFORE = of("die-before", "fail-before");
const AFTER = of("die-after", "fail-after");
const STALL_BEFORE = of("stall-before", "long-stall-before", "suspend-before");
const STALL_AFTER = of("stall-after", "long-stall-after", "suspend-after");

/** What a run must show besides its good end, for what brought the top-up on to be what the row says. */
type Fact = (result: RunResult, struck: Step) => boolean;

/** A row of the table: what brings the top-up on, and whether a run whose fault struck this step shows it. */
type Row = { what: string; isIn: (struck: Step, result: RunResult) => boolean };

/** The run had this fault at this seam, went on, and every top-up came to an end that nobody has to mend. */
function recovered(
  wanted: { seam: Seam; faults: ReadonlySet<FaultKind | undefined>; about?: RegExp; state?: RegExp },
  more: Fact = () => true,
): Row["isIn"] {
  return (struck, result) =>
    struck.seam === wanted.seam &&
    wanted.faults.has(struck.fault) &&
    (wanted.about?.test(struck.about) ?? true) &&
    (wanted.state?.test(struck.place) ?? true) &&
    hasEnded(result) &&
    more(result, struck);
}

function hasEnded({ records, violations }: RunResult): boolean {
  return violations.length === 0 && records.length > 0 && records.every(({ state }) => isFinal(state));
}

const has =
  (fact: string): Fact =>
  ({ facts }) =>
    (facts.get(fact) ?? 0) > 0;
const wasFound: Fact = ({ reasons }) => reasons.has("found-in-report");
const wasSentAgain: Fact = ({ reasons }) => reasons.has("not-found-after-quiet-period");
const wasUnknown: Fact = ({ moves }) => moves.has("submitting -> unknown");
/** Another process made a call at this seam afterwards, about the same thing. */
const anotherDid =
  (seam: Seam): Fact =>
  ({ steps }, struck) =>
    steps.some(
      (step) =>
        step.number > struck.number &&
        step.seam === seam &&
        step.process !== struck.process &&
        step.about === struck.about,
    );

/** Every row of the table of crash points, with how a run is known that met it and recovered. */
export const RECOVERIES = {
  "before the top-up is stored": {
    what: "the caller asks again with its reference",
    isIn: recovered({ seam: "ledger.accept", faults: BEFORE }),
  },
  "stored, and nobody was told": {
    what: "the same reference finds the record",
    isIn: recovered({ seam: "ledger.accept", faults: AFTER }),
  },
  "stored, and no job was added": {
    what: "the sweeper rings for it",
    isIn: recovered({ seam: "queue.ring", faults: BEFORE, about: /^submit-/, state: /queued/ }, has("alarm replaced")),
  },
  "a job taken, and nothing claimed": {
    what: "the next worker claims it",
    isIn: recovered({ seam: "ledger.claim", faults: of("die-before") }, anotherDid("ledger.claim")),
  },
  "claimed, and the claimer is gone before it knows": {
    what: "the lease runs out, nothing is found, the same identifier is sent",
    isIn: recovered({ seam: "ledger.claim", faults: of("die-after") }, wasSentAgain),
  },
  "claimed and written down, and no byte has left": {
    what: "the lease runs out, nothing is found, the same identifier is sent",
    isIn: recovered({ seam: "provider.post", faults: of("die-before") }, wasSentAgain),
  },
  "sent and executed, and nobody hears the answer": {
    what: "the report shows it, from 15 s after the claim on",
    isIn: recovered({ seam: "provider.post", faults: of("die-after") }, wasFound),
  },
  "sent and not executed, and nobody hears the answer": {
    what: "the lease runs out, nothing is found after the quiet period, the same identifier is sent",
    isIn: recovered({ seam: "provider.post", faults: of("die-after") }, wasSentAgain),
  },
  "answered, and the answer is not written down": {
    what: "the report shows it, from 15 s after the claim on",
    isIn: recovered({ seam: "ledger.move", faults: of("die-before"), about: /submitting -> processing/ }, wasFound),
  },
  "answered while Redis is away for longer than the lease": {
    what: "the answer is lost, and the report shows it",
    isIn: recovered({ seam: "ledger.move", faults: of("outage"), about: /submitting -> processing/ }, wasFound),
  },
  "written down, and the alarm is not set": {
    what: "the sweeper rings for it",
    isIn: recovered(
      { seam: "ledger.move", faults: of("die-after"), about: /submitting -> processing/ },
      has("alarm replaced"),
    ),
  },
  "a poll dies": {
    what: "it is polled again",
    isIn: recovered({ seam: "provider.status", faults: of("die-before", "die-after") }, anotherDid("provider.status")),
  },
  "a look-up dies": {
    what: "it is looked up again",
    isIn: recovered({ seam: "provider.report", faults: of("die-before", "die-after") }, anotherDid("provider.report")),
  },
  "the provider's last word is heard and not written down": {
    what: "it is asked again, and says the same",
    isIn: recovered({ seam: "ledger.move", faults: BEFORE, about: /processing -> (succeeded|refunded)/ }),
  },
  "the last word is written down, and the reply is lost": {
    what: "the second look finds it final",
    isIn: recovered({ seam: "ledger.move", faults: AFTER, about: /processing -> (succeeded|refunded)/ }),
  },
  "the process dies in a hold on FAILED": {
    what: "the hold ends on its own job, or by the sweeper",
    isIn: recovered({ seam: "ledger.move", faults: of("die-after"), about: /processing -> held, status-failed/ }),
  },
  "a zombie wakes up with a claim it has not sent": {
    what: "the send deadline refuses it",
    isIn: recovered({ seam: "provider.post", faults: STALL_BEFORE }, has("claim too old to be sent")),
  },
  "a zombie wakes up with an answer": {
    what: "the answer is kept as evidence and moves nothing",
    isIn: recovered({ seam: "provider.post", faults: STALL_AFTER }, has("transactionId kept as evidence")),
  },
  "a zombie wakes up in the middle of a claim": {
    what: "its claim is granted late, and too old to be sent",
    isIn: recovered({ seam: "ledger.claim", faults: STALL_AFTER }, has("claim too old to be sent")),
  },
  "every job is gone": {
    what: "the sweeper rings from the ledger alone",
    isIn: (struck, result) => struck.fault === "wipe" && hasEnded(result) && has("alarm replaced")(result, struck),
  },
  "every job comes twice": {
    what: "the second one finds nothing to do",
    isIn: ({ fault }, result) => fault === "double" && hasEnded(result),
  },
  "the journal takes nothing": {
    what: "nothing is sent, and it is claimed again later",
    isIn: recovered({ seam: "journal.append", faults: of("fail-before", "fail-after") }),
  },
  "told to stop in the middle of a POST": {
    what: "the outcome is unknown, and is looked up",
    isIn: recovered({ seam: "provider.post", faults: of("stop") }, wasUnknown),
  },
} as const satisfies Record<string, Row>;

export type Recovery = keyof typeof RECOVERIES;

export const RECOVERY_NAMES = Object.keys(RECOVERIES) as Recovery[]; // The keys of an object that nobody adds to.
