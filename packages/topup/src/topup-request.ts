import { z } from "zod";
import { amountSchema } from "./amount.js";
import { phoneSchema } from "./phone.js";
import { nameSchema, newReferenceSchema } from "./reference.js";
import { type RequestIssue, requestIssues } from "./request-issues.js";
import { type SenderPhone, senderPhoneSchema } from "./sender-phone.js";
import { unlessPaidWithinSchema } from "./unless-paid-within.js";

const operatorIdWanted = { error: 'must be a Reloadly operator id (a whole number above 0) or "auto"' };

const operatorIdSchema = z
  .union(
    [
      z.literal("auto"),
      z.string().regex(/^[1-9]\d{0,8}$/, operatorIdWanted),
      z.int().min(1, operatorIdWanted).max(999_999_999, operatorIdWanted),
    ],
    operatorIdWanted,
  )
  .transform((operatorId) => (operatorId === "auto" ? operatorId : Number(operatorId)));

/** Reloadly tops up Nauta (Cuba) accounts by e-mail address, at these two domains only. */
export const nautaEmailSchema = z
  .string({ error: "must be a Nauta e-mail address" })
  .max(100, { error: "must be at most 100 characters" })
  .transform((email) => email.toLowerCase())
  .pipe(
    z.string().regex(/^[a-z0-9._-]+@nauta\.(com|co)\.cu$/, {
      error: "must be a Nauta address ending in @nauta.com.cu or @nauta.co.cu",
    }),
  );

const METADATA_ENTRIES_MAX = 20;
const METADATA_KEY_WANTED = "metadata keys are 1 to 40 characters out of A-Z a-z 0-9 _ . - and not __proto__";

const metadataRecordSchema = z
  .record(
    z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/),
    z
      .string({ error: "must be a string" })
      .max(200, { error: "must be at most 200 characters" })
      // Half of a surrogate pair has no form in UTF-8: it could not be stored as it was sent.
      .refine((text) => !/\p{Surrogate}/u.test(text), { error: "must be well-formed Unicode" }),
    { error: (issue) => (issue.code === "invalid_key" ? METADATA_KEY_WANTED : "must be an object of strings") },
  )
  .meta({ maxProperties: METADATA_ENTRIES_MAX });

/**
 * The record schema leaves out a key `__proto__` without a word, so it is refused before. So are too many entries: the
 * schema would look at each.
 */
const metadataSchema = z.preprocess((metadata, context) => {
  if (typeof metadata !== "object" || metadata === null) return metadata;
  if (Object.hasOwn(metadata, "__proto__")) {
    context.addIssue({ code: "custom", path: ["__proto__"], message: METADATA_KEY_WANTED });
  } else if (Object.keys(metadata).length > METADATA_ENTRIES_MAX) {
    context.addIssue({ code: "custom", message: `must have at most ${METADATA_ENTRIES_MAX} entries` });
  }
  return metadata;
}, metadataRecordSchema);

/** What the ids of campaigns begin with. */
const CAMPAIGN_ID_PREFIX = "cmp_";

/** A caller's label must not make a top-up look as if a campaign had sent it: the campaign's counts would be wrong. */
const campaignLabelSchema = nameSchema.refine((label) => !label.startsWith(CAMPAIGN_ID_PREFIX), {
  error: `must not start with ${CAMPAIGN_ID_PREFIX}: such names belong to campaigns`,
});

/** Reloadly's own samples send the flag as text. */
const flagSchema = z
  .union([z.boolean(), z.enum(["true", "false"])], { error: "must be true or false" })
  .transform((flag) => flag === true || flag === "true");

/**
 * Libraries that write a body from a class send null for what was not set. Taken where nothing depends on it: a
 * `reference` of null is refused, because a caller that lost its reference would pay twice.
 */
function nullable<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (value === null ? undefined : value), schema.optional()).optional();
}

const fields = {
  operatorId: operatorIdSchema.describe('Reloadly\'s operator id, or "auto" to have it detected from the number'),
  amount: amountSchema.describe("A plain decimal above 0 with at most 5 decimals, as text or as a number"),
  useLocalAmount: flagSchema
    .default(false)
    .describe("The amount is in the operator's currency instead of the account's"),
  recipientPhone: nullable(phoneSchema).describe("Who is topped up: a valid number of the given country"),
  receiverPhone: nullable(phoneSchema).describe("The older name of recipientPhone in Reloadly's documentation"),
  recipientEmail: nullable(nautaEmailSchema).describe("Instead of recipientPhone, for Nauta accounts in Cuba"),
  senderPhone: nullable(senderPhoneSchema).describe("Who pays, where the operator shows it to the recipient"),
  campaign: campaignLabelSchema.optional().describe("A label to find top-ups by; `cmp_` begins those of campaigns"),
  metadata: metadataSchema.optional().describe("Up to 20 texts of the caller's own; never sent to the provider"),
};

const wireSchema = z.strictObject(
  {
    ...fields,
    reference: newReferenceSchema
      .optional()
      .describe(
        "The caller's own id, unique for ever and without regard to case; needed, so that a retry is recognised",
      ),
    customIdentifier: newReferenceSchema.optional().describe("Another name for reference"),
    unlessPaidWithin: nullable(unlessPaidWithinSchema).describe(
      "Refuse it if another top-up to this recipient was paid within this time, or may still be: an ISO 8601 duration " +
        "such as P30D or PT12H",
    ),
  },
  { error: "must be an object: one top-up" },
);

type Wire = z.output<typeof wireSchema>;

