import type { Taken } from "./retrace.js";
import type { StepKind } from "./step.js";
import type { Decision, World } from "./world.js";

const WORKERS = ["Worker A", "Worker B"];

/** Says what happens in a step, in a sentence or two. */
export function narrate(step: Taken): string {
  return SENTENCES[step.kind](step);
}

const SENTENCES: Readonly<Record<StepKind, (step: Taken) => string>> = {
  claim: (step) =>
    `${worker(step)} claims attempt ${step.after.record.attempt}: the ledger says submitting, fence ${step.after.record.fence}.`,
  "claim-finds-gate": (step) => `${worker(step)} wants to claim and finds a gate closed: the ledger says held.`,
  "claim-finds-answer": (step) =>
    `${worker(step)} wants to claim and is told that an earlier POST was accepted as transaction ${brings(step)}.`,
  "claim-finds-contradiction": (step) =>
    `${worker(step)} wants to claim and is told that evidence contradicts the record.`,
  "send-unclaimed": (step) => `${worker(step)} sends attempt ${step.before.record.attempt} without a claim.`,
  journal: (step) => `${worker(step)} writes what it is about to send into its journal.`,
  send: (step) => `${worker(step)} sends the POST of attempt ${sender(step).attempt} (fence ${sender(step).fence}).`,
  "too-late-to-send": (step) => `${worker(step)} wakes up, finds its claim too old, and does not send.`,
  "give-up-waiting": (step) =>
    `${worker(step)} waits no longer for its answer${leadsTo(step.after.workers[index(step)].decision)}.`,
  "lease-runs-out": (step) =>
    `The lease of fence ${step.before.record.fence} is over: ${worker(step)} moves the top-up to unknown.`,
  "look-up": (step) => {
    const { decision, transaction } = step.after.workers[index(step)];
    const seen = transaction > 0 ? `finds ${transactionIn(step.before, transaction)}` : "finds nothing to take over";
    return `${worker(step)} looks attempt ${step.before.record.attempt} up in the report and ${seen}${leadsTo(decision)}.`;
  },
  "early-look-up": (step) =>
    `${worker(step)} looks attempt ${step.before.record.attempt} up while its lease runs and finds ${transactionIn(step.before, step.after.workers[index(step)].transaction)}.`,
  poll: (step) => `${worker(step)} asks for the status and hears ${statusOfRecord(step)}.`,
  "poll-unreadable": (step) =>
    `${worker(step)} asks for the status, gets an answer that it cannot read, and takes it for FAILED.`,
  "poll-names-another": (step) =>
    `${worker(step)} asks for the status of transaction ${step.before.record.transaction} and hears that it is another top-up's: it is given up.`,
  "poll-tells-no-top-up": (step) =>
    `${worker(step)} asks for the status and hears FAILED, which does not tell whose transaction it is.`,
  "look-back": (step) =>
    `${worker(step)} looks the earlier attempts up before it sends attempt ${step.before.record.attempt}, and finds one that is or may be paid.`,
  "patience-ends": (step) => `${worker(step)} hears PROCESSING for longer than anybody should wait.`,
  "ask-after-hold": (step) => {
    const { decision } = step.after.workers[index(step)];
    return `The hold is over for ${worker(step)}, while the provider says ${statusOfRecord(step)}${leadsTo(decision)}.`;
  },
  write: (step) =>
    `${worker(step)} writes its move: ${step.before.record.state} becomes ${step.after.record.state}${ofAttempt(step)}.`,
  "write-refused": (step) =>
    `${worker(step)} wants to move ${sender(step).from} under fence ${sender(step).fence} and is refused: the ledger says ${step.before.record.state}, fence ${step.before.record.fence}.`,
  "keep-answer": (step) => `${worker(step)} adds transaction ${sender(step).transaction} to the evidence.`,
  "drop-answer": (step) => `${worker(step)} throws the answer with transaction ${sender(step).transaction} away.`,
  tell: (step) => `${worker(step)} writes the event.`,
  kill: (step) => `${worker(step)} is killed.`,
  "deadline-passes": (step) => `The send deadline of claim ${step.actor + 1} passes, and nothing was sent for it.`,
  "request-lost": (step) => `The network loses the ${post(step)}.`,
  "duplicate-refused": (step) => `The provider refuses the ${post(step)}: the identifier is used.`,
  "duplicate-check-passed": (step) =>
    `The ${post(step)} reaches the provider, which knows no transaction of that identifier.`,
  "refuse-for-good": (step) => `The provider refuses the ${post(step)} for good.`,
  "refuse-for-now": (step) => `The provider refuses the ${post(step)} for a reason that passes.`,
  "refuse-yet-execute": (step) => `The provider refuses the ${post(step)}, and books it all the same.`,
  "break-before-booking": (step) => `The provider answers the ${post(step)} with a 5xx, and books nothing.`,
  book: (step) =>
    `The provider books the ${post(step)} as transaction ${step.after.transactions.length}${heard(step)}.`,
  "book-and-break": (step) =>
    `The provider books the ${post(step)} as transaction ${step.after.transactions.length}, and answers with a 5xx.`,
  "exchange-answers": (step) =>
    `The provider books the ${post(step)} as transaction ${step.after.transactions.length - 1}, and answers with transaction ${step.after.transactions.length} of another top-up.`,
  "turn-successful": (step) => `Transaction ${step.actor + 1} becomes SUCCESSFUL at the provider.`,
  "turn-refunded": (step) => `Transaction ${step.actor + 1} becomes REFUNDED at the provider.`,
  "turn-failed": (step) => `Transaction ${step.actor + 1} becomes FAILED at the provider.`,
  "take-failed-back": (step) => `The provider takes FAILED back: transaction ${step.actor + 1} is PROCESSING again.`,
  "failed-turns-successful": (step) =>
    `The provider takes FAILED back within half an hour: transaction ${step.actor + 1} is SUCCESSFUL.`,
  "half-an-hour-passes": (step) => `Half an hour passes since transaction ${step.actor + 1} failed.`,
  "failed-turns-successful-late": (step) =>
    `The provider takes FAILED back after all that time: transaction ${step.actor + 1} is SUCCESSFUL.`,
  list: (step) => `The report begins to show transaction ${step.actor + 1}.`,
  withdraw: (step) => `The caller withdraws the top-up: ${step.before.record.state} becomes cancelled.`,
  "verdict-succeeded": () => "A person decides that it succeeded.",
  "verdict-refunded": () => "A person decides that it was refunded.",
  "verdict-failed": () => "A person decides that it failed.",
  "verdict-send-again": (step) => `A person has attempt ${step.after.record.attempt} sent again.`,
  "verdict-new-attempt": (step) => `A person has a new attempt sent, attempt ${step.after.record.attempt}.`,
  "copy-falls-behind": () => "From here on, what Redis has on disk falls behind.",
  "lose-data": (step) =>
    step.before.redis.older === undefined
      ? "Redis loses all data."
      : `Redis comes back with the older copy: ${step.after.record.state}, fence ${step.after.record.fence}.`,
  rebuild: (step) =>
    step.after.record.state === "missing"
      ? "The ledger is rebuilt, and nothing is known of the top-up."
      : `The ledger is rebuilt, with the top-up as ${step.after.record.state}.`,
  "order-again": () => "The caller sends the same reference again, and it is accepted as new.",
};

