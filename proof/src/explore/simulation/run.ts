import { attemptOfCustomIdentifier, isFinal, type Timings, type TopupRecord, type TopupRequest } from "@surefill/topup";
import { seededChance } from "../chance.js";
import { type Intent, Judge, type Violation } from "../judge/judge.js";
import { MemoryLedger } from "../memory-ledger/memory-ledger.js";
import type { PostRowName } from "../provider/post-rows.js";
import { FOREIGN_ID, SimProvider } from "../provider/provider.js";
import { AUDIT_EVERY_MS, auditRound } from "./audit-round.js";
import { askOverHttp } from "./caller.js";
import { type Fault, type FaultKind, OUTAGE_MS } from "./faults.js";
import { JobStore, type StoredJob } from "./job-store.js";
import { verdictOn, withdraw } from "./person.js";
import { SimProcess } from "./process.js";
import { type Scenario, timingsOf } from "./scenario.js";
import type { Grant } from "./seam-ledger.js";
import type { Surroundings } from "./surroundings.js";
import { START_MS, Timeline } from "./timeline.js";
import { type Step, Trace } from "./trace.js";
import { BALANCE_PROBE_MS, SimWorker, SWEEP_LATE_MS } from "./worker-process.js";

/** One run, wholly determined: the same schedule gives the same steps. */
export type Schedule = {
  scenario: Scenario;
  workers: 1 | 2;
  faults: readonly Fault[];
  seed: number;
  /** Chance decides how long everything takes, too. */
  isShaken: boolean;
};

/** What came of a run. */
export type RunResult = {
  schedule: Schedule;
  steps: readonly Step[];
  violations: readonly Violation[];
  /** Moves made, as `from -> to`, and their reasons. */
  moves: ReadonlySet<string>;
  reasons: ReadonlySet<string>;
  rows: ReadonlySet<PostRowName>;
  facts: ReadonlyMap<string, number>;
  records: readonly TopupRecord[];
  /** The run in plain words. */
  lines(): string[];
};

const RESTART_MS = 2_000;
const SWEEP_EVERY_MS = 5_000;
const RUN_MS_MAX = 96 * 3_600_000;
const STEPS_MAX = 6_000;
const LATENCY_MS = 1;
const WIRE_MS = 50;
const PERSON_LOOKS_MS = 600_000;

/** Runs a schedule to its quiet end, and judges it. */
export async function runSchedule(schedule: Schedule): Promise<RunResult> {
  return new Run(schedule).toTheEnd();
}

class Run implements Surroundings {
  readonly time = new Timeline();
  readonly trace: Trace;
  readonly random: () => number;
  readonly #schedule: Schedule;
  readonly #timings: Timings;
  readonly #ledger: MemoryLedger;
  readonly #jobs: JobStore;
  readonly #provider: SimProvider;
  readonly #judge: Judge;
  readonly #grants: Grant[] = [];
  readonly #intents: Intent[] = [];
  readonly #facts = new Map<string, number>();
  readonly #references: string[];
  #workers: SimWorker[] = [];
  #processes: SimProcess[] = [];
  readonly #offers = new Map<StoredJob, SimProcess>();
  #callersUnderWay = 0;
  #personUnderWay = 0;
  #awayUntilMs = 0;
  #sweepAtMs = 0;
  #sweptAtMs = START_MS;
  #probeAtMs = 0;
  #turn = 0;
  #generations = 0;

