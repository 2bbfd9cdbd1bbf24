/** A rig for one scenario, taken apart when it is over. */
import { openRig, type Rig, type RigOptions } from "../rig.js";
import type { ScenarioContext } from "./scenario.js";
import { QUIET_PROVIDER } from "./settings.js";

/** Uses a rig whose provider does nothing wrong where nothing is said. `wrong` in the answer keeps its files. */
export async function onStage<Result extends { wrong: readonly string[] }>(
  { seed, signal, progress }: Pick<ScenarioContext, "seed" | "signal" | "progress">,
  options: Omit<RigOptions, "seed">,
  use: (rig: Rig) => Promise<Result>,
): Promise<Result> {
  const provider = { ...QUIET_PROVIDER, ...options.provider };
  const rig = await openRig({ seed, faultPlan: { rules: [] }, ...options, provider });
  let keepFiles = true;
  try {
    signal.throwIfAborted();
    const result = await use(rig);
    keepFiles = result.wrong.length > 0;
    return result;
  } finally {
    keepFiles &&= !signal.aborted;
    await rig.close({ keepFiles });
    if (keepFiles) progress(`  logs and state are in ${rig.dir}`);
  }
}

/** Uses two rigs side by side. When one fails the other is taken apart in order before this rejects. */
export async function sideBySide<Result>(
  untroubled: Promise<Result>,
  troubled: Promise<Result>,
): Promise<{ without: Result; within: Result }> {
  await Promise.allSettled([untroubled, troubled]);
  return { without: await untroubled, within: await troubled };
}
