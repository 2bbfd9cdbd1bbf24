import { type Assumption, type Bounds, PEOPLE, SAFEGUARDS, type Safeguard } from "./rules.js";
import type { Violation } from "./safety.js";

/** Two workers, three POSTs, two attempts: what every run of the tests explores. */
export const SMALL: Bounds = {
  claimsMax: 3,
  attemptsMax: 2,
  roundsMax: 3,
  reportLags: true,
  people: PEOPLE,
  redisLosesData: false,
  answersExchanged: false,
};

/** The same without withdrawals and verdicts: counterexamples then end in a second payment. */
export const WITHOUT_PEOPLE: Bounds = { ...SMALL, people: [] };

/** One attempt is enough to see what a broken assumption leads to. */
export const ONE_ATTEMPT: Bounds = { ...WITHOUT_PEOPLE, attemptsMax: 1 };

/** Verdicts on a top-up whose second POST was refused, since its identifier is used; nobody withdraws it. */
const USED_IDENTIFIER: Bounds = { ...SMALL, claimsMax: 2, people: PEOPLE.filter((does) => does !== "withdraw") };

/** Whatever has an unknown outcome once comes to a person, who has it sent again and decides nothing else. */
const SENT_BY_PEOPLE: Bounds = { ...SMALL, claimsMax: 2, roundsMax: 1, people: ["have it sent"] };

/** Redis loses data at any moment, and comes back empty or with any older copy. */
export const WITH_LOSS: Bounds = {
  ...SMALL,
  claimsMax: 2,
  attemptsMax: 1,
  reportLags: false,
  redisLosesData: true,
};

/** A POST is answered with the transaction of another top-up, at any moment. */
export const WITH_EXCHANGE: Bounds = { ...WITHOUT_PEOPLE, claimsMax: 2, reportLags: false, answersExchanged: true };

/** What a safeguard prevents; `dead end`: a top-up that nothing brings to its end any more. */
export type Harm = Violation | "dead end";

/**
 * How the worth of a safeguard is seen: within these bounds, and with these assumptions broken, nothing goes wrong
 * while it is in place, and this does without it. A safeguard that needs a broken assumption is a second line: it
 * stands behind that one.
 */
export type Demonstration = { bounds: Bounds; broken: readonly Assumption[]; harm: Harm };

const firstLine = (harm: Harm): Demonstration => ({ bounds: WITHOUT_PEOPLE, broken: [], harm });
const secondLine = (harm: Harm, broken: readonly Assumption[]): Demonstration => ({
  bounds: ONE_ATTEMPT,
  broken,
  harm,
});
const underLoss: Demonstration = { bounds: WITH_LOSS, broken: [], harm: "failure while paid" };

/** One demonstration for each safeguard. */
export const DEMONSTRATIONS: Readonly<Record<Safeguard, Demonstration>> = {
  "claim before the POST": firstLine("two live"),
  "lease before anybody else acts": firstLine("two live"),
  fence: firstLine("failure while paid"),
  "state compared by the move": firstLine("told twice"),
  "send deadline": firstLine("two live"),
  "unknown after a 5xx": firstLine("failure while paid"),
  "look-up before a second POST": firstLine("two live"),
  "same identifier after an unknown outcome": firstLine("two live"),
  "quiet period": firstLine("two live"),
  "absence fails nothing": firstLine("failure while paid"),
  "absence begins no new attempt": firstLine("two live"),
  "hold after FAILED": firstLine("two live"),
  "second question after the hold": firstLine("two live"),
  "answers name their top-up": { bounds: WITH_EXCHANGE, broken: [], harm: "success without payment" },
  "unreadable status ends nothing": firstLine("two live"),
  "event in the move": firstLine("final without its event"),
  "wake-up in the move": firstLine("dead end"),
  "verdict waits for the hold": { ...firstLine("failure while paid"), bounds: SMALL },
  // Behind the quiet period: where the report lags longer than that, a second POST may meet the first.
  "used identifier is no refusal": secondLine("failure while paid", ["A5"]),
  "derived identifier": secondLine("two live", ["A5"]),
  "verdict minds a used identifier": { ...secondLine("failure while paid", ["A5"]), bounds: USED_IDENTIFIER },
  "verdict keeps the identifier": { ...secondLine("two live", ["A5"]), bounds: SENT_BY_PEOPLE },
  // Behind the provider's own check for duplicates, for a transaction that its report leaves out.
  "late answers kept": secondLine("two live", ["A1", "A5 in part"]),
  "late answers block a claim": secondLine("two live", ["A1", "A5 in part"]),
  "loss of data noticed": underLoss,
  "intent journal": underLoss,
  "decision journal": { bounds: WITH_LOSS, broken: [], harm: "paid though ended" },
  "rebuild after the send deadline": underLoss,
  "fences above every former one": underLoss,
};

/** Every safeguard, in the order in which they are shown. */
export const SAFEGUARD_NAMES = Object.keys(SAFEGUARDS) as Safeguard[];

/**
 * What comes of a broken assumption first while every safeguard is in place: in one attempt that nobody meddles with,
 * and in two with people. `nothing`: another assumption, or a safeguard, stands behind it. What a violation here means
 * is that only the audit would notice.
 */
export const OUTCOME_WITHOUT: Readonly<Record<Assumption, Outcome>> = {
  A1: { byItself: "nothing", withPeople: "nothing" },
  A3: { byItself: "two live", withPeople: "failure while paid" },
  A5: { byItself: "nothing", withPeople: "failure while paid" },
  "A5 in part": { byItself: "nothing", withPeople: "nothing" },
  A6: { byItself: "failure while paid", withPeople: "failure while paid" },
  A9: { byItself: "failure while paid", withPeople: "failure while paid" },
};

/** What a broken assumption leads to within `ONE_ATTEMPT`, and within `SMALL`. */
type Outcome = Record<"byItself" | "withPeople", Violation | "nothing">;
