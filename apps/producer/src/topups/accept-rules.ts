import type { Units } from "@surefill/campaign";
import type { TopupRequest } from "@surefill/topup";
import type { Spend } from "@surefill/topup-store";
import type { FieldProblem } from "../http/problem.js";
import type { LiveCatalogue } from "../operators/live-catalogue.js";
import { notSold } from "../operators/not-sold.js";
import { type DailyLimits, type Spender, spendOf } from "./daily-limits.js";
import { guardBeyondRetention } from "./not-taken.js";
import { aboveTopupMax } from "./spending-limits.js";

/** What a new top-up is held against before it is stored. */
export type AcceptRules = {
  catalogue: Pick<LiveCatalogue, "view" | "lastKnown">;
  topupMax: Units;
  dailyLimits: DailyLimits | undefined;
  /** How long a final top-up is kept. */
  retentionDays: number;
};

/** The rules as they are for one request, or for all items of one batch. */
export type RulesNow = {
  /** What the catalogue, the limit for one top-up and retention have against it; empty where there is nothing. */
  faultsOf: (request: TopupRequest, unlessPaidWithinMs?: number) => FieldProblem[];
  /** What it counts towards its key's limit of the day. */
  spendOf: (request: TopupRequest, spender: Spender) => Spend | undefined;
};

/** Reads the catalogue once. Without it nothing is held against a request but limits. */
export async function openAcceptRules({
  catalogue,
  topupMax,
  dailyLimits,
  retentionDays,
}: AcceptRules): Promise<RulesNow> {
  const view = await catalogue.view();
  const forRates = view ?? catalogue.lastKnown;
  return {
    faultsOf: (request, unlessPaidWithinMs) =>
      [
        view === undefined ? undefined : notSold(view, request),
        aboveTopupMax(request, { topupMax, catalogue: forRates }),
        guardBeyondRetention(unlessPaidWithinMs, retentionDays),
      ].filter((fault) => fault !== undefined),
    spendOf: (request, spender) => spendOf(request, spender, { limits: dailyLimits, catalogue: forRates }),
  };
}
