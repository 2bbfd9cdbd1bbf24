import { createRequire } from "node:module";
import { type Clock, withDeadline } from "@surefill/runtime";
import { STATES } from "@surefill/topup";
import type { Accepted, Ledger, NotTaken } from "@surefill/topup-store";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { ReadBalance } from "./balance.js";
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
  accepted(kind: (Accepted | NotTaken)["kind"]): void;
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
  readBalance: ReadBalance;
  clock: Pick<Clock, "sleep">;
  /** The commit that the program was built from. */
  commit: string;
};

/** Told in what both programs export, so that a sum over both does not count twice. */
const PROGRAM = "producer";

/** A scrape waits no longer than this for the balance. */
const BALANCE_DEADLINE_MS = 1_000;

/** As in the program's package. */
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

/** Makes the metrics of one process, in a registry of its own. */
export function createMetrics(sources: MetricsSources): Metrics {
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
    help: "Top-ups that were sent in, by what they turned out to be: created, exists, conflict, over-limit, paid-recently, forgotten",
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
  const { readLedger, askBalance } = createGauges(registry, sources);

  return {
    answered: ({ method, route, status, durationMs }) => http.observe({ method, route, status }, durationMs / 1_000),
    accepted: (kind) => accepted.inc({ kind }),
    followers: (count) => followers.set(count),
    streamCut: (code) => cut.inc({ code }),
    hinted: (result) => hints.inc({ result }),
    async scrape() {
      const [isUp] = await Promise.all([
        readLedger().then(
          () => true,
          () => false,
        ),
        askBalance(),
      ]);
      up.set(isUp ? 1 : 0);
      return { status: 200, text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}

/** What is read at a scrape. A ledger that is away makes `readLedger` reject; whether it is lost is told all the same. */
function createGauges(registry: Registry, { ledger, queues, readBalance, clock, commit }: MetricsSources) {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[]) => new Gauge({ name, help, labelNames, registers });
  const lost = gauge("surefill_ledger_lost", "1 while Redis lacks acknowledged writes, and nothing is accepted", [
    "program",
  ]);
  const comparing = gauge(
    "surefill_ledger_comparing",
    "1 while Redis is another server than before and what is known has not been compared; nothing is accepted",
    ["program"],
  );
  const topups = gauge("surefill_topups", "Top-ups in each state", ["state", "program"]);
  const jobs = gauge("surefill_jobs", "Jobs in each queue", ["queue", "state", "program"]);
  const gates = gauge("surefill_closed_gates", "Closed gates of each kind", ["kind", "program"]);
  const balance = gauge("surefill_balance", "What the account can spend; absent while Reloadly does not tell", [
    "currency",
  ]);
  const build = gauge("surefill_build_info", "1; what is running", ["program", "version", "commit"]);
  build.set({ program: PROGRAM, version, commit }, 1);

  async function readLedger(): Promise<void> {
    lost.set({ program: PROGRAM }, ledger.witness.lost === undefined ? 0 : 1);
    comparing.set({ program: PROGRAM }, ledger.witness.comparing === undefined ? 0 : 1);
    for (const each of [topups, jobs, gates]) each.reset();
    const [states, queueCounts, closed] = await Promise.all([ledger.counts(), queues.counts(), ledger.gates.closed()]);
    for (const state of STATES) topups.set({ state, program: PROGRAM }, states[state]);
    for (const [queue, counts] of Object.entries(queueCounts)) {
      for (const [state, count] of Object.entries(counts)) jobs.set({ queue, state, program: PROGRAM }, count);
    }
    // A gate's full name can hold a phone's hash or a campaign: too many labels, and nobody's business here.
    for (const { name } of closed) gates.inc({ kind: name.split(":")[0] ?? name, program: PROGRAM });
  }

  async function askBalance(): Promise<void> {
    const limits = { what: "the balance", deadlineMs: BALANCE_DEADLINE_MS };
    const told = await withDeadline(clock, limits, readBalance).catch(() => undefined);
    balance.reset();
    if (told !== undefined) balance.set({ currency: told.currencyCode }, Number(told.balance));
  }

  return { readLedger, askBalance };
}
