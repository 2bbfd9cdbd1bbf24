/** The lines of the journal: what a process is about to send, and how far it has seen the ledger come. */
import { identifierOf, type Move, type TopupRecord } from "@surefill/topup";
import { z } from "zod";
import { encodeAsked, encodeRow } from "../record-codec.js";
import { highestWitnessed, type Witnessed } from "../witness.js";
import { cancelledCampaignSchema } from "./cancelled-campaign.js";

const count = z.number().int().min(0);

/** The Redis that told the sequence, by its replication id; earlier versions did not write it. */
const server = z.string().min(1).optional();

const witnessSchema = z.object({
  kind: z.literal("witness"),
  epoch: z.string().min(1),
  server,
  sequence: count,
  atMs: count,
  /** The provider account of the process that wrote it: a ledger that is gone must not be rebuilt from another's report. */
  account: z.string().optional(),
});

const intentSchema = z.object({
  kind: z.literal("intent"),
  epoch: z.string().min(1),
  server,
  sequence: count,
  /** When the claim was granted, by the ledger's clock, in milliseconds. */
  atMs: count,
  reference: z.string().min(1),
  attempt: count,
  /** What the provider knows the attempt by. Derived; here for whoever reads the file. */
  customIdentifier: z.string(),
  fence: count,
  acceptedAtMs: count,
  /** The operator that it is sent to, also where that was detected. */
  operatorId: count,
  /**
   * What was asked for and by which API key, and as which row of its campaign, as the record keeps it. Holds the
   * recipient's phone number or e-mail address.
   */
  request: z.record(z.string(), z.string()),
});

const voidSchema = z.object({
  kind: z.literal("void"),
  epoch: z.string().min(1),
  server,
  sequence: count,
  atMs: count,
  reference: z.string().min(1),
  attempt: count,
  fence: count,
});

/** What a person's command ends a top-up as; `open`: it is to be sent again after all, so no earlier end counts. */
const DECIDED = ["cancelled", "succeeded", "refunded", "failed", "rejected", "open"] as const;

const debitSchema = z.object({
  transactionId: count,
  status: z.string(),
  cost: z.string().nullable(),
  costCurrency: z.string().nullable(),
});

/** What a person accepted of a final top-up that is contradicted, or paid twice. */
const acceptedSchema = z.object({
  by: z.string(),
  reason: z.string(),
  key: z.string(),
  shown: z.array(debitSchema),
  live: z.array(debitSchema),
});

const decisionSchema = z.object({
  kind: z.literal("decision"),
  epoch: z.string().min(1),
  server,
  sequence: count,
  atMs: count,
  /** Names the decision, for the line that says that nothing came of it. */
  id: z.string().min(1),
  reference: z.string().min(1),
  attempt: count,
  fence: count,
  acceptedAtMs: count,
  /** Absent where it was not detected yet. */
  operatorId: count.optional(),
  /** As in an intent. */
  request: z.record(z.string(), z.string()),
  decided: z.enum(DECIDED),
  /** The transaction that paid it, where the person named one. */
  transactionId: count.optional(),
  forced: z.boolean().default(false),
  /** Who decided and why, and the name of the API key. A withdrawal has the key alone. */
  by: z.string().optional(),
  reason: z.string().optional(),
  key: z.string().optional(),
  /** Where it was final, and a person accepted what the provider shows beside that. Then `decided` is how it had ended. */
  accepted: acceptedSchema.optional(),
});

const undecidedSchema = z.object({
  kind: z.literal("undecided"),
  epoch: z.string().min(1),
  server,
  sequence: count,
  atMs: count,
  id: z.string().min(1),
});

const lineSchema = z.discriminatedUnion("kind", [
  witnessSchema,
  intentSchema,
  voidSchema,
  decisionSchema,
  undecidedSchema,
  cancelledCampaignSchema,
]);

/** A claim that was granted and may have been sent: enough to make its top-up anew. */
export type Intent = z.output<typeof intentSchema>;
/** A claim of which it is certain that nothing came: it was not sent after all, or the provider refused it. */
export type VoidedIntent = z.output<typeof voidSchema>;
/** How a person ended a top-up, by a withdrawal or a verdict, or accepted its end: enough to make it again as it ended. */
export type Decision = z.output<typeof decisionSchema>;
/** A decision of which nothing came: the ledger refused its move. */
export type Undecided = z.output<typeof undecidedSchema>;
export type JournalLine = z.output<typeof lineSchema>;

