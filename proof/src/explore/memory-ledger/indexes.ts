import { STATES, type TopupState } from "@surefill/topup";

/** An index whose members each have a time. */
type Scored = Map<string, number>;

/** The indexes of a ledger in memory: by state, by alarm, by recipient, by campaign, by transactionId. */
export class MemoryIndexes {
  readonly states = new Map<TopupState, Scored>(STATES.map((state) => [state, new Map()]));
  readonly due: Scored = new Map();
  readonly phones = new Map<string, Scored>();
  readonly campaigns = new Map<string, Scored>();
  readonly transactions = new Map<number, string>();
  /** When the provider last accepted anything. */
  acceptedAtMs = 0;

  /** Puts a new row into every index that it belongs to. */
  add(reference: string, nowMs: number, { phoneHash, campaign }: { phoneHash: string; campaign?: string }): void {
    this.states.get("queued")?.set(reference, nowMs);
    this.due.set(reference, nowMs);
    scoredAt(this.phones, phoneHash).set(reference, nowMs);
    if (campaign !== undefined) scoredAt(this.campaigns, campaign).set(reference, nowMs);
  }

  /** Moves a row from one state's index to another's; a row that stays keeps its time. */
  enter(reference: string, from: TopupState, to: TopupState, nowMs: number): void {
    if (from === to) return;
    this.states.get(to)?.set(reference, nowMs);
    this.states.get(from)?.delete(reference);
  }

  /** References whose alarm is due by then, the most overdue first, equals by name. */
  dueBy(latestMs: number, limit: number): string[] {
    return sorted(this.due)
      .filter(([, dueAtMs]) => dueAtMs <= latestMs)
      .slice(0, limit)
      .map(([reference]) => reference);
  }

  /** Rows of a state entered by then, oldest first. */
  enteredBy(state: TopupState, latestMs: number, limit: number): string[] {
    return sorted(this.states.get(state) ?? new Map())
      .filter(([, enteredAtMs]) => enteredAtMs <= latestMs)
      .slice(0, limit)
      .map(([reference]) => reference);
  }
}

function scoredAt(index: Map<string, Scored>, name: string): Scored {
  const found = index.get(name) ?? new Map<string, number>();
  index.set(name, found);
  return found;
}

/** As Redis orders a sorted set: by score, then by name. */
export function sorted(scored: Scored): [string, number][] {
  return [...scored].toSorted(([one, oneMs], [other, otherMs]) => oneMs - otherMs || (one < other ? -1 : 1));
}
