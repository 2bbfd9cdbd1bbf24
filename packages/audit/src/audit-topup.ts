import type { ProviderTransaction } from "@surefill/provider";
import type { TopupEvent } from "@surefill/topup";
import type { TopupFile } from "@surefill/topup-store";
import type { AuditContext } from "./audit-context.js";
import { checkEvents, type EventWindow } from "./checks/check-events.js";
import { checkMoves } from "./checks/check-moves.js";
import { checkAgainstProvider } from "./checks/check-provider.js";
import { checkSends } from "./checks/check-sends.js";
import { checkStanding } from "./checks/check-standing.js";
import type { Finding } from "./findings.js";

/** What the ledger alone shows of one top-up: S5, S6, S7, S9, S10, S12 and S13. */
export function auditFile(file: TopupFile, context: AuditContext): Finding[] {
  return [...checkMoves(file), ...checkSends(file, context), ...checkStanding(file, context)];
}

/** Everything there is to know of one top-up, for one that is small enough to be read whole. */
export type TopupCase = {
  file: TopupFile;
  /** All that the provider has of it. */
  transactions: readonly ProviderTransaction[];
  /** All its events, in the order of the log. */
  events: readonly TopupEvent[];
};

const ALWAYS: EventWindow = { fromMs: 0, untilMs: Number.POSITIVE_INFINITY };

/** Judges one top-up whole: by the ledger, the provider and the event log. */
export function auditTopup({ file, transactions, events }: TopupCase, context: AuditContext): Finding[] {
  return [
    ...auditFile(file, context),
    ...checkAgainstProvider(file, transactions, context),
    ...checkEvents(file, events, ALWAYS),
  ];
}
