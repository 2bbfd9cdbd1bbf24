import {
  type HistoryEntry,
  isFinal,
  type TopupEvent,
  type TopupEventType,
  type TopupRecord,
  type TopupState,
} from "@surefill/topup";
import type { MemoryLedger } from "../memory-ledger/memory-ledger.js";

const EVENT_OF_STATE: Partial<Record<TopupState, TopupEventType>> = {
  succeeded: "topup.succeeded",
  refunded: "topup.refunded",
  failed: "topup.failed",
  rejected: "topup.rejected",
  cancelled: "topup.cancelled",
  review: "topup.review",
  held: "topup.held",
};

/** What is wrong with a top-up's history, events and indexes, in words. */
export function checkStory(record: TopupRecord, history: readonly HistoryEntry[], ledger: MemoryLedger): string[] {
  const { reference } = record;
  const events = ledger.events().filter((event) => event.reference === reference);
  return [...againstChain(record, history), ...againstEvents(history, events), ...againstIndexes(record, ledger)].map(
    (what) => `${reference}: ${what}`,
  );
}

function againstChain({ state }: TopupRecord, history: readonly HistoryEntry[]): string[] {
  const gaps = history.slice(1).filter(({ from }, index) => from !== history[index]?.to);
  const wrong = gaps.map(({ from, to }) => `a move from ${from} to ${to} follows from nowhere`);
  if ((history.at(-1)?.to ?? "queued") !== state) wrong.push(`the last move does not lead to ${state}`);
  return wrong;
}

/** One event for each move that tells one, in order, and none besides; contradictions apart, which move nothing. */
function againstEvents(history: readonly HistoryEntry[], events: readonly TopupEvent[]): string[] {
  const expected = history.flatMap(({ to, attempt, atMs }) => {
    const type = EVENT_OF_STATE[to];
    return type === undefined ? [] : [`${type} of attempt ${attempt} at ${atMs}`];
  });
  const told = events
    .filter(({ type }) => type !== "topup.contradicted")
    .map(({ type, attempt, atMs }) => `${type} of attempt ${attempt} at ${atMs}`);
  const wrong: string[] = [];
  for (let index = 0; index < Math.max(expected.length, told.length); index += 1) {
    if (expected[index] !== told[index]) {
      wrong.push(`event ${index + 1} should be "${expected[index]}" and is "${told[index]}"`);
      break;
    }
  }
  const versions = events.map(({ version }) => version);
  if (new Set(versions).size < versions.length) wrong.push("two events have one version");
  return wrong;
}

function againstIndexes({ reference, state, dueAtMs }: TopupRecord, { indexes, gates }: MemoryLedger): string[] {
  const listed = [...indexes.states].filter(([, rows]) => rows.has(reference)).map(([name]) => name);
  const wrong: string[] = [];
  if (listed.join() !== state) wrong.push(`listed under ${listed.join(" and ")}, and is ${state}`);
  const isOpen = !isFinal(state) && state !== "review";
  if ((indexes.due.get(reference) !== undefined) !== isOpen)
    wrong.push(isOpen ? "open without an alarm" : "closed with an alarm");
  if (indexes.due.get(reference) !== dueAtMs) wrong.push("the alarm and its index differ");
  const parked = Object.entries(gates.parked()).filter(([, rows]) => rows.includes(reference));
  if (state !== "held" && parked.length > 0) wrong.push(`${state}, and parked at ${parked[0]?.[0]}`);
  return wrong;
}
