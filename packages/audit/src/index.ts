export type { ProviderTransaction } from "@surefill/provider";
export { type AuditContext, CLOCK_SKEW_MS } from "./audit-context.js";
export { auditFile, auditTopup, type TopupCase } from "./audit-topup.js";
export { checkEvents, type EventWindow } from "./checks/check-events.js";
export { checkMoves } from "./checks/check-moves.js";
export { checkPosts, type ProviderPost } from "./checks/check-posts.js";
export { checkAgainstProvider } from "./checks/check-provider.js";
export { checkSends } from "./checks/check-sends.js";
export { checkStanding } from "./checks/check-standing.js";
export {
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  finding,
  findingKey,
  INVARIANTS,
  type InvariantId,
  type ShownTransaction,
} from "./findings.js";
export type { AuditCounts, AuditParts, AuditScope, BooksRow, ProviderBooks } from "./live/audit-parts.js";
export { isSumAsked } from "./live/books-pass.js";
export type { AuditClient } from "./live/report-walk.js";
export { runAudit } from "./live/run-audit.js";
export { attemptOf, isLive, shown } from "./provider-transaction.js";
export { type KnownElsewhere, type Plan, planRecreation } from "./rebuild/plan-recreation.js";
export { type RebuildOptions, type RebuildParts, type RebuildReport, rebuildLedger } from "./rebuild/rebuild-ledger.js";
