import { SEAMS, type Seam } from "../seams.js";
import { FAULTS, type Fault, type FaultKind } from "./faults.js";
import { START_MS } from "./timeline.js";

/** One call of a process at a seam. */
export type Step = {
  number: number;
  atMs: number;
  process: string;
  seam: Seam;
  /** What the call is about: a reference, a job. */
  about: string;
  /** Where the run stood; told of struck steps, and of all in a run without faults. */
  place: string;
  /** What the provider was still going to do. */
  outlook: string;
  fault?: FaultKind;
};

const NOWHERE = { place: "", outlook: "" };

/** Writes down every step of a run, and says which of them goes wrong and how. */
export class Trace {
  readonly steps: Step[] = [];
  readonly notes: { atMs: number; text: string }[] = [];
  readonly #faults: ReadonlyMap<number, FaultKind>;
  readonly #whereabouts: () => Pick<Step, "place" | "outlook">;

  /** `whereabouts` is asked at the steps at which they are told. */
  constructor(faults: readonly Fault[], whereabouts: () => Pick<Step, "place" | "outlook">) {
    this.#faults = new Map(faults.map(({ step, kind }) => [step, kind]));
    this.#whereabouts = whereabouts;
  }

  /** Notes a step; answers its fault, if it has one. */
  begin(step: Pick<Step, "atMs" | "process" | "seam" | "about">): FaultKind | undefined {
    const number = this.steps.length + 1;
    const fault = this.#faults.get(number);
    const isTold = fault !== undefined || this.#faults.size === 0;
    this.steps.push({ ...step, number, ...(isTold ? this.#whereabouts() : NOWHERE), ...(fault && { fault }) });
    return fault;
  }

  /** Notes what happened elsewhere: at the provider, or to a process. */
  note(atMs: number, text: string): void {
    this.notes.push({ atMs, text });
  }

  /** The run in plain words, one line a step. */
  lines(): string[] {
    const steps = this.steps.map((step) => ({ atMs: step.atMs, text: wordsOf(step) }));
    const all = [...steps, ...this.notes].map((line, order) => ({ ...line, order }));
    const inTime = all.toSorted((one, other) => one.atMs - other.atMs || one.order - other.order);
    return inTime.map(({ atMs, text }) => `${clockText(atMs - START_MS)}  ${text}`);
  }
}

function wordsOf({ number, process, seam, about, fault }: Step): string {
  const what = `${number}. ${process}: ${SEAMS[seam]}${about === "" ? "" : ` (${about})`}`;
  return fault === undefined ? what : `${what}   <-- ${FAULTS[fault]}`;
}

/** Hours, minutes and seconds since the run began. */
function clockText(ms: number): string {
  const seconds = ms / 1_000;
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return `${hours}:${String(minutes).padStart(2, "0")}:${(seconds % 60).toFixed(3).padStart(6, "0")}`;
}
