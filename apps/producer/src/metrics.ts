import { STATES } from "@surefill/topup";
import type { Accepted, Ledger, OverLimit } from "@surefill/topup-store";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { HttpResult } from "./http/result.js";
import type { Queues } from "./queues.js";

/** One answered request, by the route's pattern. */
export type AnsweredRequest = { method: string; route: string; status: number; durationMs: number };

/**
 * What became of a message to the provider's webhook: refused (`unsigned`, `forged`, `stale`), of no use (`malformed`,
 * `duplicate`, `missing`, `settled`), `woken`, or lost on our side (`dropped`, `failed`).
 */
export type HintResult =
  | "unsigned"
  | "forged"
  | "stale"
  | "malformed"
  | "duplicate"
  | "missing"
  | "settled"
  | "woken"
  | "dropped"
  | "failed";

/** What this process counts. */
export interface Metrics {
  answered(request: AnsweredRequest): void;
  accepted(kind: (Accepted | OverLimit)["kind"]): void;
  /** How many callers follow or wait for events now. */
  followers(count: number): void;
  /** An event stream that was ended for a fault, by the code that its reader was told. */
  streamCut(code: string): void;
  hinted(result: HintResult): void;
  /** The text that Prometheus scrapes. A ledger that is away shows as `surefill_redis_up 0`. */
  scrape(): Promise<HttpResult>;
}

/** Where the gauges read from, once per scrape. */
export type MetricsSources = {
  ledger: Pick<Ledger, "counts" | "witness"> & { gates: Pick<Ledger["gates"], "closed"> };
  queues: Pick<Queues, "counts">;
};

/** Makes the metrics of one process, in a registry of its own. */
export function createMetrics({ ledger, queues }: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const http = new Histogram({
    name: "surefill_http_request_duration_seconds",
    help: "Time from the first byte of a request to the end of its answer",
    labelNames: ["method", "route", "status"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const accepted = new Counter({
    name: "surefill_topups_accepted_total",
    help: "Top-ups that were sent in, by what they turned out to be: created, exists, conflict, over-limit",
    labelNames: ["kind"],
    registers,
  });
  const hints = new Counter({
    name: "surefill_provider_webhooks_total",
    help: "Messages to the provider's webhook, by what became of them",
    labelNames: ["result"],
    registers,
  });
  const followers = new Gauge({
    name: "surefill_event_followers",
    help: "Callers that follow or wait for events now",
    registers,
  });
  const cut = new Counter({
    name: "surefill_event_streams_cut_total",
    help: "Event streams that were ended for a fault, by the code that the reader was told",
    labelNames: ["code"],
    registers,
  });
  const up = new Gauge({ name: "surefill_redis_up", help: "1 when the ledger answered this scrape", registers });
  const gauge = (name: string, help: string, labelNames: string[]) => new Gauge({ name, help, labelNames, registers });
  const lost = gauge("surefill_ledger_lost", "1 while Redis lacks acknowledged writes, and nothing is accepted", []);
  const topups = gauge("surefill_topups", "Top-ups in each state", ["state"]);
  const jobs = gauge("surefill_jobs", "Jobs in each queue", ["queue", "state"]);
  const gates = gauge("surefill_closed_gates", "Closed gates of each kind", ["kind"]);

  async function readLedger(): Promise<void> {
    for (const each of [topups, jobs, gates]) each.reset();
    const [states, queueCounts, closed] = await Promise.all([ledger.counts(), queues.counts(), ledger.gates.closed()]);
    for (const state of STATES) topups.set({ state }, states[state]);
    for (const [queue, counts] of Object.entries(queueCounts)) {
      for (const [state, count] of Object.entries(counts)) jobs.set({ queue, state }, count);
    }
    // A gate's full name can hold a phone's hash or a campaign: too many labels, and nobody's business here.
    for (const { name } of closed) gates.inc({ kind: name.split(":")[0] ?? name });
  }

  return {
    answered: ({ method, route, status, durationMs }) => http.observe({ method, route, status }, durationMs / 1_000),
    accepted: (kind) => accepted.inc({ kind }),
    followers: (count) => followers.set(count),
    streamCut: (code) => cut.inc({ code }),
    hinted: (result) => hints.inc({ result }),
    async scrape() {
      const isUp = await readLedger().then(
        () => true,
        () => false,
      );
      up.set(isUp ? 1 : 0);
      lost.set(ledger.witness.lost === undefined ? 0 : 1);
      return { status: 200, text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
