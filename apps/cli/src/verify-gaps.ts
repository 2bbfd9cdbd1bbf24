import { type AuditCounts, type AuditScope, INVARIANTS, type InvariantId, isSumAsked } from "@surefill/audit";
import type { LedgerLostError } from "@surefill/topup-store";
import { grouped } from "./campaign/text-table.js";

/** The invariants that an audit judges, and the one that every script of the ledger holds. */
export type JudgedId = InvariantId | "S14";

const ALL: readonly JudgedId[] = [...(Object.keys(INVARIANTS) as InvariantId[]), "S14"];

/** A part of some invariants that was not judged. */
export type Gap = {
  invariants: readonly JudgedId[];
  /** What was not judged and why, in plain words. */
  what: string;
  /** It was asked for, and could not be judged. */
  wasAsked: boolean;
};

/** What an audit has seen, and what it could see. */
export type Seen = {
  scope: AuditScope;
  counts: AuditCounts;
  /** What the ledger has lost, as far as anybody knows. */
  loss: LedgerLostError | undefined;
  /** A journal of this machine knows how far the ledger had come. */
  isWitnessed: boolean;
};

/** What an audit has left out. */
export function gapsOf(seen: Seen): Gap[] {
  return [
    ...restlessGaps(seen),
    ...foreignGaps(seen),
    ...postGaps(seen),
    ...acceptanceGaps(seen),
    ...sumGaps(seen),
    ...lossGaps(seen),
  ];
}

/** The invariants of which nothing was left out. */
export function checkedWhole(gaps: readonly Gap[]): JudgedId[] {
  return ALL.filter((id) => gaps.every(({ invariants }) => !invariants.includes(id)));
}

/** What only another run can judge. */
function restlessGaps({ counts: { moving, unresolved, unreadable } }: Seen): Gap[] {
  const againstProvider = ["S1", "S2", "S3", "S4", "S11"] as const;
  const movedOn = `${counted(moving, "top-up")} moved on whenever the provider had answered: run it again`;
  const tooMany = `${counted(unresolved, "difference")} were too many to look into: mend the others, and run it again`;
  const notRead = `${counted(unreadable, "answer")} of Reloadly's report that cannot be read, and may be paid top-ups`;
  return [
    ...(unreadable > 0 ? [notPossible(againstProvider, notRead)] : []),
    ...(moving > 0 ? [notPossible(againstProvider, movedOn)] : []),
    ...(unresolved > 0 ? [notPossible([...againstProvider, "S8"], tooMany)] : []),
  ];
}

function foreignGaps({ scope, counts }: Seen): Gap[] {
  if (scope.foreign !== "count" || counts.foreign === 0) return [];
  const what = `${counted(counts.foreign, "transaction")} that no top-up made: taken for somebody else's (--foreign)`;
  return [notAsked(["S2"], what)];
}

function postGaps({ scope, counts }: Seen): Gap[] {
  const invariants = ["S3", "S6"] as const;
  if (scope.books === undefined) {
    return [notAsked(invariants, "when every POST came: only a local Reloadly's own books tell that (--books)")];
  }
  if (scope.books.posts === undefined) {
    return [notPossible(invariants, "when every POST came: the local Reloadly was started without --record-posts")];
  }
  const gaps: Gap[] = [];
  if (counts.foreignPosts > 0) {
    const what = `${counted(counts.foreignPosts, "POST")} that no top-up made: taken for somebody else's (--foreign)`;
    gaps.push(notAsked(invariants, what));
  }
  if (counts.unjudgedPosts > 0) {
    const what = `${counted(counts.unjudgedPosts, "POST")} whose grants the ledger does not hold any more`;
    gaps.push(notAsked(invariants, what));
  }
  return gaps;
}

function acceptanceGaps({ scope }: Seen): Gap[] {
  return [
    ...(scope.acknowledged === undefined
      ? [notAsked(["S7"], "that everything acknowledged is there: nobody said what was (--acknowledged)")]
      : []),
    ...(scope.isSettled === true ? [] : [notAsked(["S7"], "that everything has ended (--settled)")]),
  ];
}

function sumGaps({ scope, counts: { unpriced } }: Seen): Gap[] {
  const isAsked = isSumAsked(scope);
  const gaps: Gap[] = [];
  if (!isAsked) {
    gaps.push(notAsked(["S11"], "that the wallet lost just what was paid (--books and --settled, without --since)"));
  }
  if (unpriced > 0) {
    const what = `what ${counted(unpriced, "paid top-up")} cost: nobody told it`;
    gaps.push({ invariants: ["S11"], what, wasAsked: isAsked });
  }
  return gaps;
}

function lossGaps({ loss, isWitnessed }: Seen): Gap[] {
  if (loss !== undefined) return [notPossible(["S14"], loss.message)];
  if (isWitnessed) return [];
  return [notAsked(["S14"], "whether Redis has forgotten anything: STATE_DIR holds no journal that can be read")];
}

function notAsked(invariants: readonly JudgedId[], what: string): Gap {
  return { invariants, what, wasAsked: false };
}

function notPossible(invariants: readonly JudgedId[], what: string): Gap {
  return { invariants, what, wasAsked: true };
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
