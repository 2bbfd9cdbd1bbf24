import {
  type DecisionContext,
  type LookupAnswer,
  type MarkQuestion,
  type MarksToAskFor,
  marksToAskFor,
  type ReportCurrency,
  type ReportMark,
  reportCurrencyOf,
  type TopupRecord,
} from "@surefill/topup";
import type { WorkerLedger } from "../ledger-port.js";
import type { Provider } from "../provider.js";

type ReportMarksParts = { ledger: Pick<WorkerLedger, "confirmed">; provider: Pick<Provider, "lookUp"> };

/** The provider did not answer whether the report shows a mark, or not readably. */
type NoAnswer = Extract<LookupAnswer, { kind: "unreached" }>;

/** Holds an empty report against our own confirmed top-ups, and remembers how far it was seen to reach. */
export class ReportMarks {
  readonly #parts: ReportMarksParts;
  /** Of what was sent before this time the report shows everything. */
  #shownUntilMs = 0;

  constructor(parts: ReportMarksParts) {
    this.#parts = parts;
  }

  /**
   * Looks an unknown attempt up, and tells whether the report is current where it shows nothing. What a mark shows says
   * nothing of a question that was put before it, so that one is put again. A question about a mark that gets no answer
   * makes the whole look-up count for nothing.
   */
  async lookUp(record: TopupRecord, context: DecisionContext): Promise<LookupAnswer> {
    const { provider } = this.#parts;
    const knownUntilMs = this.#shownUntilMs;
    const answer = await provider.lookUp(record);
    if (answer.kind !== "rows" || answer.rows.length > 0) return answer;
    const asked = marksToAskFor(record, context);
    if (asked === undefined) return answer;
    if (asked.beyond.sentFromMs <= knownUntilMs) return { ...answer, report: { kind: "current" } };
    const report = await this.#currency(asked);
    if (report.kind === "unreached") return report;
    if (report.kind !== "current") return { ...answer, report };
    const again = await provider.lookUp(record);
    return again.kind === "rows" ? { ...again, report } : again;
  }

  async #currency(asked: MarksToAskFor): Promise<ReportCurrency | NoAnswer> {
    const beyond = await this.#markFor(asked.beyond);
    if (beyond !== undefined && "kind" in beyond) return beyond;
    if (beyond?.isShown === true) return reportCurrencyOf({ beyond });
    const latest = await this.#markFor(asked.latest);
    if (latest !== undefined && "kind" in latest) return latest;
    return reportCurrencyOf({ ...(beyond && { beyond }), ...(latest && { latest }) });
  }

  async #markFor(question: MarkQuestion): Promise<ReportMark | NoAnswer | undefined> {
    const record = await this.#parts.ledger.confirmed(question);
    if (record === undefined) return undefined;
    const sentAtMs = record.grantedAtMs ?? 0;
    const answer = await this.#parts.provider.lookUp(record);
    if (answer.kind !== "rows") return { kind: "unreached", code: answer.code };
    const isShown = answer.rows.some(({ transactionId }) => transactionId === record.transactionId);
    if (isShown) this.#shownUntilMs = Math.max(this.#shownUntilMs, sentAtMs);
    return { sentAtMs, isShown };
  }
}
