import { z } from "zod";
import { amountSchema } from "./amount.js";
import { phoneSchema } from "./phone.js";
import { referenceSchema } from "./reference.js";

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
const nautaEmailSchema = z
  .string({ error: "must be a Nauta e-mail address" })
  .max(100, { error: "must be at most 100 characters" })
  .transform((email) => email.toLowerCase())
  .pipe(
    z.string().regex(/^[a-z0-9._-]+@nauta\.(com|co)\.cu$/, {
      error: "must be a Nauta address ending in @nauta.com.cu or @nauta.co.cu",
    }),
  );

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
  .refine((metadata) => Object.keys(metadata).length <= 20, { error: "must have at most 20 entries" });

/** The record schema leaves out a key `__proto__` without a word, so it is refused before. */
const metadataSchema = z.preprocess((metadata, context) => {
  if (typeof metadata === "object" && metadata !== null && Object.hasOwn(metadata, "__proto__")) {
    context.addIssue({ code: "custom", path: ["__proto__"], message: METADATA_KEY_WANTED });
  }
  return metadata;
}, metadataRecordSchema);

/** What the ids of campaigns begin with. */
const CAMPAIGN_ID_PREFIX = "cmp_";

/** A caller's label must not make a top-up look as if a campaign had sent it: the campaign's counts would be wrong. */
const campaignLabelSchema = referenceSchema.refine((label) => !label.startsWith(CAMPAIGN_ID_PREFIX), {
  error: `must not start with ${CAMPAIGN_ID_PREFIX}: such names belong to campaigns`,
});

const fields = {
  operatorId: operatorIdSchema.describe('Reloadly\'s operator id, or "auto" to have it detected from the number'),
  amount: amountSchema.describe("A plain decimal above 0 with at most 5 decimals, as text or as a number"),
  useLocalAmount: z
    .boolean({ error: "must be true or false" })
    .default(false)
    .describe("The amount is in the operator's currency instead of the account's"),
  recipientPhone: phoneSchema.optional().describe("Who is topped up: a valid number of the given country"),
  recipientEmail: nautaEmailSchema.optional().describe("Instead of recipientPhone, for Nauta accounts in Cuba"),
  senderPhone: phoneSchema.optional().describe("Who pays, where the operator shows it to the recipient"),
  campaign: campaignLabelSchema.optional().describe("A label to find top-ups by; `cmp_` begins those of campaigns"),
  metadata: metadataSchema.optional().describe("Up to 20 texts of the caller's own; never sent to the provider"),
};

const wireSchema = z.strictObject(
  {
    ...fields,
    reference: referenceSchema
      .optional()
      .describe("The caller's own id, unique for ever and without regard to case; made up when it is left out"),
    customIdentifier: referenceSchema.optional().describe("Another name for reference"),
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
 * Reloadly's, so that a Reloadly request body is valid here. `customIdentifier` is another name for `reference`.
 */
export const topupRequestSchema = wireSchema
  .refine(
    ...rule(
      "recipientPhone",
      "send either recipientPhone or, for Nauta in Cuba, recipientEmail",
      (wire) => (wire.recipientPhone === undefined) !== (wire.recipientEmail === undefined),
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
        reference === undefined || customIdentifier === undefined || reference === customIdentifier,
    ),
  )
  .transform(({ reference, customIdentifier, ...rest }): TopupRequest & { reference?: string } => {
    const chosen = reference ?? customIdentifier;
    const request = withoutUndefined(rest);
    return chosen === undefined ? request : { ...request, reference: chosen };
  });

/** What to top up: one recipient, one operator, one amount. The reference stands beside it, not in it. */
export type TopupRequest = {
  operatorId: number | "auto";
  /** Plain decimal text, in the account's currency, or in the operator's when `useLocalAmount`. */
  amount: string;
  useLocalAmount: boolean;
  /** Exactly one of `recipientPhone` and `recipientEmail` is present. */
  recipientPhone?: NonNullable<Wire["recipientPhone"]>;
  recipientEmail?: string;
  senderPhone?: NonNullable<Wire["senderPhone"]>;
  campaign?: string;
  metadata?: Record<string, string>;
};

function withoutUndefined(rest: Omit<Wire, "reference" | "customIdentifier">): TopupRequest {
  return {
    operatorId: rest.operatorId,
    amount: rest.amount,
    useLocalAmount: rest.useLocalAmount,
    ...(rest.recipientPhone && { recipientPhone: rest.recipientPhone }),
    ...(rest.recipientEmail && { recipientEmail: rest.recipientEmail }),
    ...(rest.senderPhone && { senderPhone: rest.senderPhone }),
    ...(rest.campaign && { campaign: rest.campaign }),
    ...(rest.metadata && { metadata: rest.metadata }),
  };
}

/** One thing wrong with what a caller sent. `pointer` is a JSON Pointer (RFC 6901) into the body. */
export type RequestIssue = { pointer: string; code: string; detail: string };

export type ParsedTopupRequest =
  | { ok: true; reference: string | undefined; request: TopupRequest }
  | { ok: false; issues: RequestIssue[] };

/** Reads what a caller sent. Never throws on bad input: every problem comes back, each with its place. */
export function parseTopupRequest(input: unknown): ParsedTopupRequest {
  const parsed = topupRequestSchema.safeParse(input);
  if (!parsed.success) return { ok: false, issues: requestIssues(parsed.error) };
  const { reference, ...request } = parsed.data;
  return { ok: true, reference, request };
}

/** Turns a schema's complaints into issues with pointers; an unknown field is named by its own pointer. */
export function requestIssues(error: z.ZodError): RequestIssue[] {
  return error.issues.flatMap((issue): RequestIssue[] => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        pointer: pointerTo([...issue.path, key]),
        code: "unknown_field",
        detail: "is not a known field",
      }));
    }
    return [{ pointer: pointerTo(issue.path), code: "invalid", detail: issue.message }];
  });
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
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
    request.senderPhone?.number ?? null,
    Object.entries(request.metadata ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)),
  ]);
}
