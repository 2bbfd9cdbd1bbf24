/** A steady load through a trouble, and through none, side by side. */
import { untilSettled } from "../evidence.js";
import type { Order } from "../recipients.js";
import type { Rig, RigOptions } from "../rig.js";
import { auditEnds, type Ends, endedBy } from "./ends.js";
import { type Finding, percent, type ScenarioContext } from "./scenario.js";
import { shortenedBy } from "./settings.js";
import { onStage, sideBySide } from "./stage.js";
import { type Offered, offer, steadyOrders } from "./steady-load.js";

/** By how much waits are shortened where a scenario does not say otherwise. */
export const FACTOR = 10;
export const PER_SECOND = 10;
/** The hold after FAILED, and some more. */
export const SETTLE_DEADLINE_MS = 240_000;
/** Orders of the last moments are left out: they are under way when the load ends, with trouble or without. */
const LEFT_OUT_MS = 5_000;

/** Where the untroubled rig settles less than this of what it was offered, the machine is too busy to compare. */
const UNTROUBLED_SHARE_MIN = 0.95;

/** What a rig is like, and what happens to it. */
export type Trouble = {
  rig?: Partial<RigOptions>;
  /** Makes the orders, in place of those in turn over all operators. */
  makeOrders?: (run: string, count: number) => Order[];
  /** Just before the load. */
  begin?: (rig: Rig) => Promise<void>;
  /** Just after the load, before everything must be settled. */
  end?: (rig: Rig) => Promise<void>;
};

/** One load, its ends, and what was wrong with them. */
export type LoadRun = { offered: Offered; ends: Ends; wrong: string[] };

/** Offers the steady load to a rig with a trouble, or with none. */
export async function runLoad(context: ScenarioContext, trouble: Trouble): Promise<LoadRun> {
  const { seed, loadMs, signal } = context;
  const settings = { ...shortenedBy(FACTOR), ...trouble.rig?.settings };
  return onStage(context, { ...trouble.rig, settings }, async (rig) => {
    const makeOrders = trouble.makeOrders ?? steadyOrders;
    const orders = makeOrders(`live-${seed}`, Math.round((loadMs / 1_000) * PER_SECOND));
    await trouble.begin?.(rig);
    const offered = await offer(rig, { orders, perSecond: PER_SECOND, signal });
    await trouble.end?.(rig);
    const open = await untilSettled(rig, SETTLE_DEADLINE_MS);
    const ends = await auditEnds(rig, [...offered.orders.keys()], open);
    return { offered, ends, wrong: ends.wrong };
  });
}

/** Of the orders that were offered five seconds or more before the end of the load: how many, and how many ended by then. */
export function settledInTime(
  { offered, ends }: LoadRun,
  isWanted: (order: Order) => boolean = () => true,
): { offered: number; settled: number } {
  const counted = Math.ceil(offered.orders.size - (LEFT_OUT_MS / 1_000) * PER_SECOND);
  const wanted = [...offered.orders.values()].slice(0, counted).filter(isWanted);
  const hasEnded = ({ reference }: Order) => endedBy(ends.records.get(reference), offered.endedAtMs);
  return { offered: wanted.length, settled: wanted.filter(hasEnded).length };
}

/** The least share that must be kept, of all orders or of those that are wanted. */
export type Bound = { least: number; what?: string; isWanted?: (order: Order) => boolean };

export type Comparison = {
  untroubled?: Trouble;
  troubled: Trouble;
  bounds: readonly Bound[];
  /** How often the trouble struck; a run in which it never did shows nothing. */
  strokes: (within: LoadRun) => number;
};

/** Runs both, and holds what was settled in time under the trouble against what was without. */
export async function compareThroughput(
  context: ScenarioContext,
  { untroubled = {}, troubled, bounds, strokes }: Comparison,
): Promise<Finding[]> {
  const { without, within } = await sideBySide(runLoad(context, untroubled), runLoad(context, troubled));
  const struck = strokes(within);
  const wrong = [...without.wrong.map((text) => `untroubled: ${text}`), ...within.wrong];
  if (struck === 0) wrong.push("the trouble never struck: the run shows nothing");
  return bounds.map(({ least, what, isWanted }): Finding => {
    const base = settledInTime(without, isWanted);
    const kept = settledInTime(within, isWanted);
    const share = base.settled === 0 ? 0 : kept.settled / base.settled;
    const isStarved = base.settled < UNTROUBLED_SHARE_MIN * base.offered;
    return {
      offered: `${kept.offered}${what === undefined ? "" : ` ${what}`} at ${PER_SECOND}/s in all, struck ${struck} times`,
      kept: `${percent(share)} (${kept.settled} of ${base.settled})`,
      bound: `>= ${percent(least)}`,
      isKept: share >= least,
      wrong: isStarved ? [...wrong, `the machine was too busy: untroubled ${base.settled} of ${base.offered}`] : wrong,
    };
  });
}
