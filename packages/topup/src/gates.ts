import type { TopupRecord } from "./record.js";

/** Which gate a refusal closes; the ledger fills in the top-up's own operator and phone hash. */
export type GateKind = "account" | "operator" | "phone" | "product";

/** Why a gate is closed. `reason` is the provider's code, or the client's; `detail` what is known beyond it. */
export type GateReason = { reason: string; detail?: string };

/** A gate that is closed, as an operator sees it. All times are in milliseconds since 1970, by the ledger's clock. */
export type ClosedGate = GateReason & {
  name: string;
  /** When top-ups try again. */
  untilMs: number;
  /** How often it has closed in a row. */
  closings: number;
  /** When the first of these closings was. Absent for a gate that an earlier version closed. */
  sinceMs?: number;
};

/** A gate that closed or opened. `atMs`: of a closing, until when; of an opening, when that was. */
export type GateChange = Omit<ClosedGate, "untilMs"> & { change: "closed" | "opened"; atMs: number };

/**
 * For how long a gate closes. With `untilMs` to that time, and with `leastMs` at least for so long from the moment at
 * which a move that closes it is written down: whoever decides may have stood still since it looked at a clock. With
 * `firstMs` for that long, doubled for each closing in a row, at most `delayMsMax`.
 */
export type GateTime = { untilMs: number; leastMs?: number } | { firstMs: number; delayMsMax: number };

/**
 * How much evidence closes a gate that concerns more than one top-up: failures without a success between them, over how
 * many recipients, and seen by how many processes (of those that run, where fewer do). A success starts the count anew.
 */
export type GateEvidence = { failures: number; recipients: number; processes: number };

/**
 * Which gate a decision closes, why, and for how long. Without `evidence` it closes at once. With it the failure is one
 * among others, and the gate closes when there are enough; `also` counts the failure against the account, too.
 */
export type GateClosing = { kind: GateKind; evidence?: GateEvidence; also?: "account" } & GateReason & GateTime;

/** What closes the gate of an operator, and that of the account. One failure closes neither, nor does one recipient. */
export const GATE_EVIDENCE = {
  operator: { failures: 5, recipients: 3, processes: 1 },
  account: { failures: 5, recipients: 3, processes: 2 },
} as const satisfies Record<"operator" | "account", GateEvidence>;

/** What closes the account's gate when no process gets a token or a connection: the recipients do not matter. */
export const UNREACHABLE_EVIDENCE: GateEvidence = { failures: 3, recipients: 0, processes: 2 };

/** Whether a name is a gate's of this kind; `campaign` is the gate of a campaign or of a label. */
export function isGateOf(name: string, kind: GateKind | "balance" | "campaign" | "recreated"): boolean {
  return name === kind || name.startsWith(`${kind}:`);
}

/** The gate that a top-up waits at; `undefined` when it waits at none. */
export function gateOf({ holdReason }: Pick<TopupRecord, "holdReason">): string | undefined {
  return holdReason?.startsWith("gate:") ? holdReason.slice("gate:".length) : undefined;
}
