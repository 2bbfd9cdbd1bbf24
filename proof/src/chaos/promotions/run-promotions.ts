/** Promotions of replicas that are behind, one after the other, each with processes, load and books of its own. */
import { COMPANIONS, type Promotion, type PromotionPlan, runPromotion } from "./promotion.js";

/** In turn; 0 is a replica that has everything but what is on its way. */
const LAGS_MS = [400, 0, 100, 1_500, 30, 800, 200];

/** What `count` promotions of a seed are like. */
export function planPromotions(seed: number, count: number): PromotionPlan[] {
  return Array.from({ length: count }, (_, index) => ({
    seed: seed + index,
    lagMs: LAGS_MS[index % LAGS_MS.length] ?? 0,
    companion: COMPANIONS[index % COMPANIONS.length] ?? COMPANIONS[0],
  }));
}

/** Runs them and tells of each. Rejects when a rig itself failed. */
export async function runPromotions(
  plans: readonly PromotionPlan[],
  { progress, signal }: { progress: (line: string) => void; signal: AbortSignal },
): Promise<Promotion[]> {
  const promotions: Promotion[] = [];
  for (const [index, plan] of plans.entries()) {
    signal.throwIfAborted();
    const promotion = await runPromotion(plan);
    promotions.push(promotion);
    progress(`${index + 1} of ${plans.length}: ${describe(promotion)}`);
  }
  return promotions;
}

/** What is wrong with a promotion: a loss that was not noticed before a claim, or anything that was sent twice. */
export function wrongWith({ lostTopups, lostWrites, outcome, claims, sentTwice, executedTwice }: Promotion): string[] {
  const hasLost = lostTopups > 0 || outcome === "noticed";
  return [
    ...(lostTopups > 0 && outcome === "opened" ? [`${lostTopups} acknowledged top-ups are gone, unnoticed`] : []),
    ...(hasLost && claims > 0 ? [`${claims} claims before the loss was noticed`] : []),
    ...(outcome === "noticed" && lostWrites <= 0 ? ["a loss where nothing is lost"] : []),
    ...(sentTwice + executedTwice > 0 ? [`${sentTwice} sent twice, ${executedTwice} executed twice`] : []),
  ];
}

/** The sum over all, and what is wrong, for a person. */
export function summarise(promotions: readonly Promotion[]): string {
  const count = (isMeant: (promotion: Promotion) => boolean) => promotions.filter(isMeant).length;
  const opened = promotions.filter(({ outcome }) => outcome === "opened").map(({ afterMs }) => afterMs);
  const noticed = promotions.filter(({ outcome }) => outcome === "noticed").map(({ afterMs }) => afterMs);
  const lost = promotions.filter(({ lostWrites }) => lostWrites > 0);
  return [
    `${promotions.length} promotions; ${lost.length} lacked writes of the primary (${lost.reduce((sum, { lostWrites }) => sum + lostWrites, 0)} in all)`,
    `noticed as a loss: ${noticed.length}${spanOf(noticed)}; opened: ${opened.length}${spanOf(opened)}; wait for a person: ${count(({ outcome }) => outcome === "waits")}`,
    `acknowledged top-ups gone in ${count(({ lostTopups }) => lostTopups > 0)}; of those opened all the same: ${count(({ lostTopups, outcome }) => lostTopups > 0 && outcome === "opened")}`,
    `claims before a loss was noticed: ${promotions.filter(({ outcome }) => outcome === "noticed").reduce((sum, { claims }) => sum + claims, 0)}; identifiers sent twice: ${promotions.reduce((sum, { sentTwice }) => sum + sentTwice, 0)}`,
    ...promotions.flatMap((promotion, index) => wrongWith(promotion).map((what) => `promotion ${index + 1}: ${what}`)),
  ].join("\n");
}

function spanOf(times: readonly number[]): string {
  return times.length === 0 ? "" : ` (after ${Math.min(...times)} to ${Math.max(...times)} ms)`;
}

function describe(promotion: Promotion): string {
  const { lagMs, companion, lostWrites, lostTopups, outcome, afterMs, claims } = promotion;
  const lost = `${lostWrites} writes lost, ${lostTopups} acknowledged top-ups gone`;
  const wrong = wrongWith(promotion).map((what) => `, WRONG: ${what}`);
  return `${lagMs} ms behind, ${companion}: ${lost}; ${outcome} after ${afterMs} ms, ${claims} claims${wrong.join("")}`;
}