/** A rule between fields. It is checked beside faults of single fields, so that a caller hears of all at once. */
function rule(path: keyof Wire, error: string, holds: (wire: Wire) => boolean): [typeof holds, object] {
  return [holds, { path: [path], error, when: isObject }];
}

function isObject({ value }: { value: unknown }): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * What a caller sends to have one top-up made, over HTTP or straight into the submit queue. Field names are
 * Reloadly's, so that a Reloadly request body is valid here. `customIdentifier` is another name for `reference`, and
 * `receiverPhone` one for `recipientPhone`. `reference` comes out in lower case, with `spelling` where that differs.
 */
export const topupRequestSchema = wireSchema
  .refine(
    ...rule(
      "recipientPhone",
      "send either recipientPhone or, for Nauta in Cuba, recipientEmail",
      (wire) => (recipientIn(wire) === undefined) !== (wire.recipientEmail === undefined),
    ),
  )
  .refine(
    ...rule(
      "receiverPhone",
      "is another name for recipientPhone; send one of them, or the same number in both",
      ({ recipientPhone, receiverPhone }) =>
        !recipientPhone || !receiverPhone || recipientPhone.number === receiverPhone.number,
    ),
  )
  .refine(
    ...rule(
      "operatorId",
      "an operator can be detected from a phone number only; give its id",
      (wire) => wire.recipientEmail === undefined || wire.operatorId !== "auto",
    ),
  )
  .refine(
    ...rule(
      "customIdentifier",
      "is another name for reference; send one of them, or the same value in both",
      ({ reference, customIdentifier }) =>
        !isText(reference) || !isText(customIdentifier) || reference.toLowerCase() === customIdentifier.toLowerCase(),
    ),
  )
  .transform(({ reference, customIdentifier, unlessPaidWithin, ...rest }): TopupRequest & AskedBeside => {
    const chosen = reference ?? customIdentifier;
    return {
      ...withoutUndefined(rest),
      ...(chosen !== undefined && namedReference(chosen)),
      ...(unlessPaidWithin !== undefined && { unlessPaidWithinMs: unlessPaidWithin }),
    };
  });

/** What a caller says of a top-up beside what is bought: no part of its content. */
export type AskedBeside = Partial<NamedReference> & {
  /** The top-up is not taken where another to its recipient was paid within so long, or may still be. */
  unlessPaidWithinMs?: number;
};

/** Rules run beside faults of single fields, so that a value may be anything. */
function isText(value: unknown): value is string {
  return typeof value === "string";
}

function recipientIn({ recipientPhone, receiverPhone }: Pick<Wire, "recipientPhone" | "receiverPhone">) {
  return recipientPhone ?? receiverPhone ?? undefined;
}

/** A reference in lower case, and as its caller wrote it where that differs. */
export type NamedReference = { reference: string; spelling?: string };

/** Splits a reference that `newReferenceSchema` took into its identity and its spelling. */
export function namedReference(text: string): NamedReference {
  const reference = text.toLowerCase();
  return reference === text ? { reference } : { reference, spelling: text };
}

/** What to top up: one recipient, one operator, one amount. The reference stands beside it, not in it. */
export type TopupRequest = {
  operatorId: number | "auto";
  /** Plain decimal text, in the account's currency, or in the operator's when `useLocalAmount`. */
  amount: string;
  useLocalAmount: boolean;
  /** Exactly one of `recipientPhone` and `recipientEmail` is present. */
  recipientPhone?: NonNullable<Wire["recipientPhone"]>;
  recipientEmail?: string;
  senderPhone?: SenderPhone;
  campaign?: string;
  metadata?: Record<string, string>;
};

function withoutUndefined(rest: Omit<Wire, "reference" | "customIdentifier" | "unlessPaidWithin">): TopupRequest {
  const recipient = recipientIn(rest);
  return {
    operatorId: rest.operatorId,
    amount: rest.amount,
    useLocalAmount: rest.useLocalAmount,
    ...(recipient && { recipientPhone: recipient }),
    ...(rest.recipientEmail && { recipientEmail: rest.recipientEmail }),
    ...(rest.senderPhone && { senderPhone: rest.senderPhone }),
    ...(rest.campaign && { campaign: rest.campaign }),
    ...(rest.metadata && { metadata: rest.metadata }),
  };
}

export type ParsedTopupRequest =
  | ({ ok: true; reference: string | undefined; request: TopupRequest } & Omit<AskedBeside, "reference">)
  | { ok: false; issues: RequestIssue[] };

/** Reads what a caller sent. Never throws on bad input: every problem comes back, each with its place. */
export function parseTopupRequest(input: unknown): ParsedTopupRequest {
  const parsed = topupRequestSchema.safeParse(input);
  if (!parsed.success) return { ok: false, issues: requestIssues(parsed.error, { schema: wireSchema, input }) };
  const { reference, spelling, unlessPaidWithinMs, ...request } = parsed.data;
  return {
    ok: true,
    reference,
    ...(spelling !== undefined && { spelling }),
    ...(unlessPaidWithinMs !== undefined && { unlessPaidWithinMs }),
    request,
  };
}

/**
 * One text for one content: two requests are the same top-up exactly when their texts are equal. Order and
 * names are fixed; the campaign is a label on the top-up, not part of what is bought.
 */
export function contentOf(request: TopupRequest): string {
  return JSON.stringify([
    request.operatorId,
    request.amount,
    request.useLocalAmount,
    request.recipientPhone?.number ?? request.recipientEmail,
    request.senderPhone?.number ?? request.senderPhone?.countryCode ?? null,
    Object.entries(request.metadata ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}
