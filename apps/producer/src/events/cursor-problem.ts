import { EventCursorError } from "@surefill/topup-store";
import { Problem } from "../http/problem.js";
import type { ProblemCode } from "../http/problem-codes.js";

const TOLD = {
  expired: {
    code: "cursor_expired",
    detail: "Events after this cursor have been removed from the log. after=0-0 starts at the oldest that is kept.",
  },
  ahead: {
    code: "cursor_ahead",
    detail: "The log has not come as far as this cursor: it is of another log, or this one has lost its end.",
  },
} as const satisfies Record<EventCursorError["kind"], { code: ProblemCode; detail: string }>;

/** What a reader is told whose cursor cannot be read on from. */
export function cursorFault({ kind }: EventCursorError): { code: ProblemCode; detail: string } {
  return TOLD[kind];
}

/** Turns the failure of a cursor into its problem; everything else stays what it is. */
export function asCursorProblem(error: unknown): unknown {
  if (!(error instanceof EventCursorError)) return error;
  const { code, detail } = cursorFault(error);
  return new Problem(code, { detail });
}
