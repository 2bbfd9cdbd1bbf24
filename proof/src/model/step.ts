import type { Rules } from "./rules.js";
import type { World } from "./world.js";

/**
 * Every kind of step that the world can take. `fault`: something has to go wrong for it; without faults a top-up must
 * still come to an end. `person`: somebody has to want it; nothing may wait for it.
 */
export const STEPS = {
  // Workers, sending.
  claim: {},
  "claim-finds-gate": {},
  "claim-finds-answer": {},
  "claim-finds-contradiction": {},
  "send-unclaimed": {},
  journal: {},
  send: {},
  "too-late-to-send": {},
  "give-up-waiting": {},
  "lease-runs-out": {},
  // Workers, asking and writing.
  "look-up": {},
  "early-look-up": {},
  poll: {},
  "poll-unreadable": { fault: true },
  "poll-names-another": {},
  "poll-tells-no-top-up": { fault: true },
  "look-back": {},
  "patience-ends": { fault: true },
  "ask-after-hold": {},
  write: {},
  "write-refused": {},
  "keep-answer": {},
  "drop-answer": {},
  tell: {},
  kill: { fault: true },
  // Time and the network.
  "deadline-passes": {},
  "request-lost": { fault: true },
  // The provider.
  "duplicate-refused": {},
  "duplicate-check-passed": {},
  "refuse-for-good": {},
  "refuse-for-now": { fault: true },
  "refuse-yet-execute": { fault: true },
  "break-before-booking": { fault: true },
  book: {},
  "exchange-answers": { fault: true },
  "book-and-break": { fault: true },
  "turn-successful": {},
  "turn-refunded": {},
  "turn-failed": {},
  "take-failed-back": { fault: true },
  "failed-turns-successful": { fault: true },
  "half-an-hour-passes": {},
  "failed-turns-successful-late": { fault: true },
  list: {},
  // People.
  withdraw: { person: true },
  "verdict-succeeded": { person: true },
  "verdict-refunded": { person: true },
  "verdict-failed": { person: true },
  "verdict-send-again": { person: true },
  "verdict-new-attempt": { person: true },
  // Redis.
  "copy-falls-behind": { fault: true },
  "lose-data": { fault: true },
  rebuild: { person: true },
  "order-again": { person: true },
} as const satisfies Record<string, { fault?: true; person?: true }>;
export type StepKind = keyof typeof STEPS;

/** Who or what takes a step: the place of the worker, request or transaction in its list; 0 for the only one. */
export type Emit = (kind: StepKind, actor: number, after: World) => void;

/** Emits every step of one sort that a world can take, each with the world as it is afterwards. */
export type Steps = (world: World, rules: Rules, emit: Emit) => void;

/** Tells whether a top-up may wait for such a step for ever: nothing brings it about by itself. */
export function happensByItself(kind: StepKind): boolean {
  const { fault, person }: { fault?: true; person?: true } = STEPS[kind];
  return !fault && !person;
}
