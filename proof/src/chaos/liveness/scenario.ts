/** What a scenario of the liveness run is, and what it comes to. */

/** One line of the table. */
export type Finding = {
  /** What was offered, such as "900 top-ups at 10/s". */
  offered: string;
  /** What came of it, with its unit. */
  kept: string;
  bound: string;
  isKept: boolean;
  /** What the audit found wrong, and what else must not be. */
  wrong: readonly string[];
};

export type ScenarioContext = {
  seed: number;
  /** How long load is offered where a scenario has no length of its own, in milliseconds. */
  loadMs: number;
  signal: AbortSignal;
  progress: (line: string) => void;
};

export type Scenario = {
  name: string;
  /** What is wrong, for the table. */
  trouble: string;
  /** One finding for each figure that has a bound. Rejects when the rig itself failed. */
  measure: (context: ScenarioContext) => Promise<Finding[]>;
};

/** A share as it stands in the table, cut and not rounded: 97.96 % is not 98.0 %. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
}
