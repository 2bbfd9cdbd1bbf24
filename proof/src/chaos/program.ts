/** A program of ours that is kept running, as a supervisor in production does, and mistreated. */
import { setTimeout as sleep } from "node:timers/promises";
import { type BackgroundProcess, startBackgroundProcess } from "../../../scripts/background-process.mjs";

/** Between two tries to start a program that refuses to: its Redis may be away. */
const RETRY_MS = 250;
const START_DEADLINE_MS = 60_000;

export type ProgramOptions = {
  name: string;
  script: string;
  env?: Record<string, string>;
  args?: string[];
  nodeArgs?: string[];
  /** A log file for the n-th process of this program. */
  logPath: (incarnation: number) => string;
};

/** One program through all its processes. */
export class Program {
  readonly #options: ProgramOptions;
  #process: BackgroundProcess;
  #incarnation: number;
  /** The process whose end is our doing. */
  #ended: BackgroundProcess | undefined;
  #isClosed = false;
  /** The latest start, which goes on until it succeeds. */
  #starting: Promise<void> = Promise.resolve();
  /** Processes that were ready and ended by themselves, which none of them ever should. */
  readonly endedByThemselves: string[] = [];
  /** Starts that were refused; the next try came by itself. */
  refusedStarts = 0;

  private constructor(options: ProgramOptions, process: BackgroundProcess) {
    this.#options = options;
    this.#process = process;
    this.#incarnation = 1;
    this.#watch(process);
  }

  static async start(options: ProgramOptions): Promise<Program> {
    return new Program(options, await launch(options, 1));
  }

  get name(): string {
    return this.#options.name;
  }

  get url(): string {
    return this.#process.url;
  }

  get incarnation(): number {
    return this.#incarnation;
  }

  get logPaths(): string[] {
    return Array.from({ length: this.#incarnation }, (_, index) => this.#options.logPath(index + 1));
  }

  async signal(name: "SIGSTOP" | "SIGCONT" | "SIGUSR2"): Promise<void> {
    await this.#starting;
    process.kill(this.#process.pid, name);
  }

  /** SIGKILL; resolves when it is gone. `startAgain` follows. */
  async kill(): Promise<void> {
    await this.#starting;
    this.#ended = this.#process;
    process.kill(this.#process.pid, "SIGKILL");
    await this.#process.exited;
  }

  /** SIGTERM; resolves with the exit code. `startAgain` follows. */
  async terminate(): Promise<number | null> {
    await this.#starting;
    this.#ended = this.#process;
    await this.#process.stop();
    return this.#process.exited;
  }

  /** Starts a new process, and tries again while it refuses, as a supervisor does. */
  startAgain(): Promise<void> {
    this.#starting = this.#startAgain();
    return this.#starting;
  }

  async #startAgain(): Promise<void> {
    const giveUpAtMs = performance.now() + START_DEADLINE_MS;
    while (!this.#isClosed) {
      this.#incarnation += 1;
      try {
        this.#process = await launch(this.#options, this.#incarnation);
        this.#watch(this.#process);
        return;
      } catch (error) {
        this.refusedStarts += 1;
        if (performance.now() > giveUpAtMs) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#starting.catch(() => undefined);
    const last = this.#process;
    if (this.#ended === last) return;
    this.#ended = last;
    process.kill(last.pid, "SIGCONT"); // A frozen process would sleep through its end.
    await last.stop();
  }

  #watch(started: BackgroundProcess): void {
    void started.exited.then((code) => {
      if (this.#ended === started || this.#isClosed) return;
      this.endedByThemselves.push(`${this.#options.name} (process ${this.#incarnation}) with code ${code}`);
      this.#ended = started;
      // Whoever uses the program next is told when it cannot be started any more.
      this.startAgain().catch(() => undefined);
    });
  }
}

function launch(options: ProgramOptions, incarnation: number): Promise<BackgroundProcess> {
  const { name, script, args = [], nodeArgs = [], env = {} } = options;
  return startBackgroundProcess({ name, script, args, nodeArgs, env, logPath: options.logPath(incarnation) });
}
