import { createRequire } from "node:module";
import { type AuditCounts, INVARIANTS, type InvariantId } from "@surefill/audit";
import type { RequestInfo } from "@surefill/reloadly-client";
import type { DeliveryVerdict, LookupAnswer, StatusAnswer, SubmitOutcome } from "@surefill/topup";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Told in what both programs export, so that a sum over both does not count twice. */
const PROGRAM = "worker";

/** As in the program's package. */
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

const AUDITED = Object.keys(INVARIANTS) as InvariantId[];

/** Reads gauges at the moment of a scrape. */
export type GaugeReadings = {
  topupsByState: Record<string, number>;
  jobs: { queue: string; state: string; count: number }[];
  closedGates: { kind: string; count: number }[];
  /** Campaigns that are started and not over; `reason` is why one is paused, else empty. */
  campaigns: { state: string; reason: string; count: number }[];
  oldestOverdueSeconds: number;
  /** How long the oldest event that is not fanned out to webhooks has waited. */
  fanOutLagSeconds: number;
  isLedgerLost: boolean;
  isLedgerComparing: boolean;
  /** What waits for a person. */
  needsPerson: { what: string; count: number }[];
};

/** Rows of one batch by what they became. */
export type FedRows = { created: number; already: number; conflict: number; paidRecently: number };

/** What the processors and the sweeper count. */
export type TopupMetrics = Pick<Metrics, "submitted" | "polled" | "lookedUp" | "staleMove" | "sweptUp">;

