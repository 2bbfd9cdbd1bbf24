import {
  type AuditClient,
  type AuditScope,
  type Finding,
  type FindingKind,
  findingKey,
  runAudit,
} from "@surefill/audit";
import type { Clock, Logger } from "@surefill/runtime";
import type { LedgerEvent, Timings } from "@surefill/topup";
import type { ExtraDebits, Ledger, LedgerReader, Sightings } from "@surefill/topup-store";
import type { Metrics } from "../metrics.js";
import type { Chore } from "../sweep/housekeeping.js";
import { takeAuditTurn } from "./audit-turn.js";
import { keepEvidence } from "./keep-evidence.js";
import { toldOf } from "./told-finding.js";

/** The audits that a worker makes: of what is open and new, often; of everything recent, seldom. */
export type AuditPass = "open" | "recent";

export type ReconcilerParts = {
  ledger: Pick<Ledger, "addEvidence" | "contradict" | "look">;
  /** Opens the ledger for reading, as it is at the time. */
  openReader: () => Promise<LedgerReader | undefined>;
  sightings: Sightings;
  extraDebits: Pick<ExtraDebits, "note">;
  client: AuditClient;
  readEvents: (after: string, limit: number) => Promise<LedgerEvent[]>;
  clock: Clock;
  log: Logger;
  metrics: Pick<Metrics, "audited" | "auditFailed" | "auditFound" | "paidTwice">;
  timings: Timings;
};

export type ReconcilerSettings = {
  openEveryMs: number;
  recentEveryMs: number;
  /** How far back the seldom pass goes. */
  recentMs: number;
  foreign: "alarm" | "count";
  clockSkewMs: number;
};

/** Paying comes first: an audit rests this long between two requests. */
const REST_MS = 50;

/** The frequent pass reads the report at least this far back, so that a few missed rounds leave no gap. */
const OPEN_WINDOW_MS_LEAST = 600_000;

/** Top-ups that one frequent pass asks for one by one. */
const OPEN_LOOKS_MAX = 200;

/** The provider tells times to the second. */
const SECOND_MS = 1_000;

/** The chores that hold the ledger against the provider, one worker at a time. */
export function reconcilerChores(parts: ReconcilerParts, settings: ReconcilerSettings): Chore[] {
  const { openEveryMs, recentEveryMs, recentMs } = settings;
  const windowMs = Math.max(2 * openEveryMs, OPEN_WINDOW_MS_LEAST);
  return [
    {
      name: "audit of open top-ups",
      everyMs: openEveryMs,
      run: (signal) =>
        takeAuditTurn(parts, { pass: "open", everyMs: openEveryMs }, (keep) =>
          audit(parts, settings, { pass: "open", signal, keep }, (nowMs) => ({
            withEnded: false,
            sinceMs: nowMs - windowMs,
            looksMax: OPEN_LOOKS_MAX,
          })),
        ),
    },
    {
      name: "audit of recent top-ups",
      everyMs: recentEveryMs,
      run: (signal) =>
        takeAuditTurn(parts, { pass: "recent", everyMs: recentEveryMs }, (keep) =>
          audit(parts, settings, { pass: "recent", signal, keep }, (nowMs) => ({ sinceMs: nowMs - recentMs })),
        ),
    },
  ];
}

async function audit(
  parts: ReconcilerParts,
  settings: ReconcilerSettings,
  { pass, signal, keep }: { pass: AuditPass; signal: AbortSignal; keep: () => Promise<void> },
  scopeAt: (nowMs: number) => AuditScope,
): Promise<void> {
  const { sightings, metrics, clock, log } = parts;
  const ledger = await parts.openReader();
  if (ledger === undefined) return;
  const found = new Map<Finding["invariant"], number>();
  const pause = async () => {
    await clock.sleep(REST_MS, signal);
    await keep();
  };
  try {
    const scope = {
      ...scopeAt(await ledger.nowMs()),
      foreign: settings.foreign,
      foreignSinceMs: (await sightings.firstMs()) - SECOND_MS,
      clockSkewMs: settings.clockSkewMs,
    };
    const counts = await runAudit({ ...parts, ledger, signal, pause }, scope, async (finding) => {
      if (finding.acceptedBy === undefined) {
        found.set(finding.invariant, (found.get(finding.invariant) ?? 0) + 1);
        await raise(parts, finding);
      }
      await noteExtraDebits(parts, finding);
    });
    metrics.audited(pass, { counts, found, atMs: clock.nowMs() });
    log.info({ pass, ...counts }, "audit finished");
  } catch (err) {
    if (signal.aborted) return;
    metrics.auditFailed(pass);
    throw err;
  }
}

/** Findings whose transactions are debited, or may be, beyond what the top-up's state accounts for. */
const DEBITED: ReadonlySet<FindingKind> = new Set(["paid-more-than-once", "paid-but-ended"]);

/** Has the money of such a finding counted, also where a person has accepted it. */
async function noteExtraDebits({ extraDebits }: ReconcilerParts, finding: Finding): Promise<void> {
  const { kind, reference, transactions } = finding;
  if (reference !== null && DEBITED.has(kind)) await extraDebits.note(reference, transactions);
}

/** Keeps the evidence, and tells of the finding where nobody has before. Moves nothing. */
async function raise(parts: ReconcilerParts, finding: Finding): Promise<void> {
  const { sightings, metrics, log } = parts;
  const { kind, invariant, reference, what, transactions } = finding;
  if (reference !== null) await keepEvidence(parts.ledger, reference, finding);
  if (!(await sightings.note(findingKey(finding), toldOf(finding)))) return;
  metrics.auditFound(invariant);
  if (kind === "paid-more-than-once") metrics.paidTwice();
  log.error({ reference, invariant, kind, what, transactions }, "audit found a violation");
}
