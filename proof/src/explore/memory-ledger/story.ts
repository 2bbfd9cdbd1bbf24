import type { Because, HistoryEntry, TopupEvent, TopupEventType, TopupRecord, TopupState } from "@surefill/topup";

/** History lines kept of one top-up. */
const HISTORY_ENTRIES_MAX = 60;

/** What a move tells of itself. Empty texts say nothing. */
export type Telling = {
  to: TopupState;
  atMs: number;
  because: Because;
  code?: string | undefined;
  latencyMs?: number | undefined;
  key?: string | undefined;
  by?: string | undefined;
  note?: string | undefined;
};

/** Histories and the event log of a ledger in memory. The log is never trimmed here. */
export class MemoryStory {
  readonly #histories = new Map<string, HistoryEntry[]>();
  readonly #events: TopupEvent[] = [];

  history(reference: string): HistoryEntry[] {
    return [...(this.#histories.get(reference) ?? [])];
  }

  events(): readonly TopupEvent[] {
    return this.#events;
  }

  forgetHistory(reference: string): void {
    this.#histories.delete(reference);
  }

  /** Adds the line of a move; a move of a state to itself has none. */
  note(record: TopupRecord, { to, atMs, because, code, latencyMs, key, by, note }: Telling): void {
    if (record.state === to) return;
    const lines = this.#histories.get(record.reference) ?? [];
    lines.push({
      atMs,
      from: record.state,
      to,
      attempt: record.attempt,
      because,
      ...(code && { code: code.replaceAll("|", "/") }),
      ...(latencyMs !== undefined && { latencyMs }),
      ...(key && { key: key.replaceAll("|", "/") }),
      ...(by !== undefined && { by: by.replaceAll("|", "/"), note: note ?? "" }),
    });
    this.#histories.set(record.reference, lines.slice(-HISTORY_ENTRIES_MAX));
  }

  /** Adds an event. */
  tell(
    record: TopupRecord,
    type: TopupEventType,
    event: Pick<TopupEvent, "state" | "attempt" | "version" | "atMs" | "because"> & {
      code?: string | undefined;
      transactionId?: number | undefined;
      settlement?: TopupRecord["settlement"];
      key?: string | undefined;
    },
  ): void {
    const { code, transactionId, settlement = record.settlement, key, ...facts } = event;
    const { cost, costCurrency, delivered, deliveredCurrency } = settlement ?? {};
    const { campaign } = record.request;
    this.#events.push({
      id: `${event.atMs}-${this.#events.length}`,
      type,
      reference: record.reference,
      ...facts,
      ...(code && { code }),
      ...(transactionId !== undefined && { transactionId }),
      ...(campaign && { campaign }),
      ...(cost && { cost }),
      ...(costCurrency && { costCurrency }),
      ...(delivered && { delivered }),
      ...(deliveredCurrency && { deliveredCurrency }),
      ...(key && { key }),
    });
  }
}
