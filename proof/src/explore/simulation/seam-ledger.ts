import type { WorkerLedger } from "@surefill/worker";
import type { MemoryLedger } from "../memory-ledger/memory-ledger.js";
import type { SimProcess } from "./process.js";

/** A granted claim: the durable right to send. */
export type Grant = { reference: string; attempt: number; fence: number; process: string; atMs: number };

/** Those who want to know of claims that are granted, and of transactionIds that are kept. */
export type LedgerWatch = { onGrant: (grant: Grant) => void; onEvidence: () => void };

/** The ledger as one process reaches it: every call is a seam. */
export function seamLedger(process: SimProcess, ledger: MemoryLedger, watch: LedgerWatch): WorkerLedger {
  const { gates } = ledger;
  return {
    acceptWithin: (topups) =>
      process.call({ seam: "ledger.accept", about: topups.map(({ reference }) => reference).join(" ") }, () =>
        ledger.acceptWithin(topups),
      ),
    claim: (reference, attempt, lease) =>
      process.call({ seam: "ledger.claim", about: `${reference}, attempt ${attempt}` }, async () => {
        const claimed = await ledger.claim(reference, attempt, lease);
        if (claimed.kind === "claimed") {
          const { fence } = claimed.record;
          watch.onGrant({ reference, attempt, fence, process: process.name, atMs: claimed.nowMs });
        }
        return claimed;
      }),
    move: (record, move, options) =>
      process.call(
        { seam: "ledger.move", about: `${record.reference}: ${record.state} -> ${move.to}, ${move.because}` },
        () => ledger.move(record, move, options),
      ),
    addEvidence: (reference, attempt, transactionId) =>
      process.call({ seam: "ledger.evidence", about: `${reference}: transaction ${transactionId}` }, () => {
        watch.onEvidence();
        return ledger.addEvidence(reference, attempt, transactionId);
      }),
    look: (reference) => process.call({ seam: "ledger.look", about: reference }, () => ledger.look(reference)),
    ring: (record, dueAtMs) =>
      process.call({ seam: "ledger.ring", about: record.reference }, () => ledger.ring(record, dueAtMs)),
    overdue: (lateMs, limit) =>
      process.call({ seam: "ledger.overdue", about: "" }, () => ledger.overdue(lateMs, limit)),
    records: (references) =>
      process.call({ seam: "ledger.records", about: references.join(" ") }, () => ledger.records(references)),
    confirmed: (question) =>
      process.call({ seam: "ledger.confirmed", about: question.pick }, () => ledger.confirmed(question)),
    nowMs: () => process.call({ seam: "ledger.now", about: "" }, () => ledger.nowMs()),
    // Retention looks at records that have been final for days: no run is that long.
    shrinkOld: async () => 0,
    newOperation: () => `${process.name}:${ledger.newOperation()}`,
    gates: {
      close: (name, closing) => process.call({ seam: "gates.close", about: name }, () => gates.close(name, closing)),
      countFailure: (name, closing) =>
        process.call({ seam: "gates.failure", about: name }, () => gates.countFailure(name, closing)),
      open: (name) => process.call({ seam: "gates.open", about: name }, () => gates.open(name)),
      closed: () => process.call({ seam: "gates.closed", about: "" }, () => gates.closed()),
      parkedAt: (gate, limit) => process.call({ seam: "gates.parked", about: gate }, () => gates.parkedAt(gate, limit)),
      forgetOld: async () => undefined,
    },
  };
}