/** The worker's metrics. Labels are closed sets: no reference, no number, no provider text. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #submits = new Counter({
    name: "surefill_submits_total",
    help: "POSTs by outcome",
    labelNames: ["outcome"],
    registers: [this.#registry],
  });
  readonly #polls = new Counter({
    name: "surefill_polls_total",
    help: "Status polls by answer",
    labelNames: ["answer"],
    registers: [this.#registry],
  });
  readonly #lookups = new Counter({
    name: "surefill_lookups_total",
    help: "Report look-ups by what they showed",
    labelNames: ["answer"],
    registers: [this.#registry],
  });
  readonly #reportLag = new Gauge({
    name: "surefill_report_lag_seconds",
    help: "Age of a confirmed top-up that the provider's report did not show when a look-up last compared; 0: it did",
    registers: [this.#registry],
  });
  readonly #overpaid = new Counter({
    name: "surefill_several_provider_rows_total",
    help: "Top-ups that were seen to be paid more than once, or may be, by look-ups and audits",
    registers: [this.#registry],
  });
  readonly #stale = new Counter({
    name: "surefill_stale_moves_total",
    help: "Moves refused because the record had moved on",
    registers: [this.#registry],
  });
  readonly #swept = new Counter({
    name: "surefill_replaced_alarms_total",
    help: "Overdue top-ups that the sweeper gave a new alarm",
    registers: [this.#registry],
  });
  readonly #gateChanges = new Counter({
    name: "surefill_gate_changes_total",
    help: "Gates that closed and opened, by kind",
    labelNames: ["kind", "change"],
    registers: [this.#registry],
  });
  readonly #fedRows = new Counter({
    name: "surefill_campaign_rows_fed_total",
    help: "Rows of campaigns by what they became: a top-up, or nothing since their reference existed or their recipient was paid already",
    labelNames: ["became"],
    registers: [this.#registry],
  });
  readonly #webhookAttempts = new Counter({
    name: "surefill_webhook_attempts_total",
    help: "Attempts at webhook deliveries by what followed from them",
    labelNames: ["verdict"],
    registers: [this.#registry],
  });
  readonly #webhookEndpointsDisabled = new Counter({
    name: "surefill_webhook_endpoints_disabled_total",
    help: "Webhook endpoints disabled because they answered 410 or only failed",
    registers: [this.#registry],
  });
  readonly #webhookEndpointsWarned = new Counter({
    name: "surefill_webhook_endpoint_warnings_total",
    help: "Warnings that a webhook endpoint has only failed for so many days",
    labelNames: ["days"],
    registers: [this.#registry],
  });
  readonly #journalFailures = new Counter({
    name: "surefill_journal_failures_total",
    help: "Claims that were not sent because STATE_DIR took no writes",
    registers: [this.#registry],
  });
  readonly #requests = new Histogram({
    name: "surefill_reloadly_request_seconds",
    help: "HTTP requests to Reloadly",
    labelNames: ["operation", "status"],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 90],
    registers: [this.#registry],
  });

  readonly #auditPasses = new Counter({
    name: "surefill_audit_passes_total",
    help: "Audits of the ledger against the provider, by pass and outcome",
    labelNames: ["pass", "outcome"],
    registers: [this.#registry],
  });
  readonly #auditFinished = new Gauge({
    name: "surefill_audit_finished_timestamp_seconds",
    help: "When this worker last finished an audit",
    labelNames: ["pass"],
    registers: [this.#registry],
  });
  readonly #auditSeen = new Gauge({
    name: "surefill_audit_looked_at",
    help: "What the last audit of this worker went through",
    labelNames: ["pass", "what"],
    registers: [this.#registry],
  });
  readonly #auditStanding = new Gauge({
    name: "surefill_audit_findings",
    help: "Violations that the last audit of this worker found, new ones or not",
    labelNames: ["pass", "invariant"],
    registers: [this.#registry],
  });
  readonly #auditFound = new Counter({
    name: "surefill_audit_found_total",
    help: "Violations that were found for the first time",
    labelNames: ["invariant"],
    registers: [this.#registry],
  });

  readonly #comparing = new Gauge({
    name: "surefill_ledger_comparing",
    help: "1 while Redis is another server than before and what is known has not been compared; nothing is sent",
    labelNames: ["program"],
    registers: [this.#registry],
  });

  /** Reads all gauges of a scrape at once, before any of them is shown. */
  readonly #readGauges: () => Promise<void>;

  /** `read` is asked at every scrape; `commit` is the one that the program was built from. */
  constructor(read: () => Promise<GaugeReadings>, commit = "unknown") {
    const registers = [this.#registry];
    const labelNames = ["program", "version", "commit"];
    const build = new Gauge({ name: "surefill_build_info", help: "1; what is running", labelNames, registers });
    build.set({ program: PROGRAM, version, commit }, 1);
    const jobs = new Gauge({
      name: "surefill_jobs",
      help: "Jobs",
      labelNames: ["queue", "state", "program"],
      registers,
    });
    const gates = new Gauge({
      name: "surefill_closed_gates",
      help: "Closed gates",
      labelNames: ["kind", "program"],
      registers,
    });
    const campaigns = new Gauge({
      name: "surefill_campaigns",
      help: "Campaigns that are started and not over, by state and by why they are paused",
      labelNames: ["state", "reason"],
      registers,
    });
    const overdue = new Gauge({
      name: "surefill_oldest_overdue_seconds",
      help: "How long the most overdue alarm has been overdue",
      registers,
    });
    const lag = new Gauge({
      name: "surefill_webhook_fan_out_lag_seconds",
      help: "Age of the oldest event without its webhook deliveries",
      registers,
    });
    const lost = new Gauge({
      name: "surefill_ledger_lost",
      help: "1 while Redis lacks acknowledged writes, and nothing is sent",
      labelNames: ["program"],
      registers,
    });
    const needs = new Gauge({
      name: "surefill_needs_person",
      help: "Top-ups that wait for a person: in review, paid twice, or contradicted in another way",
      labelNames: ["what"],
      registers,
    });
    const topups = new Gauge({
      name: "surefill_topups",
      help: "Top-ups by state",
      labelNames: ["state", "program"],
      registers,
    });
    this.#readGauges = async () => {
      const readings = await read();
      for (const [state, count] of Object.entries(readings.topupsByState))
        topups.set({ state, program: PROGRAM }, count);
      for (const { queue, state, count } of readings.jobs) jobs.set({ queue, state, program: PROGRAM }, count);
      gates.reset();
      for (const { kind, count } of readings.closedGates) gates.set({ kind, program: PROGRAM }, count);
      campaigns.reset();
      for (const { state, reason, count } of readings.campaigns) campaigns.set({ state, reason }, count);
      overdue.set(readings.oldestOverdueSeconds);
      lag.set(readings.fanOutLagSeconds);
      lost.set({ program: PROGRAM }, readings.isLedgerLost ? 1 : 0);
      this.#comparing.set({ program: PROGRAM }, readings.isLedgerComparing ? 1 : 0);
      for (const { what, count } of readings.needsPerson) needs.set({ what }, count);
    };
  }

  submitted(outcome: SubmitOutcome): void {
    this.#submits.inc({ outcome: outcome.kind });
  }

  polled(answer: StatusAnswer): void {
    this.#polls.inc({ answer: answer.kind });
  }

  /** `nowMs` is the ledger's time. */
  lookedUp(answer: LookupAnswer, nowMs: number): void {
    if (answer.kind !== "rows") {
      this.#lookups.inc({ answer: answer.kind });
      return;
    }
    const { report } = answer;
    const nothing = report?.kind === "lags" ? "report-lags" : "nothing";
    this.#lookups.inc({ answer: answer.rows.length === 0 ? nothing : "found" });
    if (report?.kind === "lags") this.#reportLag.set((nowMs - report.sentAtMs) / 1_000);
    if (report?.kind === "current") this.#reportLag.set(0);
    if (answer.rows.length > 1) this.#overpaid.inc();
  }

  gateChanged(kind: string, change: "closed" | "opened"): void {
    this.#gateChanges.inc({ kind, change });
  }

  /** An audit has found a top-up that is or may be paid more than once. */
  paidTwice(): void {
    this.#overpaid.inc();
  }

  journalFailed(): void {
    this.#journalFailures.inc();
  }

  staleMove(): void {
    this.#stale.inc();
  }

  sweptUp(count: number): void {
    this.#swept.inc(count);
  }

  /** An audit went through: what it saw, and how many violations of each invariant stand. */
  audited(pass: string, seen: { counts: AuditCounts; found: ReadonlyMap<InvariantId, number>; atMs: number }): void {
    this.#auditPasses.inc({ pass, outcome: "finished" });
    this.#auditFinished.set({ pass }, seen.atMs / 1_000);
    for (const [what, count] of Object.entries(seen.counts)) this.#auditSeen.set({ pass, what }, count);
    for (const invariant of AUDITED) this.#auditStanding.set({ pass, invariant }, seen.found.get(invariant) ?? 0);
  }

  auditFailed(pass: string): void {
    this.#auditPasses.inc({ pass, outcome: "failed" });
  }

  auditFound(invariant: InvariantId): void {
    this.#auditFound.inc({ invariant });
  }

  rowsFed({ created, already, conflict, paidRecently }: FedRows): void {
    this.#fedRows.inc({ became: "topup" }, created);
    this.#fedRows.inc({ became: "already" }, already);
    this.#fedRows.inc({ became: "conflict" }, conflict);
    this.#fedRows.inc({ became: "paid-recently" }, paidRecently);
  }

  webhookTried(verdict: DeliveryVerdict["kind"] | "abandoned"): void {
    this.#webhookAttempts.inc({ verdict });
  }

  webhookEndpointDisabled(): void {
    this.#webhookEndpointsDisabled.inc();
  }

  webhookEndpointWarned(days: number): void {
    this.#webhookEndpointsWarned.inc({ days });
  }

  requested({ operation, status, durationMs }: RequestInfo): void {
    this.#requests.observe({ operation, status: status ?? "none" }, durationMs / 1_000);
  }

  /** The metrics in Prometheus's text format. */
  async text(): Promise<{ contentType: string; body: string }> {
    await this.#readGauges();
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }
}
