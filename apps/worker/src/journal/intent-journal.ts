import { type Clock, type Logger, withDeadline } from "@surefill/runtime";
import type { TopupRecord } from "@surefill/topup";
import { intentLine, voidLine, type Witnessed } from "@surefill/topup-store";

/**
 * What this process is about to send, outside of Redis: should Redis lose its data, this and the provider's report
 * are what the ledger is made from anew.
 */
export interface IntentJournal {
  /** False while the disk takes nothing: then nothing is claimed, since it could not be sent. */
  readonly isWritable: boolean;
  /** Writes a claimed top-up down. True when it is on the disk; false when that is not certain: then it is not sent. */
  intend(record: TopupRecord): Promise<boolean>;
  /**
   * Notes that nothing came of a claim that was written down: it was not sent, or refused for certain. Nobody waits
   * for it. Without it a rebuild would look the top-up up and send it once more, also when it was withdrawn since.
   */
  voided(record: TopupRecord): void;
}

export type IntentJournalParts = {
  log: { readonly isHealthy: boolean; append(line: string): Promise<void> };
  witness: Witnessed;
  clock: Pick<Clock, "sleep" | "nowMs">;
  /** A claim that is older than this is not sent any more, so there is no use in waiting for the disk. */
  deadlineMs: number;
  logger: Logger;
  metrics: { journalFailed(): void };
};

/** Makes the journal of a process, in its state log. */
export function createIntentJournal(parts: IntentJournalParts): IntentJournal {
  const { log, witness, clock, deadlineMs, logger, metrics } = parts;
  return {
    get isWritable() {
      return log.isHealthy;
    },
    async intend(record) {
      const line = intentLine(record, witness);
      try {
        await withDeadline(clock, { what: "the journal", deadlineMs }, () => log.append(line));
        return true;
      } catch (err) {
        metrics.journalFailed();
        const { reference, attempt } = record;
        logger.error({ err, reference, attempt }, "what was to be sent could not be written down; it is not sent");
        return false;
      }
    },
    voided(record) {
      const { reference, attempt } = record;
      log.append(voidLine(record, witness, clock.nowMs())).catch((err: unknown) => {
        logger.warn({ err, reference, attempt }, "that nothing came of a claim could not be written down");
      });
    },
  };
}
