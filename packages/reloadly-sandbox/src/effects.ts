import { z } from "zod";
import { type Answer, emptyBody, HTML_502, RESET } from "./answer.js";
import { refusal, refuse } from "./refusal.js";

const delayMs = z.number().int().min(0).max(86_400_000);

/** What becomes of a top-up that was executed. */
const OUTCOMES = [
  "success",
  "success-slow",
  "refunded",
  "failed",
  "failed-then-successful",
  "successful-then-refunded",
  "processing-for-ever",
  "unknown-status",
] as const;

const outcome = (kind: (typeof OUTCOMES)[number]) => z.strictObject({ kind: z.literal(kind) });

/** One thing that the sandbox does to a request, the vocabulary of endings, fault plan and random mix alike. */
export const effectSchema = z.discriminatedUnion("kind", [
  outcome("success"),
  outcome("success-slow"),
  outcome("refunded"),
  outcome("failed"),
  outcome("failed-then-successful"),
  outcome("successful-then-refunded"),
  outcome("processing-for-ever"),
  outcome("unknown-status"),
  z.strictObject({
    kind: z.literal("refuse"),
    errorCode: z.string().min(1).max(100),
    httpStatus: z.number().int().min(400).max(599).optional(),
  }),
  z.strictObject({
    kind: z.literal("rate-limited"),
    retryAfterSeconds: z.number().int().min(0).max(86_400).optional(),
    limitHeaders: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal("token-expired") }),
  z.strictObject({ kind: z.literal("access-denied") }),
  z.strictObject({ kind: z.literal("reset-before-commit") }),
  z.strictObject({ kind: z.literal("empty-body"), httpStatus: z.number().int().min(400).max(599).optional() }),
  z.strictObject({ kind: z.literal("timeout-after-commit") }),
  z.strictObject({ kind: z.literal("slow"), delayMs: delayMs.optional() }),
  z.strictObject({ kind: z.literal("error-after-commit"), errorCode: z.string().min(1).max(100).optional() }),
  z.strictObject({ kind: z.literal("reset-after-commit") }),
  z.strictObject({ kind: z.literal("html-502") }),
  z.strictObject({ kind: z.literal("cut-answer") }),
  z.strictObject({ kind: z.literal("answer-without-id") }),
  z.strictObject({ kind: z.literal("duplicate-window"), windowMs: delayMs }),
  z.strictObject({ kind: z.literal("report-lag"), lagMs: delayMs }),
  z.strictObject({ kind: z.literal("executed-twice") }),
  z.strictObject({ kind: z.literal("swapped-ids") }),
]);

export type Effect = z.infer<typeof effectSchema>;
export type Outcome = (typeof OUTCOMES)[number];

type BeforeCommit = Extract<
  Effect,
  { kind: "refuse" | "rate-limited" | "token-expired" | "access-denied" | "reset-before-commit" | "empty-body" }
>;
type AfterCommit = Extract<
  Effect,
  {
    kind:
      | "timeout-after-commit"
      | "slow"
      | "error-after-commit"
      | "reset-after-commit"
      | "html-502"
      | "cut-answer"
      | "answer-without-id";
  }
>;

/** All that is done to one request. Effects in different places add up; in one place the first one counts. */
export interface Treatment {
  before?: BeforeCommit;
  outcome?: Outcome;
  after?: AfterCommit;
  duplicateWindowMs?: number;
  reportLagMs?: number;
  executions: number;
  /** The answer is exchanged with that of the next POST that has this effect. */
  isSwapped?: boolean;
}

/** Adds an effect to a treatment, unless its place is taken. */
export function addEffect(treatment: Treatment, effect: Effect): void {
  switch (effect.kind) {
    case "success":
    case "success-slow":
    case "refunded":
    case "failed":
    case "failed-then-successful":
    case "successful-then-refunded":
    case "processing-for-ever":
    case "unknown-status":
      treatment.outcome ??= effect.kind;
      return;
    case "duplicate-window":
      treatment.duplicateWindowMs ??= effect.windowMs;
      return;
    case "report-lag":
      treatment.reportLagMs ??= effect.lagMs;
      return;
    case "executed-twice":
      treatment.executions = 2;
      return;
    case "swapped-ids":
      treatment.isSwapped = true;
      return;
    case "refuse":
    case "rate-limited":
    case "token-expired":
    case "access-denied":
    case "reset-before-commit":
    case "empty-body":
      treatment.before ??= effect;
      return;
    case "timeout-after-commit":
    case "slow":
    case "error-after-commit":
    case "reset-after-commit":
    case "html-502":
    case "cut-answer":
    case "answer-without-id":
      treatment.after ??= effect;
      return;
  }
}

/** The answer in place of doing anything at all. */
export function answerBefore(effect: BeforeCommit, where: { path: string; nowMs: number }): Answer {
  switch (effect.kind) {
    case "refuse":
      return refuse(
        refusal(effect.errorCode, effect.httpStatus === undefined ? {} : { httpStatus: effect.httpStatus }),
        where,
      );
    case "rate-limited":
      return { ...refuse(refusal("RATE_LIMIT_REACHED"), where), headers: rateLimitHeaders(effect, where.nowMs) };
    case "token-expired":
      return refuse(refusal("TOKEN_EXPIRED"), where);
    case "access-denied":
      // The shape of the OAuth layer, which knows nothing of Reloadly's error body.
      return { status: 403, body: '{"error":"access_denied","error_description":"Unauthorized"}' };
    case "reset-before-commit":
      return RESET;
    case "empty-body":
      return emptyBody(effect.httpStatus ?? 500);
  }
}

function rateLimitHeaders(
  effect: Extract<Effect, { kind: "rate-limited" }>,
  nowMs: number,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  if (effect.retryAfterSeconds !== undefined) headers["retry-after"] = String(effect.retryAfterSeconds);
  if (effect.limitHeaders === true) {
    headers["x-ratelimit-limit"] = "100";
    headers["x-ratelimit-remaining"] = "0";
    headers["x-ratelimit-reset"] = String(Math.floor(nowMs / 1000) + (effect.retryAfterSeconds ?? 60));
  }
  return headers;
}

/** What the caller gets to see of an answer after the work behind it was done. */
export function answerAfter(
  effect: AfterCommit | undefined,
  answer: Answer,
  where: { path: string; nowMs: number; slowAnswerMs: number },
): Answer {
  if (effect === undefined) return answer;
  switch (effect.kind) {
    case "timeout-after-commit":
      return { ...answer, delivery: { how: "never" } };
    case "slow":
      return { ...answer, delivery: { how: "late", delayMs: effect.delayMs ?? where.slowAnswerMs } };
    case "error-after-commit":
      return refuse(refusal(effect.errorCode ?? "INTERNAL_SERVER_ERROR", { httpStatus: 500 }), where);
    case "reset-after-commit":
      return RESET;
    case "html-502":
      return HTML_502;
    case "cut-answer":
      return { ...answer, delivery: { how: "cut" } };
    case "answer-without-id":
      return { status: 200, body: "{}" };
  }
}