  constructor(schedule: Schedule) {
    const { scenario, faults, seed } = schedule;
    this.#schedule = schedule;
    this.random = seededChance(seed);
    this.#timings = timingsOf(scenario);
    this.#references = scenario.topups === 2 ? ["order-1", "order-2"] : ["order-1"];
    this.trace = new Trace(faults, () => ({ place: this.#place(), outlook: this.#provider.outlook() }));
    this.#ledger = new MemoryLedger({
      nowMs: () => this.time.nowMs,
      random: this.random,
      areOthersAccepted: scenario.isProviderAway !== true,
    });
    this.#jobs = new JobStore({
      time: this.time,
      onWaiting: () => this.#offerAll(),
      onStalledOut: () => this.#count("job failed for stalling too often"),
    });
    this.#provider = new SimProvider({
      time: this.time,
      trace: this.trace,
      plan: scenario.plan,
      watch: {
        onBooked: (row) => this.#judge.onBooks(row),
        onStatus: (row) => this.#judge.onBooks(row),
        onPost: (post) => this.#judge.onPost(post),
      },
    });
    this.#judge = new Judge({
      ledger: this.#ledger,
      books: this.#provider.books,
      grants: this.#grants,
      intents: this.#intents,
      timings: this.#timings,
      hasForeignId: scenario.hasForeignTopup === true,
      isProviderAway: scenario.isProviderAway === true,
      isUnhurt: (name) => this.#isUnhurt(name),
      nowMs: () => this.time.nowMs,
    });
  }

  async toTheEnd(): Promise<RunResult> {
    const { scenario, workers } = this.#schedule;
    if (scenario.hasForeignTopup) await this.#addForeignTopup();
    for (let index = 1; index <= workers; index += 1) this.#startWorker(`worker ${index}`);
    for (const reference of this.#references) this.#ask(reference);
    if (scenario.cancelAfterMs !== undefined) this.#planWithdrawal(scenario.cancelAfterMs);
    if (scenario.isAudited) this.#planAudit();
    for (;;) {
      this.#planChores();
      if (this.#isQuiet()) break;
      const isTooLong = this.trace.steps.length > STEPS_MAX || this.time.nowMs > START_MS + RUN_MS_MAX;
      if (isTooLong || !(await this.time.advance())) break;
    }
    await this.#judge.atTheEnd(this.#references);
    return this.#result();
  }

  // --- what processes stand in

  latencyMs(): number {
    return this.#schedule.isShaken ? 1 + Math.floor(this.random() ** 6 * 4_000) : LATENCY_MS;
  }

  answerMs(): number {
    return this.#schedule.isShaken ? this.latencyMs() : 0;
  }

  #wireMs(): number {
    return this.#schedule.isShaken ? 20 + Math.floor(this.random() ** 4 * 5_000) : WIRE_MS;
  }

  isRedisAway(): boolean {
    return this.time.nowMs < this.#awayUntilMs;
  }

  strike(fault: FaultKind): void {
    if (fault === "wipe") this.#wipe();
    if (fault === "double") this.#jobs.double();
    if (fault === "promote") this.#jobs.promoteAll();
    if (fault !== "outage") return;
    this.#awayUntilMs = this.time.nowMs + OUTAGE_MS;
    this.time.at(this.#awayUntilMs, () => {
      this.#jobs.stallAll();
      this.#offerAll();
    });
  }

  /** A job that another service added by itself is the only copy of its top-up until it was taken in. */
  #wipe(): void {
    const isOnlyCopy = this.#references.some((reference) => this.#ledger.recordOf(reference) === undefined);
    if (this.#schedule.scenario.door === "queue" && isOnlyCopy) return;
    this.#jobs.wipe();
  }

  onLost(process: SimProcess): void {
    this.#jobs.watch(process);
    this.#offerAll();
    if (process.isDead) this.#restart(process);
  }

  onWoken(): void {
    this.#offerAll();
  }

  onStopping(process: SimProcess): void {
    this.#offerAll();
    this.#restart(process);
  }

  /** Whoever watches over the processes starts another one in the place of one that is gone. */
  #restart(process: SimProcess): void {
    const worker = this.#workers.find((one) => one.process === process);
    if (worker === undefined) return;
    this.time.at(this.time.nowMs + RESTART_MS, () => {
      this.#generations += 1;
      this.#startWorker(`${process.name.replace(/ \(.*/, "")} (start ${this.#generations + 1})`);
    });
  }

  #startProcess(name: string): SimProcess {
    const process = new SimProcess(name, this);
    this.#processes.push(process);
    return process;
  }

  #startWorker(name: string): void {
    const worker = new SimWorker(this.#startProcess(name), {
      ledger: this.#ledger,
      jobs: this.#jobs,
      wires: { time: this.time, provider: this.#provider, wireMs: () => this.#wireMs() },
      timings: this.#timings,
      random: this.random,
      onGrant: (grant) => this.#grants.push(grant),
      onIntent: (line) => this.#note(JSON.parse(line)),
      onFact: (fact) => this.#count(fact),
      onDefect: (error) => this.#judge.accuse("defect", error.message),
    });
    this.#workers.push(worker);
    this.#offerAll();
  }

  #note(line: Intent & { kind: string }): void {
    if (line.kind === "intent") this.#intents.push(line);
  }

  #count(fact: string): void {
    this.#facts.set(fact, (this.#facts.get(fact) ?? 0) + 1);
  }

  // --- the queue's side: who gets which job

  /** Offers every job that waits to a worker that can take it, in turn. */
  #offerAll(): void {
    if (this.isRedisAway()) return;
    const ready = this.#workers.filter(({ process }) => process.isUp && !process.isStopping);
    for (const job of this.#jobs.waiting()) {
      const offered = this.#offers.get(job);
      const isPending = offered?.isUp && !offered.isStopping;
      const worker = ready[this.#turn % Math.max(1, ready.length)];
      if (isPending || worker === undefined) continue;
      this.#turn += 1;
      this.#offers.set(job, worker.process);
      this.time.at(this.time.nowMs, () => {
        if (!worker.process.isUp || worker.process.isStopping) {
          this.#offers.delete(job);
          return this.#offerAll();
        }
        void worker.take(job).then(() => this.#endOffer(job, worker.process));
      });
    }
  }

  #endOffer(job: StoredJob, process: SimProcess): void {
    if (this.#offers.get(job) === process) this.#offers.delete(job);
    this.#offerAll();
  }

  // --- chores, callers, people

  /** Plans the next sweep and the next probe for when they find something to do: a round that finds nothing is none. */
  #planChores(): void {
    const dueMs = Math.min(...this.#ledger.indexes.due.values());
    const sweepAtMs = Math.max(dueMs + SWEEP_LATE_MS, this.#sweptAtMs + SWEEP_EVERY_MS);
    if (Number.isFinite(dueMs) && sweepAtMs !== this.#sweepAtMs) this.#planSweep(sweepAtMs);
    const account = this.#ledger.gates.named("account");
    const isClosed = account?.reason === "INSUFFICIENT_BALANCE" && account.untilMs > this.time.nowMs;
    const isEmpty = isClosed || this.#ledger.gates.parked()["balance"] !== undefined;
    if (isEmpty && this.#probeAtMs <= this.time.nowMs) this.#planProbe(this.time.nowMs + BALANCE_PROBE_MS);
  }

  /** Plans a sweep; one that was planned before and is wanted at another time now does nothing. */
  #planSweep(atMs: number): void {
    this.#sweepAtMs = atMs;
    this.time.at(atMs, () => {
      if (this.#sweepAtMs !== atMs) return;
      this.#sweptAtMs = this.time.nowMs;
      for (const worker of this.#working()) void worker.sweep();
    });
  }

  #planProbe(atMs: number): void {
    this.#probeAtMs = atMs;
    this.time.at(atMs, () => {
      for (const worker of this.#working()) void worker.probeBalance();
    });
  }

  #planAudit(): void {
    this.time.at(this.time.nowMs + AUDIT_EVERY_MS, () => {
      const { books } = this.#provider;
      const evidence = { ledger: this.#ledger, books, timings: this.#timings, nowMs: () => this.time.nowMs };
      void auditRound(this.#references, evidence);
      this.#planAudit();
    });
  }

  #working(): SimWorker[] {
    return this.#workers.filter(({ process }) => process.isUp && !process.isStopping);
  }

  #ask(reference: string): void {
    const request = this.#requestOf();
    if (this.#schedule.scenario.door === "queue") {
      const data = { reference, ...request };
      this.#jobs.add({ id: `outside-${reference}`, queue: "submit", data }, 0);
      return;
    }
    this.#callersUnderWay += 1;
    const parts = { ledger: this.#ledger, jobs: this.#jobs, startProcess: (name: string) => this.#startProcess(name) };
    void askOverHttp(reference, request, parts).then((isAccepted) => {
      this.#callersUnderWay -= 1;
      if (!isAccepted) this.#judge.accuse("lost", `${reference} was never accepted`);
    });
  }

  #requestOf(): TopupRequest {
    return {
      operatorId: this.#schedule.scenario.operator ?? 341,
      amount: "5",
      useLocalAmount: false,
      recipientPhone: { countryCode: "NG", number: "2348031234567" },
    };
  }

  #planWithdrawal(afterMs: number): void {
    this.time.at(START_MS + afterMs, () => {
      void withdraw(this.#ledger, this.#references[0] ?? "");
    });
  }

  /** Another top-up that was accepted under the foreign id, and is none of this run's business. */
  async #addForeignTopup(): Promise<void> {
    const request = { ...this.#requestOf(), recipientPhone: { countryCode: "NG", number: "2348039999999" } };
    await this.#ledger.accept([{ reference: "other", request }]);
    await this.#ledger.claim("other", 1, { leaseMs: 1, holdJitterMs: 0 });
    const looked = await this.#ledger.look("other");
    if (looked === undefined) return;
    const move = { to: "review", because: "processing-for-too-long", patch: { transactionId: FOREIGN_ID } } as const;
    await this.#ledger.move(looked.record, move);
  }

  // --- the end

  /** Nothing is under way, and nothing is planned but what changes nothing. */
  #isQuiet(): boolean {
    const looked = this.#references.map((reference) => this.#ledger.recordOf(reference));
    if (looked.some((record) => record !== undefined && record.dueAtMs !== undefined)) return false;
    const isBusy = this.#provider.isBusy || this.#callersUnderWay > 0 || this.#personUnderWay > 0;
    if (isBusy || this.time.nowMs < this.#awayUntilMs) return false;
    if (this.#processes.some((process) => !process.isDead && !process.isUp)) return false;
    if (this.#workers.some((worker) => !worker.process.isDead && !worker.isIdle)) return false;
    if (looked.some((record) => record === undefined) && this.#jobs.open() > 0) return false;
    if (this.#jobs.open() > 0 && this.#working().length > 0) return false;
    return !this.#askPerson();
  }

  #isUnhurt(name: string): boolean {
    const process = this.#processes.find((one) => one.name === name);
    const hadFailures = this.trace.steps.some(({ fault }) => fault === "outage" || fault?.startsWith("fail"));
    return process !== undefined && !process.isDead && !process.isStopping && !hadFailures;
  }

  /** A person looks at what is in review; `true` when there is something to look at later. */
  #askPerson(): boolean {
    const { person = "nobody" } = this.#schedule.scenario;
    if (person === "nobody") return false;
    const inReview = this.#references
      .map((reference) => this.#ledger.recordOf(reference))
      .filter((record) => record?.state === "review");
    for (const record of inReview) {
      if (record === undefined || this.#decided(record, this.time.nowMs + PERSON_LOOKS_MS) === undefined) continue;
      this.#personUnderWay += 1;
      this.time.at(this.time.nowMs + PERSON_LOOKS_MS, () => {
        void this.#decide(record.reference);
      });
      return true;
    }
    return false;
  }

  #decided(record: TopupRecord, nowMs: number) {
    const rows = this.#provider.books.rows.filter(
      ({ identifier }) => attemptOfCustomIdentifier(identifier)?.reference === record.reference,
    );
    // At the end of the quiet period at the latest; the person comes back until then.
    const latestMs = Math.max(nowMs, (record.grantedAtMs ?? 0) + 2 * this.#timings.QUIET_MS);
    return verdictOn(record, rows, {
      nowMs: nowMs === this.time.nowMs ? nowMs : latestMs,
      timings: this.#timings,
      person: this.#schedule.scenario.person,
    });
  }

  async #decide(reference: string): Promise<void> {
    const record = this.#ledger.recordOf(reference);
    const move = record?.state === "review" ? this.#decided(record, this.time.nowMs) : undefined;
    if (record !== undefined && move !== undefined) {
      await this.#ledger.move(record, move, { ifVersion: record.version });
      if (move.to === "queued") {
        const { fence } = record;
        const attempt = move.patch.attempt ?? record.attempt;
        this.#jobs.ring("submit", { reference, attempt, fence }, 0);
      }
    }
    this.#personUnderWay -= 1;
  }

  /**
   * Where the run stands: the records, the gates and the provider's books. Counts that only count on are cut off at
   * two. A fault that strikes two runs in the same place, with the same outlook, leads to the same end.
   */
  #place(): string {
    const records = this.#references.map((reference) => {
      const record = this.#ledger.recordOf(reference);
      if (record === undefined) return "-";
      const { state, attempt, rounds, polls, lookups, holdReason = "", identifierUsed, transactionId = 0 } = record;
      const counts = [rounds, Math.min(polls, 2), Math.min(lookups, 2)].join("");
      const weighed = this.#ledger.toWeigh()[reference] ?? "";
      return `${state} ${holdReason} ${attempt} ${counts} ${identifierUsed} ${transactionId} ${weighed}`;
    });
    const gates = this.#ledger.gates.all().map(({ name, untilMs }) => `${name} ${untilMs > this.time.nowMs}`);
    return [...records, ...gates, this.#provider.standing()].join(" | ");
  }

  #result(): RunResult {
    const history = this.#references.flatMap((reference) => this.#ledger.story.history(reference));
    return {
      schedule: this.#schedule,
      steps: this.trace.steps,
      violations: this.#judge.violations,
      moves: new Set(history.map(({ from, to }) => `${from} -> ${to}`)),
      reasons: new Set(history.map(({ because }) => because)),
      rows: this.#provider.met,
      facts: this.#facts,
      records: this.#references.flatMap((reference) => this.#ledger.recordOf(reference) ?? []),
      lines: () => this.trace.lines(),
    };
  }
}

/** Whether nothing more happens to a top-up by itself. */
export function isClosed({ state }: TopupRecord): boolean {
  return isFinal(state) || state === "review";
}
