import { isEnded } from "./record.js";
import type { World } from "./world.js";

/** What must never be true. Judged by the provider's books, not by what the ledger believes. */
export const VIOLATIONS = {
  "paid twice": "The provider shows two successful top-ups: the recipient was paid twice.",
  "two live": "The provider has two top-ups under way or paid: the recipient may be paid twice.",
  "success without payment": "The ledger says succeeded, and the provider shows no successful top-up.",
  "failure while paid": "The ledger says that no money moved, and the provider has the top-up under way or paid.",
  "paid though ended": "A person ended the top-up without money, and after a loss of data it was paid all the same.",
  "final without its event": "The top-up is final, and no event will ever tell so.",
  "told twice": "More than one event tells of the end of one top-up.",
} as const;
export type Violation = keyof typeof VIOLATIONS;

/** The first rule that a world breaks. */
export function violationIn({ record, transactions, workers, redis }: World): Violation | undefined {
  const own = transactions.filter(({ attempt }) => attempt > 0);
  const paid = own.filter(({ status }) => status === "SUCCESSFUL").length;
  const live = paid + own.filter(({ status }) => status === "PROCESSING").length;
  if (paid > 1) return "paid twice";
  if (live > 1) return "two live";
  if (record.events > 1) return "told twice";
  if (!isEnded(record)) return redis.ended !== "none" && live > 0 ? "paid though ended" : undefined;
  if (record.state === "succeeded" && paid !== 1) return "success without payment";
  if (record.state !== "succeeded" && live > 0) return "failure while paid";
  if (record.events === 0 && workers.every(({ doing }) => doing !== "telling")) return "final without its event";
  return undefined;
}
