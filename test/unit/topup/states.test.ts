/** The move table is the law of the ledger; here it is held against DESIGN's list of states and against every decision. */
import { BECAUSE, canMove, EVENT_TYPES, endMove, isFinal, MOVES, STATES, type TopupState } from "@surefill/topup";
import { describe, expect, test } from "vitest";

const FINALS: readonly TopupState[] = ["succeeded", "refunded", "failed", "rejected", "cancelled"];

/** Compiles only while every state has an entry: a new state must be thought about here, too. */
const REACHED_FROM: Record<TopupState, readonly TopupState[]> = {
  queued: ["queued", "submitting", "unknown", "held", "review"],
  submitting: ["queued", "held"],
  unknown: ["submitting", "unknown", "processing", "held"],
  processing: ["queued", "submitting", "unknown", "processing", "held"],
  held: ["queued", "submitting", "unknown", "processing", "held"],
  review: ["queued", "submitting", "unknown", "processing", "held", "review"],
  succeeded: ["unknown", "processing", "held", "review"],
  refunded: ["unknown", "processing", "held", "review"],
  failed: ["submitting", "held", "review"],
  rejected: ["queued", "submitting", "held"],
  cancelled: ["queued", "held"],
};

describe("the move table", () => {
  test.each(STATES)("%s is entered from exactly the states that were thought through", (state) => {
    expect(STATES.filter((from) => canMove(from, state))).toEqual(REACHED_FROM[state]);
  });

  test("a final state is never left", () => {
    expect(STATES.filter(isFinal)).toEqual(FINALS);
    for (const state of FINALS) expect(MOVES[state]).toEqual([]);
  });

  test("a claim is granted only from waiting states, so nothing in flight or unknown is sent again", () => {
    expect(STATES.filter((from) => canMove(from, "submitting"))).toEqual(["queued", "held"]);
  });

  test("a top-up that may be paid cannot be cancelled, rejected or failed without an answer", () => {
    for (const to of ["cancelled", "rejected", "failed"] as const) {
      expect(canMove("unknown", to)).toBe(false);
      expect(canMove("processing", to)).toBe(false);
    }
    expect(canMove("submitting", "cancelled")).toBe(false);
  });

  test("review ends only in money verdicts or a new attempt", () => {
    expect(MOVES.review).toEqual(["review", "succeeded", "refunded", "failed", "queued"]);
  });

  test("every state can be reached from the start, and every open state can end", () => {
    const reached = new Set<TopupState>(["queued"]);
    for (const from of reached) for (const to of MOVES[from]) reached.add(to);
    expect([...reached].toSorted()).toEqual([...STATES].toSorted());
    for (const state of STATES.filter((open) => !isFinal(open))) {
      const onwards = new Set<TopupState>([state]);
      for (const from of onwards) for (const to of MOVES[from]) onwards.add(to);
      expect([...onwards].some(isFinal), state).toBe(true);
    }
  });
});

describe("the end of a top-up", () => {
  test.each([...FINALS, "review" as const])(
    "%s tells about itself and leaves no hold, lease or alarm behind",
    (state) => {
      const to = state as Parameters<typeof endMove>[0];
      const move = endMove(to, "withdrawn", { code: "X" });
      expect(move).toEqual({
        to,
        because: "withdrawn",
        patch: { code: "X", holdReason: null, holdUntilMs: null, leaseUntilMs: null },
        event: `topup.${to}`,
      });
      expect(EVENT_TYPES).toContain(move.event);
    },
  );

  test("reasons and states have no duplicates, since both are stored as text", () => {
    expect(new Set(BECAUSE).size).toBe(BECAUSE.length);
    expect(new Set(STATES).size).toBe(STATES.length);
  });
});
