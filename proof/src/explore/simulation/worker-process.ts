import { createReloadlyClient } from "@surefill/reloadly-client";
import type { Logger } from "@surefill/runtime";
import type { QueueName, Timings } from "@surefill/topup";
import {
  type BalanceSeen,
  createIntentJournal,
  createPollProcessor,
  createSubmitProcessor,
  type Processor,
  Provider,
  probeBalance,
  runProcessor,
  type SubmitParts,
  sweep,
} from "@surefill/worker";
import type { MemoryLedger } from "../memory-ledger/memory-ledger.js";
import { openSimTransport, type Wires } from "../provider/transport.js";
import type { JobStore, StoredJob } from "./job-store.js";
import type { SimProcess } from "./process.js";
import { seamAlarms } from "./seam-alarms.js";
import { type Grant, seamLedger } from "./seam-ledger.js";

/** As a worker is set up. */
export const SWEEP_LATE_MS = 30_000;
export const BALANCE_PROBE_MS = 30_000;

const ENVIRONMENT = { apiUrl: "http://provider", authUrl: "http://tokens", audience: "http://provider" };

/** Facts of a run that tell whether it met what it was made for. */
export type Fact =
  | "stale move refused"
  | "alarm replaced"
  | "claim too old to be sent"
  | "transactionId kept as evidence";

export type WorkerParts = {
  ledger: MemoryLedger;
  jobs: JobStore;
  wires: Wires;
  timings: Timings;
  random: () => number;
  onGrant: (grant: Grant) => void;
  /** A line of the intent journal is on the disk. */
  onIntent: (line: string) => void;
  /** A fact of this run that is worth counting. */
  onFact: (fact: Fact) => void;
  /** The code itself failed: what it wanted makes no sense. */
  onDefect: (error: Error) => void;
};

/** Errors that no outage explains. */
function isDefect(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}

/** Writes nothing down, but hears of a defect that somebody else has caught. */
function listeningLog(onDefect: (error: Error) => void): Logger {
  const listen = ({ err }: Readonly<Record<string, unknown>>) => {
    if (isDefect(err)) onDefect(err);
  };
  const log: Logger = { debug: listen, info: listen, warn: listen, error: listen, fatal: listen, child: () => log };
  return log;
}

/** A worker: the real processors and chores, on seams. */
export class SimWorker {
  readonly process: SimProcess;
  readonly #parts: WorkerParts;
  readonly #submitParts: SubmitParts;
  readonly #processors: Readonly<Record<QueueName, Processor>>;
  /** Jobs and chores under way. */
  #running = 0;
  #balanceSeen: BalanceSeen;

  constructor(process: SimProcess, parts: WorkerParts) {
    this.process = process;
    this.#parts = parts;
    const { clock, stopped } = process;
    const client = createReloadlyClient({
      environment: ENVIRONMENT,
      clientId: "id",
      clientSecret: "secret",
      clock,
      openTransport: openSimTransport(process, parts.wires),
    });
    this.#submitParts = {
      ledger: seamLedger(process, parts.ledger, {
        onGrant: parts.onGrant,
        onEvidence: () => parts.onFact("transactionId kept as evidence"),
      }),
      alarms: seamAlarms(process, parts.jobs),
      journal: createIntentJournal({
        log: {
          isHealthy: true,
          append: (line) => process.call({ seam: "journal.append", about: "" }, () => parts.onIntent(line)),
        },
        witness: { epoch: "epoch", sequence: 0 },
        clock,
        deadlineMs: parts.timings.SEND_DEADLINE_MS,
        logger: listeningLog(parts.onDefect),
        metrics: { journalFailed: () => undefined },
      }),
      log: listeningLog(parts.onDefect),
      provider: new Provider(client, { submitTimeoutMs: parts.timings.SUBMIT_TIMEOUT_MS, deadlines: process }),
      clock,
      chance: { random: parts.random },
      timings: parts.timings,
      metrics: {
        submitted: (outcome) => {
          const isTooLate = outcome.kind === "not-sent" && outcome.code === "RELOADLY_NOT_SENT";
          if (isTooLate) parts.onFact("claim too old to be sent");
        },
        polled: () => undefined,
        lookedUp: () => undefined,
        staleMove: () => parts.onFact("stale move refused"),
        sweptUp: () => parts.onFact("alarm replaced"),
      },
      stopped: stopped.signal,
    };
    this.#processors = {
      submit: createSubmitProcessor(this.#submitParts),
      poll: createPollProcessor(this.#submitParts),
    };
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Takes a job, if it still waits then, and runs it to its end. */
  async take(job: StoredJob): Promise<void> {
    await this.#during(async () => {
      const { jobs } = this.#parts;
      const token = await this.process.call({ seam: "queue.take", about: job.id }, () => jobs.take(job, this.process));
      if (token === undefined) return;
      jobs.hold(job, token);
      await this.#run(job, token);
    });
  }

  async #run(job: StoredJob, token: string): Promise<void> {
    const { jobs } = this.#parts;
    const { process } = this;
    const runnable = {
      id: job.id,
      data: job.data,
      updateData: (data: unknown) =>
        process.call({ seam: "queue.replace-data", about: job.id }, () => {
          job.data = data;
        }),
      moveToDelayed: (atMs: number, held?: string) =>
        process.call({ seam: "queue.delay", about: job.id }, () => jobs.moveToDelayed(job, held, atMs)),
    };
    try {
      await runProcessor(this.#processors[job.queue], runnable, token, process.clock);
      await process.call({ seam: "queue.finish", about: job.id }, () => jobs.finish(job, token));
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      if (name === "DelayedError") return;
      if (isDefect(error)) this.#parts.onDefect(error);
      const isForGood = name === "UnrecoverableError";
      await process.call({ seam: "queue.finish", about: job.id }, () => jobs.fail(job, token, isForGood));
    }
  }

  /** One round of the sweeper. */
  async sweep(): Promise<void> {
    await this.#during(() => sweep({ ...this.#submitParts, lateMs: SWEEP_LATE_MS }));
  }

  /** One probe of the balance. */
  async probeBalance(): Promise<void> {
    await this.#during(async () => {
      const parts = { ...this.#submitParts, intervalMs: BALANCE_PROBE_MS };
      this.#balanceSeen = await probeBalance(parts, this.#balanceSeen);
    });
  }

  /** A chore or a job that fails is over; the queue and the next round see to the rest. */
  async #during(work: () => Promise<unknown>): Promise<void> {
    this.#running += 1;
    await work().catch((error: unknown) => {
      if (isDefect(error)) this.#parts.onDefect(error);
    });
    this.#running -= 1;
  }
}
