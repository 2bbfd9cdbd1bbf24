/** The lines of the journal: what a process is about to send, and how far it has seen the ledger come. */
import { identifierOf, type TopupRecord } from "@surefill/topup";
import { z } from "zod";
import { encodeAsked, encodeRow } from "../record-codec.js";
import type { Witnessed } from "../witness.js";

const count = z.number().int().min(0);

const witnessSchema = z.object({
  kind: z.literal("witness"),
  epoch: z.string().min(1),
  sequence: count,
  atMs: count,
  /** The provider account of the process that wrote it: a ledger that is gone must not be rebuilt from another's report. */
  account: z.string().optional(),
});

const intentSchema = z.object({
  kind: z.literal("intent"),
  epoch: z.string().min(1),
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
  sequence: count,
  atMs: count,
  reference: z.string().min(1),
  attempt: count,
  fence: count,
});

const lineSchema = z.discriminatedUnion("kind", [witnessSchema, intentSchema, voidSchema]);

/** A claim that was granted and may have been sent: enough to make its top-up anew. */
export type Intent = z.output<typeof intentSchema>;
/** A claim of which it is certain that nothing came: it was not sent after all, or the provider refused it. */
export type VoidedIntent = z.output<typeof voidSchema>;
export type JournalLine = z.output<typeof lineSchema>;

/** The line that is on the disk before a claimed top-up is sent. */
export function intentLine(record: TopupRecord, { epoch, sequence }: Witnessed): string {
  const { reference, attempt, fence, acceptedAtMs, operatorId, grantedAtMs } = record;
  if (operatorId === undefined || grantedAtMs === undefined) throw new TypeError(`${reference} is not claimed`);
  const line: Intent = {
    kind: "intent",
    epoch,
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
  { epoch, sequence }: Witnessed,
  atMs: number,
): string {
  const line: VoidedIntent = { kind: "void", epoch, sequence, atMs, reference, attempt, fence };
  return JSON.stringify(line);
}

/** The line that keeps how far the ledger has come, and whose it is. */
export function witnessLine({ epoch, sequence }: Witnessed, atMs: number, account?: string): string {
  const line: z.output<typeof witnessSchema> = {
    kind: "witness",
    epoch,
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

/** The highest sequence of each epoch that lines tell of; what is no line of ours tells nothing. */
export function witnessedIn(lines: Iterable<string>): Witnessed[] {
  const sequences = new Map<string, number>();
  for (const text of lines) {
    const line = readJournalLine(text);
    if (line === undefined) continue;
    sequences.set(line.epoch, Math.max(line.sequence, sequences.get(line.epoch) ?? 0));
  }
  return [...sequences].map(([epoch, sequence]) => ({ epoch, sequence }));
}
