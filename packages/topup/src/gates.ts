/** Which gate a refusal closes; the ledger fills in the top-up's own operator and phone hash. */
export type GateKind = "account" | "operator" | "phone" | "product";

/** A gate as an operator sees it. */
export type ClosedGate = { name: string; reason: string; untilMs: number; closings: number };

/**
 * For how long a gate closes. With `untilMs` to that time, and with `leastMs` at least for so long from the moment at
 * which a move that closes it is written down: whoever decides may have stood still since it looked at a clock. With
 * `firstMs` for that long, doubled for each closing in a row, at most `delayMsMax`.
 */
export type GateTime = { untilMs: number; leastMs?: number } | { firstMs: number; delayMsMax: number };

/** Which gate a decision closes, why, and for how long. */
export type GateClosing = { kind: GateKind; reason: string } & GateTime;