/** The line that is on the disk before a claimed top-up is sent. */
export function intentLine(record: TopupRecord, { epoch, server, sequence }: Witnessed): string {
  const { reference, attempt, fence, acceptedAtMs, operatorId, grantedAtMs } = record;
  if (operatorId === undefined || grantedAtMs === undefined) throw new TypeError(`${reference} is not claimed`);
  const line: Intent = {
    kind: "intent",
    epoch,
    server,
    sequence,
    atMs: grantedAtMs,
    reference,
    attempt,
    customIdentifier: identifierOf(record),
    fence,
    acceptedAtMs,
    operatorId,
    request: { ...encodeAsked(record), ...encodeRow(record) },
  };
  return JSON.stringify(line);
}

/** The line that says that nothing came of a claim, and nothing will. */
export function voidLine(
  { reference, attempt, fence }: Pick<TopupRecord, "reference" | "attempt" | "fence">,
  { epoch, server, sequence }: Witnessed,
  atMs: number,
): string {
  const line: VoidedIntent = { kind: "void", epoch, server, sequence, atMs, reference, attempt, fence };
  return JSON.stringify(line);
}

/** The line that is on the disk before the ledger makes the move of a person's command. */
export function decisionLine(
  record: TopupRecord,
  { to, because, patch }: Pick<Move, "to" | "because" | "patch">,
  { epoch, server, sequence, atMs, id }: Witnessed & { atMs: number; id: string },
  accepted?: Decision["accepted"],
): string {
  const { reference, attempt, fence, acceptedAtMs, operatorId } = record;
  const { resolvedBy: by, resolvedReason: reason, commandKey: key } = patch;
  const transactionId = patch.transactionId ?? record.transactionId;
  const line: Decision = {
    kind: "decision",
    epoch,
    server,
    sequence,
    atMs,
    id,
    reference,
    attempt,
    fence,
    acceptedAtMs,
    ...(operatorId !== undefined && { operatorId }),
    request: { ...encodeAsked(record), ...encodeRow(record) },
    decided: DECIDED.find((end) => end === to) ?? "open",
    ...(transactionId !== undefined && transactionId !== null && { transactionId }),
    forced: because === "forced-by-operator",
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
    ...(key !== undefined && { key }),
    ...(accepted !== undefined && { accepted }),
  };
  return JSON.stringify(line);
}

/** The line that is on the disk before the ledger notes what a person accepts of a final top-up. */
export function acceptanceLine(
  record: TopupRecord,
  accepted: NonNullable<Decision["accepted"]>,
  stamp: Witnessed & { atMs: number; id: string },
): string {
  const { resolvedBy, resolvedReason, commandKey, forced, state: to } = record;
  const patch = {
    ...(resolvedBy !== undefined && { resolvedBy }),
    ...(resolvedReason !== undefined && { resolvedReason }),
    ...(commandKey !== undefined && { commandKey }),
  };
  const because = forced === true ? "forced-by-operator" : "contradiction-accepted";
  return decisionLine(record, { to, because, patch }, stamp, accepted);
}

/** The line that says that nothing came of a decision. */
export function undecidedLine({ epoch, server, sequence, atMs, id }: Witnessed & { atMs: number; id: string }): string {
  const line: Undecided = { kind: "undecided", epoch, server, sequence, atMs, id };
  return JSON.stringify(line);
}

/** The line that keeps how far the ledger has come, and whose it is. */
export function witnessLine({ epoch, server, sequence }: Witnessed, atMs: number, account?: string): string {
  const line: z.output<typeof witnessSchema> = {
    kind: "witness",
    epoch,
    server,
    sequence,
    atMs,
    ...(account !== undefined && { account }),
  };
  return JSON.stringify(line);
}

/** Reads a line; `undefined` when it is none that any version has written. */
export function readJournalLine(text: string): JournalLine | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The highest sequence of each epoch and server that lines tell of; what is no line of ours tells nothing. */
export function witnessedIn(lines: Iterable<string>): Witnessed[] {
  return highestWitnessed([...lines].flatMap((text) => readJournalLine(text) ?? []));
}
