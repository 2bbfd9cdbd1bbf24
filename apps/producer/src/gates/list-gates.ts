import { type ClosedGate, explainGate, type GateKind, isGateOf } from "@surefill/topup";
import { z } from "zod";
import { wholeText } from "../http/query.js";
import type { HttpResult } from "../http/result.js";
import type { PromptLedger } from "../prompt-ledger.js";

const LIMIT_MAX = 500;

/** The query of the list of gates. */
export const gateQuerySchema = z.strictObject({
  limit: wholeText(LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`).default(100),
});

const time = z.iso.datetime().describe("UTC, with milliseconds");

const gateSchema = z
  .object({
    name: z.string().describe("As in `hold.reason`, behind `gate:`. A phone stands in it as a hash"),
    gates: z.string().describe("Which top-ups wait"),
    reason: z.string().describe("Why it is closed, in plain words"),
    code: z.string().describe("The provider's code, or ours where it gave none"),
    since: time.nullable().describe("Since when it has been closed; closings that follow one another count as one"),
    nextTryAt: time.describe("When top-ups try again"),
    closings: z.int().describe("How often it has closed in a row"),
    waiting: z.int().describe("Top-ups that are parked at it. Rows that a campaign has not fed yet are not counted"),
    whatToDo: z.string(),
  })
  .meta({ id: "ClosedGate" });

/** The closed gates. */
export const gateListSchema = z
  .object({
    data: z.array(gateSchema),
    closed: z.int().describe("How many gates are closed"),
    hasMore: z.boolean().describe("More are closed than `limit` shows: those that concern the most come first"),
  })
  .meta({ id: "ClosedGates" });

const KINDS: readonly (GateKind | "campaign" | "recreated")[] = [
  "recreated",
  "account",
  "operator",
  "campaign",
  "phone",
  "product",
];

/** `GET /v1/gates`: every closed gate, those first that hold back the most. */
export const listGates =
  ({ ledger }: { ledger: Pick<PromptLedger, "closedGates" | "waitingAt"> }) =>
  async ({ limit }: z.output<typeof gateQuerySchema>): Promise<HttpResult> => {
    const closed = await ledger.closedGates();
    const ranked = closed.toSorted((one, other) => rankOf(one) - rankOf(other) || other.untilMs - one.untilMs);
    const shown = ranked.slice(0, limit);
    const waiting = await ledger.waitingAt(shown.map(({ name }) => name));
    const data = shown.map((gate) => gateView(gate, waiting.get(gate.name) ?? 0));
    return { status: 200, json: { data, closed: closed.length, hasMore: closed.length > limit } };
  };

function rankOf({ name }: ClosedGate): number {
  const rank = KINDS.findIndex((kind) => isGateOf(name, kind));
  return rank === -1 ? KINDS.length : rank;
}

function gateView(gate: ClosedGate, waiting: number): z.output<typeof gateSchema> {
  const { name, reason: code, sinceMs, untilMs, closings } = gate;
  const { gates, reason, whatToDo } = explainGate(gate);
  const since = sinceMs === undefined ? null : new Date(sinceMs).toISOString();
  return { name, gates, reason, code, since, nextTryAt: new Date(untilMs).toISOString(), closings, waiting, whatToDo };
}
