import { readFileSync } from "node:fs";
import { register } from "node:module";
import { MessageChannel } from "node:worker_threads";
import type { Redis } from "ioredis";
import { CODE_MUTANTS, type CodeMutant } from "./code-mutants.js";
import type { killByComparison } from "./kill-by-comparison.js";
import type { killByFaults } from "./kill-by-faults.js";
import type { killByServerChange } from "./kill-by-server-change.js";
import { LEDGER_MUTANTS, type LedgerMutant, SCRIPTS } from "./ledger-mutants.js";
import { mutated, type TextMutant } from "./mutated.js";
import { SERVER_CHANGE_MUTANTS } from "./server-change-mutants.js";

/** What came of one mutant. `killedBy` is absent when it lived. */
export type MutantResult = { name: string; removes: string; killedBy?: string; tookMs: number };

/** One mutant with the way to kill it. */
export type AnyMutant = { id: string; text: TextMutant; name: string; removes: string } & (
  | { try: readonly string[] }
  | { try?: undefined; isOfChange?: true }
);

/** Every mutant, numbered. */
export const MUTANTS: readonly AnyMutant[] = [
  ...CODE_MUTANTS.map(ofCode),
  ...LEDGER_MUTANTS.map(ofLedger),
  ...SERVER_CHANGE_MUTANTS.map(ofChange),
];

function ofCode({ name, removes, file, replace, by, try: tried }: CodeMutant, index: number): AnyMutant {
  return { id: `code-${index + 1}`, text: { file, replace, by }, name, removes, try: tried };
}

function ofLedger({ name, removes, file = SCRIPTS, replace, by }: LedgerMutant, index: number): AnyMutant {
  return { id: `ledger-${index + 1}`, text: { file, replace, by }, name, removes };
}

function ofChange({ name, removes, file = SCRIPTS, replace, by }: LedgerMutant, index: number): AnyMutant {
  return { id: `change-${index + 1}`, text: { file, replace, by }, name, removes, isOfChange: true };
}

const root = new URL("../../../", import.meta.url).href;

/**
 * Makes each mutant in turn, from compiled code loaded afresh, and tries to kill it. Throws when a mutant's text is not
 * in its file exactly once, or when its file is never loaded: it would have proven nothing.
 */
export async function runMutants(
  mutants: readonly AnyMutant[],
  corner: { redis: Redis; prefix: string },
  onResult: (result: MutantResult) => void,
): Promise<void> {
  for (const { text } of mutants) mutated(readFileSync(new URL(text.file, root), "utf8"), text);
  const { port1: heard, port2: applied } = new MessageChannel();
  const loaded = new Set<string>();
  heard.on("message", (id: string) => loaded.add(id));
  const data = { root, mutants: Object.fromEntries(mutants.map(({ id, text }) => [id, text])), applied };
  register("./loader-hooks.js", import.meta.url, { data, transferList: [applied] });
  try {
    for (const mutant of mutants) {
      const startedMs = performance.now();
      const killedBy = await kill(mutant, corner);
      if (!loaded.has(mutant.id))
        throw new Error(`${mutant.text.file} was never loaded: ${mutant.name} changes nothing`);
      const { name, removes } = mutant;
      const tookMs = Math.round(performance.now() - startedMs);
      onResult({ name, removes, ...(killedBy !== undefined && { killedBy }), tookMs });
    }
  } finally {
    heard.close();
  }
}

async function kill(mutant: AnyMutant, corner: { redis: Redis; prefix: string }): Promise<string | undefined> {
  if (mutant.try !== undefined) {
    const faults: { killByFaults: typeof killByFaults } = await import(`./kill-by-faults.js?mutant=${mutant.id}`);
    return faults.killByFaults(mutant.try);
  }
  if (mutant.isOfChange) {
    const changes: { killByServerChange: typeof killByServerChange } = await import(
      `./kill-by-server-change.js?mutant=${mutant.id}`
    );
    return changes.killByServerChange(corner);
  }
  const comparison: { killByComparison: typeof killByComparison } = await import(
    `./kill-by-comparison.js?mutant=${mutant.id}`
  );
  return comparison.killByComparison(corner);
}
