import { isCampaignEvent, isFinal, STATES, type TopupEvent } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import { checkEvents, eventMark, isOfMove, isTold, moveMark } from "../checks/check-events.js";
import { finding } from "../findings.js";
import type { AuditRun } from "./audit-run.js";
import { FILES_PER_PAGE } from "./ledger-pass.js";

const EVENTS_PER_PAGE = 500;
const LOG_START = "0-0";
/** Top-ups whose events are compared one by one; they are held in memory together. */
const COMPARED_MAX = 10_000;

/** S8 over the whole log: every event is of a move, and every move that must be told has been, once. */
export async function passEvents(run: AuditRun): Promise<void> {
  for await (const events of pages(run)) {
    run.counts.events += events.length;
    const ofMoves = events.filter((event) => isOfMove(event) && run.isTellable(event.atMs));
    const references = [...new Set(ofMoves.map(({ reference }) => reference))];
    const files = new Map((await run.parts.ledger.files(references)).map((file) => [file.record.reference, file]));
    for (const event of ofMoves) await count(run, event, files.get(event.reference));
    await run.rest();
  }
  if (!run.moves.isEven) await compareOddOnes(run);
}

/** An event of a move that is not in the history leaves something over, and is looked at with what is missing. */
async function count(run: AuditRun, event: TopupEvent, file: TopupFile | undefined): Promise<void> {
  if (file === undefined) {
    const detail = `The log tells of it at ${new Date(event.atMs).toISOString()} (event ${event.id}).`;
    await run.tell([finding("acknowledged-but-missing", event.reference, detail)]);
    return;
  }
  const mark = eventMark(event);
  const isOfIts = file.history.some((entry) => moveMark(event.reference, entry) === mark);
  // What a history has dropped, or a tombstone forgotten, was not counted either.
  if (isOfIts || (file.isHistoryWhole && !file.isTombstone)) run.moves.take(mark);
}

/** Something is missing, or told twice: finds the few top-ups that it can be, and compares them whole. */
async function compareOddOnes(run: AuditRun): Promise<void> {
  const odd = new Map<string, TopupEvent[]>();
  const note = (reference: string) => {
    if (odd.has(reference)) return;
    if (odd.size < COMPARED_MAX) odd.set(reference, []);
    else run.counts.unresolved += 1;
  };
  await findInLedger(run, note);
  for await (const events of pages(run)) {
    for (const event of events) {
      if (isOfMove(event) && run.isTellable(event.atMs) && run.moves.isOdd(eventMark(event))) note(event.reference);
    }
  }
  for await (const events of pages(run)) {
    for (const event of events) odd.get(event.reference)?.push(event);
  }
  const references = [...odd.keys()];
  const window = { fromMs: Math.max(run.fromMs, run.tellableFromMs), untilMs: run.startMs - 1 };
  for (let start = 0; start < references.length; start += FILES_PER_PAGE) {
    const files = await run.parts.ledger.files(references.slice(start, start + FILES_PER_PAGE));
    for (const file of files) await run.tell(checkEvents(file, odd.get(file.record.reference) ?? [], window));
  }
}

async function findInLedger(run: AuditRun, note: (reference: string) => void): Promise<void> {
  const { ledger } = run.parts;
  for (const state of STATES) {
    const sinceMs = isFinal(state) ? run.fromMs : 0;
    for await (const page of ledger.statePages(state, { sinceMs, limit: FILES_PER_PAGE })) {
      for (const { record, history } of await ledger.files(page.map(({ reference }) => reference))) {
        const told = history.filter((entry) => isTold(entry) && run.isTellable(entry.atMs));
        if (told.some((entry) => run.moves.isOdd(moveMark(record.reference, entry)))) note(record.reference);
      }
      await run.rest();
    }
  }
}

async function* pages(run: AuditRun): AsyncGenerator<TopupEvent[]> {
  let cursor = LOG_START;
  for (;;) {
    const events = await run.parts.readEvents(cursor, EVENTS_PER_PAGE);
    const last = events.at(-1);
    if (last === undefined) return;
    yield events.filter((event) => !isCampaignEvent(event));
    cursor = last.id;
  }
}
