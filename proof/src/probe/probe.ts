import type { Bench } from "./bench.js";

/** `could not tell`: the provider did not let it come to the question, and says nothing for or against. */
export type Verdict = "holds" | "does not hold" | "could not tell";

/** What a probe found, with what it saw, in a sentence. */
export type Finding = { verdict: Verdict; because: string };

/** One question to the provider about something that Surefill relies on. */
export type Probe = {
  name: string;
  /** The assumption in docs/assumptions.md that it is about. */
  assumption: string;
  /** The sentence that holds or does not. */
  claims: string;
  /** Top-ups that are sent and may all be executed and paid for. */
  topupsMax: number;
  run: (bench: Bench) => Promise<Finding>;
};

export const holds = (because: string): Finding => ({ verdict: "holds", because });
export const doesNotHold = (because: string): Finding => ({ verdict: "does not hold", because });
export const couldNotTell = (because: string): Finding => ({ verdict: "could not tell", because });
