import type { ClosedGate, GateEvidence, GateReason, GateTime } from "@surefill/topup";

type Gate = Omit<ClosedGate, "name">;
type GateEvidenced = GateReason & GateTime & { evidence?: GateEvidence };
type Failures = { count: number; recipients: Set<string>; atMs: number };
type Probes = { allowed: number; used: number; atMs: number };

const FAILURES_AGE_MS = 600_000;
const PROBES_FIRST = 2;
const PROBES_MAX = 64;
const PROBES_FAILED_MAX = 2;

/** The gates of a ledger in memory. A gate that has opened is remembered, as in Redis, until it is forgotten. */
export class MemoryGates {
  readonly #gates = new Map<string, Gate>();
  readonly #parked = new Map<string, Set<string>>();
  readonly #failures = new Map<string, Failures>();
  readonly #probes = new Map<string, Probes>();
  readonly #nowMs: () => number;
  readonly #random: () => number;

  constructor(nowMs: () => number, random: () => number) {
    this.#nowMs = nowMs;
    this.#random = random;
  }

  async close(name: string, closing: GateReason & GateTime): Promise<number> {
    return this.closeNow(name, closing);
  }

  async open(name: string): Promise<void> {
    this.#gates.delete(name);
    this.#failures.delete(name);
    this.#probes.delete(name);
  }

  async countFailure(name: string, closing: GateEvidenced): Promise<boolean> {
    if ((this.#gates.get(name)?.untilMs ?? 0) > this.#nowMs()) return true;
    if (!this.failed(name, closing, "")) return false;
    this.closeNow(name, closing);
    return true;
  }

  /** Counts a failure; answers whether there are enough to close the gate. One process counts as all there are. */
  failed(name: string, { evidence }: { evidence?: GateEvidence | undefined }, recipient: string): boolean {
    if (evidence === undefined) return true;
    const nowMs = this.#nowMs();
    const known = this.#failures.get(name);
    const before = known !== undefined && nowMs - known.atMs <= FAILURES_AGE_MS ? known : undefined;
    const recipients = new Set(before?.recipients);
    if (recipient !== "" && recipients.size < evidence.recipients) recipients.add(recipient);
    const count = (before?.count ?? 0) + 1;
    const isProbed = this.#probes.has(name);
    const isEnough = isProbed
      ? count >= PROBES_FAILED_MAX
      : count >= evidence.failures && recipients.size >= evidence.recipients;
    if (isEnough) {
      this.#failures.delete(name);
      this.#probes.set(name, { allowed: PROBES_FIRST, used: 0, atMs: 0 });
    } else this.#failures.set(name, { count, recipients, atMs: nowMs });
    return isEnough;
  }

  /** Something passed these gates. */
  passed(names: readonly string[]): void {
    for (const name of names) {
      this.#failures.delete(name);
      const probes = this.#probes.get(name);
      if (probes === undefined) continue;
      if (probes.allowed * 2 > PROBES_MAX) {
        this.#probes.delete(name);
        this.#gates.delete(name);
      } else this.#probes.set(name, { allowed: probes.allowed * 2, used: 0, atMs: this.#nowMs() });
    }
  }

  /** Until when a half-open gate lets nothing more pass. */
  probedUntilMs(name: string, { patienceMs, waitMs }: { patienceMs: number; waitMs: number }): number | undefined {
    const probes = this.#probes.get(name);
    const nowMs = this.#nowMs();
    if (probes === undefined || nowMs >= probes.atMs + patienceMs) return undefined;
    return probes.used >= probes.allowed ? nowMs + waitMs : undefined;
  }

  takeProbe(name: string, patienceMs: number): void {
    const probes = this.#probes.get(name);
    if (probes === undefined) return;
    const nowMs = this.#nowMs();
    const isNew = nowMs >= probes.atMs + patienceMs;
    this.#probes.set(name, {
      ...probes,
      used: (isNew ? 0 : probes.used) + 1,
      atMs: isNew ? nowMs : probes.atMs,
    });
  }

  async closed(): Promise<ClosedGate[]> {
    const nowMs = this.#nowMs();
    return this.all()
      .filter(({ untilMs }) => untilMs >= nowMs)
      .toSorted((one, other) => one.untilMs - other.untilMs || (one.name < other.name ? -1 : 1));
  }

  async parkedAt(gate: string, limit: number): Promise<string[]> {
    const parked = [...(this.#parked.get(gate) ?? [])];
    while (parked.length > limit) parked.splice(Math.floor(this.#random() * parked.length), 1);
    return parked;
  }

  async forgetOld(ageMs: number): Promise<void> {
    const beforeMs = this.#nowMs() - ageMs;
    for (const { name, untilMs } of this.all()) if (untilMs <= beforeMs) this.#gates.delete(name);
  }

  /** Closes a gate; answers until when. One that is closed for longer stays so. */
  closeNow(name: string, closing: GateReason & GateTime): number {
    const nowMs = this.#nowMs();
    const before = this.#gates.get(name);
    const currentMs = before?.untilMs ?? 0;
    const { reason, detail } = closing;
    const why = { reason, ...(detail !== undefined && { detail }) };
    if ("untilMs" in closing) {
      if (currentMs > closing.untilMs) return currentMs;
      const sinceMs = currentMs > nowMs ? (before?.sinceMs ?? nowMs) : nowMs;
      this.#gates.set(name, { untilMs: closing.untilMs, closings: 1, sinceMs, ...why });
      return closing.untilMs;
    }
    if (currentMs > nowMs) return currentMs;
    const { firstMs, delayMsMax } = closing;
    const inARow = before !== undefined && nowMs < currentMs + delayMsMax ? before : undefined;
    const closings = (inARow?.closings ?? 0) + 1;
    const untilMs = nowMs + Math.min(firstMs * 2 ** Math.min(closings - 1, 30), delayMsMax);
    this.#gates.set(name, { untilMs, closings, sinceMs: inARow?.sinceMs ?? nowMs, ...why });
    return untilMs;
  }

  /** The gate among `names` that stays closed longest, the first of several; `undefined` when all are open. */
  longestOf(names: readonly string[]): { name: string; untilMs: number } | undefined {
    let longest: { name: string; untilMs: number } | undefined;
    for (const name of names) {
      const untilMs = this.#gates.get(name)?.untilMs ?? 0;
      if (untilMs > this.#nowMs() && untilMs > (longest?.untilMs ?? 0)) longest = { name, untilMs };
    }
    return longest;
  }

  /** Moves a row from the gate it was parked at, if any, to another one, if any. */
  park(reference: string, from: string | undefined, to: string | undefined): void {
    if (from !== undefined && from !== to) this.#parked.get(from)?.delete(reference);
    if (to === undefined) return;
    const parked = this.#parked.get(to) ?? new Set();
    this.#parked.set(to, parked.add(reference));
  }

  /** One gate that is remembered, closed or not. */
  named(name: string): Readonly<Gate> | undefined {
    return this.#gates.get(name);
  }

  /** Every gate that is remembered, closed or not, by name. */
  all(): ClosedGate[] {
    return [...this.#gates].map(([name, gate]) => ({ name, ...gate })).toSorted(byName);
  }

  /** Who is parked where; gates without a row are left out. */
  parked(): Record<string, string[]> {
    const filled = [...this.#parked].filter(([, rows]) => rows.size > 0);
    return Object.fromEntries(filled.map(([gate, rows]) => [gate, [...rows].toSorted()]));
  }
}

function byName(one: { name: string }, other: { name: string }): number {
  return one.name < other.name ? -1 : 1;
}
