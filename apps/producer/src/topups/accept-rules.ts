import type { Units } from "@surefill/campaign";
import type { TopupRequest } from "@surefill/topup";
import type { FieldProblem } from "../http/problem.js";
import type { LiveCatalogue } from "../operators/live-catalogue.js";
import { notSold } from "../operators/not-sold.js";
import { aboveTopupMax } from "./spending-limits.js";

/** What a new top-up is held against before it is stored. */
export type AcceptRules = {
  catalogue: Pick<LiveCatalogue, "view" | "lastKnown">;
  topupMax: Units;
};

/** Finds what the catalogue and the limits have against a request; empty where there is nothing. */
export type FindFaults = (request: TopupRequest) => FieldProblem[];

/** Reads the catalogue once, for one request or all of a batch. Without it nothing is held against a request but limits. */
export async function openAcceptRules({ catalogue, topupMax }: AcceptRules): Promise<FindFaults> {
  const view = await catalogue.view();
  const forRates = view ?? catalogue.lastKnown;
  return (request) =>
    [
      view === undefined ? undefined : notSold(view, request),
      aboveTopupMax(request, { topupMax, catalogue: forRates }),
    ].filter((fault) => fault !== undefined);
}
