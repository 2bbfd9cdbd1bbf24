import { z } from "zod";
import { type Effect, effectSchema } from "./effects.js";
import type { Random } from "./random.js";

/** The kinds of request that a rule can name. `send` is both `POST /topups` and `POST /topups-async`. */
export const OPERATIONS = ["token", "send", "status", "report", "balance", "catalogue"] as const;
export type Operation = (typeof OPERATIONS)[number];

const ruleSchema = z.strictObject({
  match: z
    .strictObject({
      customIdentifier: z.string().min(1).max(150).optional(),
      phoneEnding: z
        .string()
        .regex(/^\d{1,15}$/, "must be the last 1 to 15 digits of the recipient's number")
        .optional(),
      operation: z.enum(OPERATIONS).optional(),
      probability: z.number().gt(0).max(1).optional(),
    })
    .default({}),
  times: z.number().int().positive().optional(),
  fault: effectSchema,
});

/** A list of rules, asked in order. A rule without `operation` is about sending; `times` is how often it may act. */
export const faultPlanSchema = z.strictObject({ rules: z.array(ruleSchema).max(10_000) });

/** A fault plan as a person writes it. */
export type FaultPlan = z.input<typeof faultPlanSchema>;

/** What a rule can see of a request. Both are undefined for a read, and for a body that does not name them. */
export interface RequestFacts {
  readonly operation: Operation;
  readonly customIdentifier: string | undefined;
  readonly recipient: string | undefined;
}

/** Checks a plan and throws an error that names the wrong field. */
export function parseFaultPlan(plan: unknown): z.infer<typeof faultPlanSchema> {
  const parsed = faultPlanSchema.safeParse(plan);
  if (!parsed.success) throw new Error(`The fault plan is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** A checked plan at work: it remembers how often each rule has acted. */
export class FaultRules {
  readonly #rules: Array<z.infer<typeof ruleSchema> & { timesLeft: number }>;
  readonly #random: Random;

  constructor(plan: z.infer<typeof faultPlanSchema>, random: Random) {
    this.#rules = plan.rules.map((rule) => ({ ...rule, timesLeft: rule.times ?? Number.POSITIVE_INFINITY }));
    this.#random = random;
  }

  /** The effects of every rule that matches this request. Asking counts as acting. */
  take(facts: RequestFacts): Effect[] {
    const effects: Effect[] = [];
    for (const rule of this.#rules) {
      if (rule.timesLeft === 0 || !this.#matches(rule.match, facts)) continue;
      rule.timesLeft -= 1;
      effects.push(rule.fault);
    }
    return effects;
  }

  #matches(match: z.infer<typeof ruleSchema>["match"], facts: RequestFacts): boolean {
    if (facts.operation !== (match.operation ?? "send")) return false;
    if (match.customIdentifier !== undefined && match.customIdentifier !== facts.customIdentifier) return false;
    if (match.phoneEnding !== undefined && facts.recipient?.endsWith(match.phoneEnding) !== true) return false;
    return match.probability === undefined || this.#random() < match.probability;
  }
}
