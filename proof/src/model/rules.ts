/**
 * What the protocol does to be safe, one by one, so that each can be taken away and its worth be seen. The sentences
 * are printed over a counterexample: they say what is done instead.
 */
export const SAFEGUARDS = {
  "claim before the POST": "A worker sends first and writes into the ledger afterwards.",
  "lease before anybody else acts":
    "A worker that finds a claimed top-up sends it again, as a queue that delivers a job twice would.",
  fence: "A move is written without a look at the fence.",
  "state compared by the move": "A move is written whatever state the top-up has come to meanwhile.",
  "send deadline": "A claim may be sent however old it is.",
  "unknown after a 5xx": "A 5xx answer to a POST is taken for a refusal.",
  "look-up before a second POST": "After an outcome that nobody knows the same attempt is sent again at once.",
  "same identifier after an unknown outcome":
    "After an outcome that nobody knows the next attempt is sent at once, with a new identifier.",
  "quiet period": "An empty report is believed at once.",
  "absence fails nothing": "What the report does not show is taken for failed.",
  "absence begins no new attempt": "What the report does not show is sent again with a new identifier.",
  "used identifier is no refusal": "CUSTOM_IDENTIFIER_ALREADY_USED is taken for a refusal.",
  "derived identifier": "Every POST gets an identifier of its own, made when it is sent.",
  "hold after FAILED": "FAILED is asked about again at once, and not after half an hour.",
  "second question after the hold": "When the hold is over the next attempt is sent without asking again.",
  "answers name their top-up": "A status is believed without a look at whose transaction it is about.",
  "unreadable status ends nothing": "A status that cannot be read is taken for FAILED.",
  "event in the move": "The event is written after the move, by a script of its own.",
  "wake-up in the move": "A move to unknown sets no time by which somebody must look.",
  "late answers kept": "The answer of a worker whose claim is over is thrown away.",
  "late answers block a claim": "A top-up may be claimed although an answer to an earlier POST has come in.",
  "verdict waits for the hold":
    "A person may send a new attempt, or call the top-up failed, while FAILED is younger than half an hour.",
  "verdict minds a used identifier":
    "A person may have the top-up sent again, or call it failed, although its identifier is used and nothing is shown of it.",
  "verdict keeps the identifier":
    "What a person has sent again gets a new identifier, although nothing is shown of the last attempt.",
  "loss of data noticed": "Scripts run on whatever Redis holds.",
  "intent journal": "A rebuilt ledger knows only what the provider's report shows.",
  "decision journal": "A rebuild knows nothing of withdrawals and verdicts.",
  "rebuild after the send deadline": "A ledger is rebuilt at once, while a granted claim may still be sent.",
  "fences above every former one": "Claims on a rebuilt ledger get fences that were given out before.",
} as const;
export type Safeguard = keyof typeof SAFEGUARDS;

/** What the protocol relies on and cannot bring about; docs/assumptions.md has the whole of it. */
export const ASSUMPTIONS = {
  A1: "A request with an identifier that was used is executed all the same.",
  A3: "A request may be executed after the quiet period.",
  A5: "The report may show a transaction only after the quiet period.",
  "A5 in part": "The report may never show a transaction whose answer came after the lease.",
  A6: "A request that was refused may have been executed.",
  A9: "FAILED may turn into SUCCESSFUL after the hold.",
} as const;
export type Assumption = keyof typeof ASSUMPTIONS;

/** What people do through the API: a caller withdraws the top-up, and whoever looks at a review gives a verdict. */
export const PEOPLE = ["withdraw", "call it succeeded", "call it refunded", "call it failed", "have it sent"] as const;
export type PersonDoes = (typeof PEOPLE)[number];

/** What is explored: how much of everything, and what can happen besides. */
export type Bounds = {
  /** Claims that can be granted, and so POSTs that can be sent. */
  claimsMax: number;
  attemptsMax: number;
  /** How often an attempt may become unknown before a person decides. */
  roundsMax: number;
  /** The report shows a transaction only some time after it was booked. */
  reportLags: boolean;
  /** What people do besides. */
  people: readonly PersonDoes[];
  /** Redis may lose data, once. */
  redisLosesData: boolean;
  /** A POST may be answered, once, with the transaction of another top-up. */
  answersExchanged: boolean;
};

/** The rules of one exploration: true where a safeguard is in place, and where an assumption holds. */
export type Rules = Bounds & {
  keeps: Readonly<Record<Safeguard, boolean>>;
  holds: Readonly<Record<Assumption, boolean>>;
};

/** The protocol as built, within bounds, without some of its safeguards and with some of its assumptions broken. */
export function rulesFor(
  bounds: Bounds,
  { without = [], broken = [] }: { without?: readonly Safeguard[]; broken?: readonly Assumption[] } = {},
): Rules {
  return {
    ...bounds,
    keeps: allBut(Object.keys(SAFEGUARDS) as Safeguard[], without),
    holds: allBut(Object.keys(ASSUMPTIONS) as Assumption[], broken),
  };
}

function allBut<Name extends string>(names: readonly Name[], missing: readonly Name[]): Record<Name, boolean> {
  return Object.fromEntries(names.map((name) => [name, !missing.includes(name)])) as Record<Name, boolean>;
}
