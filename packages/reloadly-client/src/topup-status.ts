import { z } from "zod";
import { byShape, hasField } from "./by-shape.js";
import { looseText } from "./loose.js";
import { maskPersonalData } from "./mask.js";
import { type ProviderStatus, readStatus, type Transaction, transactionSchema } from "./transaction.js";

/** What Reloadly says of a top-up. */
export interface TopupStatus {
  status: ProviderStatus;
  /** Why it was REFUNDED or FAILED; see `RELOADLY_ERROR_CODES`. Null otherwise. */
  code: string | null;
  /** Reloadly's own text, with phone numbers masked. */
  message: string | null;
  /** Null in most answers that are not SUCCESSFUL: cost and identifier are then not told. */
  transaction: Transaction | null;
}

const envelopeSchema: z.ZodType<TopupStatus> = z
  .object({
    code: looseText,
    message: looseText,
    status: z.string().nullish(),
    transaction: transactionSchema.nullish(),
  })
  .refine(({ status, transaction }) => status != null || transaction != null, {
    path: ["status"],
    message: "must be there, or the transaction",
  })
  .transform(({ code, message, status, transaction = null }) => ({
    status: statusOf(status ?? null, transaction?.status),
    code,
    message: message === null ? null : maskPersonalData(message),
    transaction,
  }));

/**
 * The envelope's own status is the newer word; the transaction's is what it was when the row was read. Two different
 * final ones cannot both be true, and which of them is cannot be known.
 */
function statusOf(raw: string | null, inner: ProviderStatus | undefined): ProviderStatus {
  if (raw === null) return inner ?? readStatus(null);
  const outer = readStatus(raw);
  if (inner === undefined || !isFinal(outer) || !isFinal(inner) || outer.status === inner.status) return outer;
  return { kind: "unrecognised", raw: `${outer.status} around ${inner.status}` };
}

function isFinal(status: ProviderStatus): status is Extract<ProviderStatus, { kind: "known" }> {
  return status.kind === "known" && status.status !== "PROCESSING";
}

const flatSchema: z.ZodType<TopupStatus> = transactionSchema.transform((transaction) => ({
  status: transaction.status,
  code: null,
  message: null,
  transaction,
}));

/** Answers come as an envelope around the transaction, or as the bare transaction; both are documented. */
export const topupStatusSchema = byShape((body) =>
  hasField(body, "transactionId") && !hasField(body, "transaction") ? flatSchema : envelopeSchema,
);
