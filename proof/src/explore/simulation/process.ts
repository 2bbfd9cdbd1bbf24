import { getEventListeners, setMaxListeners } from "node:events";
import type { Clock as ClientClock } from "@surefill/reloadly-client";
import type { Clock } from "@surefill/runtime";
import { LedgerUnavailableError } from "@surefill/topup-store";
import type { Seam } from "../seams.js";
import { type FaultKind, LONG_STALL_MS, STALL_MS } from "./faults.js";
import type { Surroundings } from "./surroundings.js";

/** What a call at a seam is about, and how long it takes there and back. */
export type SeamCall = { seam: Seam; about: string };

/**
 * One operating system process. It can be killed: then nothing of it ever goes on, no `catch` and no `finally`
 * included, but what it has sent arrives. It can stand still: then everything that comes for it waits until it wakes.
 */
export class SimProcess {
  readonly name: string;
  readonly stopped = new AbortController();
  readonly #world: Surroundings;
  #isDead = false;
  #frozenUntilMs = 0;
  /** How far its monotonic clock is behind, from nights in which the machine slept. */
  #sleptMs = 0;

  constructor(name: string, world: Surroundings) {
    this.name = name;
    this.#world = world;
    setMaxListeners(0, this.stopped.signal); // Every deadline listens to it.
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Neither dead nor standing still. */
  get isUp(): boolean {
    return !this.#isDead && this.#world.time.nowMs >= this.#frozenUntilMs;
  }

  get isStopping(): boolean {
    return this.stopped.signal.aborted;
  }

  /** Kills the process. */
  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#world.trace.note(this.#world.time.nowMs, `${this.name} is dead`);
    this.#world.onLost(this);
  }

  /** Tells the process to stop, with no time left for what is under way. */
  stop(): void {
    if (this.#isDead || this.isStopping) return;
    this.#world.trace.note(this.#world.time.nowMs, `${this.name} is told to stop`);
    this.stopped.abort(new Error("the worker is stopping"));
    this.#world.onStopping(this);
  }

  #freeze(ms: number, isAsleep: boolean): void {
    const { time, trace } = this.#world;
    this.#frozenUntilMs = Math.max(this.#frozenUntilMs, time.nowMs + ms);
    if (isAsleep) this.#sleptMs += ms;
    time.at(this.#frozenUntilMs, () => {
      if (this.#isDead) return;
      trace.note(time.nowMs, `${this.name} wakes up`);
      this.#world.onWoken(this);
    });
    this.#world.onLost(this);
  }

  /**
   * Something that comes for the process: it waits while the process stands still, and is lost when it is dead.
   * `isIdle` tells, when the time has come, that nobody waits for it.
   */
  later(atMs: number, action: () => void, isIdle: () => boolean = () => false): void {
    const { time } = this.#world;
    time.at(
      atMs,
      () => {
        if (this.#isDead) return;
        if (time.nowMs < this.#frozenUntilMs) this.later(this.#frozenUntilMs, action, isIdle);
        else action();
      },
      () => this.#isDead || isIdle(),
    );
  }

  /** Notes a step and lets its fault strike before the effect. `false` when the process did not live to go on. */
  begin({ seam, about }: SeamCall): { goesOn: boolean; fault: FaultKind | undefined } {
    if (this.#isDead) return { goesOn: false, fault: undefined };
    const { time, trace } = this.#world;
    const fault = trace.begin({ atMs: time.nowMs, process: this.name, seam, about });
    if (fault === "die-before") this.die();
    else if (fault === "stall-before") this.#freeze(STALL_MS, false);
    else if (fault === "long-stall-before") this.#freeze(LONG_STALL_MS, false);
    else if (fault === "suspend-before") this.#freeze(LONG_STALL_MS, true);
    else if (fault === "stop") this.stop();
    else if (fault !== undefined) this.#world.strike(fault);
    return { goesOn: !this.#isDead, fault };
  }

  /** Lets a fault strike after the effect. */
  end(fault: FaultKind | undefined): void {
    if (fault === "die-after") this.die();
    else if (fault === "stall-after") this.#freeze(STALL_MS, false);
    else if (fault === "long-stall-after") this.#freeze(LONG_STALL_MS, false);
    else if (fault === "suspend-after") this.#freeze(LONG_STALL_MS, true);
  }

  /**
   * Makes a call to Redis or to the disk: the effect happens a moment after the call, whatever becomes of the process meanwhile, and
   * the answer comes a moment after the effect. The promise of a process that has died never settles.
   */
  call<T>(call: SeamCall, effect: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const { goesOn, fault } = this.begin(call);
      if (!goesOn) return;
      const { time } = this.#world;
      const send = () =>
        time.at(time.nowMs + this.#world.latencyMs(), () => {
          void this.#take(call, fault, effect).then(resolve, reject);
        });
      if (this.isUp) send();
      else this.later(time.nowMs, send);
    });
  }

  async #take<T>({ seam }: SeamCall, fault: FaultKind | undefined, effect: () => T | Promise<T>): Promise<T> {
    const isAway = (this.#world.isRedisAway() && !seam.startsWith("journal.")) || fault === "fail-before";
    const done = isAway ? undefined : settle(effect);
    this.end(fault);
    const outcome = await done;
    await this.#answered();
    if (outcome === undefined || fault === "fail-after") throw connectionLost(seam);
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Waits for an answer to come back; for ever, if nobody is there any more to hear it. */
  #answered(): Promise<void> | undefined {
    const latencyMs = this.#world.answerMs();
    if (latencyMs === 0 && this.isUp) return undefined;
    return new Promise((arrived) => this.later(this.#world.time.nowMs + latencyMs, arrived));
  }

  /** A signal that aborts when so much time has passed, as the process sees it. */
  within(deadlineMs: number): AbortSignal {
    const deadline = new AbortController();
    this.later(
      this.#world.time.nowMs + deadlineMs,
      () => deadline.abort(TIMED_OUT),
      () => getEventListeners(deadline.signal, "abort").length === 0,
    );
    if (this.stopped.signal.aborted) deadline.abort(this.stopped.signal.reason);
    this.stopped.signal.addEventListener("abort", () => deadline.abort(this.stopped.signal.reason));
    return deadline.signal;
  }

  readonly clock: Clock & ClientClock = {
    nowMs: () => this.#world.time.nowMs,
    monotonicMs: () => this.#world.time.nowMs - this.#sleptMs,
    deadline: (deadlineMs) => this.within(deadlineMs),
    random: () => this.#world.random(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        this.later(this.#world.time.nowMs + ms, resolve);
      }),
  };
}

/** One for all: to make one is dear, and most come when nobody waits any more. */
const TIMED_OUT = new DOMException("the deadline passed", "TimeoutError");

type Settled<T> = { value: T } | { error: unknown };

async function settle<T>(effect: () => T | Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await effect() };
  } catch (error) {
    return { error };
  }
}

/** There was no answer. The ledger says so in its own error, the others as it comes. */
function connectionLost(seam: Seam): Error {
  const cause = new Error("Connection is closed.");
  return seam.startsWith("ledger.") || seam.startsWith("gates.") ? new LedgerUnavailableError(cause) : cause;
}
