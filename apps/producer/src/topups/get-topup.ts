import { gateOf, type TopupRecord } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import { z } from "zod";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { type ReviewTimings, reviewView, reviewViewSchema } from "./review-view.js";
import type { ShowTopup } from "./show-topup.js";
import { historyView, historyViewSchema, type KnownGates, topupViewSchema } from "./topup-view.js";

/** A top-up with its moves, oldest first; the oldest are dropped beyond 60. */
export const topupWithHistorySchema = topupViewSchema
  .extend({
    history: z.array(historyViewSchema),
    review: reviewViewSchema.optional().describe("While it is in review: what is known of it"),
  })
  .meta({ id: "TopupWithHistory" });

/** `GET /v1/topups/{reference}`: one top-up with its history, as its caller may see it. */
export const getTopup =
  (deps: { ledger: Pick<PromptLedger, "look" | "history" | "gatesNamed">; timings: ReviewTimings }) =>
  async ({ reference, show }: { reference: string; show: ShowTopup }): Promise<HttpResult> => {
    const [looked, history] = await Promise.all([deps.ledger.look(reference), deps.ledger.history(reference)]);
    if (looked === undefined) throw topupNotFound(reference);
    const { record, nowMs } = looked;
    const review =
      record.state === "review" ? { review: reviewView(record, history, { nowMs, timings: deps.timings }) } : {};
    const gates = await knownGates(deps.ledger, record, nowMs);
    return { status: 200, json: { ...show(record, gates), history: history.map(historyView), ...review } };
  };

/** The gate that a held top-up waits at, and those that are closed to a queued one. */
async function knownGates(
  ledger: Pick<PromptLedger, "gatesNamed">,
  record: TopupRecord,
  nowMs: number,
): Promise<KnownGates | undefined> {
  const gate = gateOf(record);
  if (gate !== undefined) return ledger.gatesNamed([gate]);
  if (record.state !== "queued") return undefined;
  const known = await ledger.gatesNamed(["account", `operator:${record.operatorId ?? ""}`]);
  return new Map([...known].filter(([, { untilMs }]) => untilMs > nowMs));
}

/** Reads a record that must be there. Throws a `topup_not_found` problem when it is not. */
export async function lookUp(ledger: Pick<Ledger, "look">, reference: string): Promise<TopupRecord> {
  const looked = await ledger.look(reference);
  if (looked === undefined) throw topupNotFound(reference);
  return looked.record;
}

/** The problem of a reference that nobody ever used. */
export function topupNotFound(reference: string): Problem {
  return new Problem("topup_not_found", { detail: `There is no top-up with the reference ${reference}.` });
}