const LEADS_TO: Readonly<Partial<Record<Decision, string>>> = {
  unknown: "takes it for unknown",
  "identifier-used": "takes it for unknown",
  "not-sent": "takes it for not sent",
  refused: "takes it for refused",
  "next-attempt": "decides on the next attempt",
  "no-attempts-left": "decides that it failed",
  "send-again": "decides to send the same attempt again",
  review: "decides to ask a person",
};

function leadsTo(decision: Decision): string {
  const reading = LEADS_TO[decision];
  return reading === undefined ? "" : `, and ${reading}`;
}

const index = ({ actor }: Taken): 0 | 1 => (actor === 0 ? 0 : 1);
const worker = (step: Taken): string => WORKERS[step.actor] ?? "";
const sender = (step: Taken) => step.before.workers[index(step)];
const brings = (step: Taken): number => step.after.workers[index(step)].transaction;
const post = ({ actor, before }: Taken): string =>
  `POST of claim ${actor + 1}, attempt ${before.posts[actor]?.attempt}`;

function ofAttempt({ before, after }: Taken): string {
  return before.record.attempt === after.record.attempt ? "" : `, attempt ${after.record.attempt}`;
}

function transactionIn({ transactions }: World, transaction: number): string {
  return `transaction ${transaction}, ${wordOf(transactions[transaction - 1]?.status ?? "PROCESSING")}`;
}

function statusOfRecord({ before }: Taken): string {
  return wordOf(before.transactions[before.record.transaction - 1]?.status ?? "PROCESSING");
}

function wordOf(status: World["transactions"][number]["status"]): string {
  return status === "FAILED_FOR_GOOD" ? "FAILED" : status;
}

function heard({ before, actor }: Taken): string {
  const waiting = before.workers.findIndex(({ doing, claim }) => doing === "waiting" && claim === actor + 1);
  return waiting < 0 ? ", and nobody waits for its answer" : `, and ${WORKERS[waiting]} has the answer`;
}
