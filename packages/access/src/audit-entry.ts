import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";

/** What the audit log tells, with what each means. Actions may be added; none is renamed. */
export const AUDIT_ACTIONS = {
  "session.created": "A person signed in",
  "session.refused": "A sign-in failed: wrong user name or password",
  "session.ended": "A person signed out",
  "sessions.ended": "Every session of a person was ended",
  "request.refused": "A caller that is known was refused: it lacks a permission, or came from another site",
  "key.created": "A key was made",
  "key.revoked": "A key was revoked",
  "person.added": "A person was added",
  "person.changed": "Roles or password of a person were changed",
  "person.removed": "A person was removed",
  "upload.received": "A file was uploaded",
  "campaign.created": "A campaign was made",
  "campaign.edited": "A campaign was changed",
  "campaign.checked": "A campaign was checked",
  "campaign.retried": "A campaign of the failed rows was made",
  "campaign.started": "A campaign was started",
  "campaign.paused": "A campaign was paused",
  "campaign.resumed": "A campaign was resumed",
  "campaign.cancelled": "A campaign was cancelled",
  "campaign.downloaded": "A file with full numbers was downloaded",
  "topup.revealed": "A full number or PIN was shown",
  "topup.resolved": "A verdict was given on a review",
  "review-group.resolved": "One verdict was given on all reviews of a cause",
  "topup.contradiction-accepted": "A contradiction was accepted",
  "webhook-endpoint.created": "A webhook endpoint was made",
  "webhook-endpoint.changed": "A webhook endpoint was changed, enabled or disabled, or got a new secret",
  "webhook-endpoint.deleted": "A webhook endpoint was deleted",
  "audit-log.exported": "The audit log was exported",
} as const satisfies Record<string, string>;

/** One kind of act in the audit log. */
export type AuditAction = keyof typeof AUDIT_ACTIONS;

/** Every action, in the order of the documents. */
export const AUDIT_ACTION_NAMES = Object.keys(AUDIT_ACTIONS) as [AuditAction, ...AuditAction[]];

/** Who acted. `command-line`: somebody with access to Redis itself; the name is that of the system's user. */
export const ACTOR_KINDS = ["person", "key", "environment-key", "command-line", "nobody"] as const;

const detailsSchema = z.record(z.string(), z.unknown());
const hashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** One act, as it is written down. Nothing in it is a full phone number, a password or a key. */
const draftFields = {
  action: z.string(),
  /** `done`: written in the same step as the change. `intent`: about to be done. `outcome`: what came of an intent. */
  phase: z.enum(["done", "intent", "outcome"]),
  by: z.object({ kind: z.enum(ACTOR_KINDS), name: z.string() }),
  /** The caller's IP address; null on the command line. */
  address: z.string().nullable(),
  /** The request's id, which the answer and the process log have, too; null on the command line. */
  requestId: z.string().nullable(),
  /** What was acted on, such as a campaign and its id; null where it is nothing in particular. */
  target: z.object({ kind: z.string(), id: z.string() }).nullable(),
  before: detailsSchema.nullable(),
  after: detailsSchema.nullable(),
  /** What came of it: `ok`, or the code of a problem. */
  result: z.string(),
};

/** An entry of the audit log. */
export const auditEntrySchema = z.strictObject({
  number: z.number().int().positive().describe("Grows by one with every entry"),
  at: z.iso.datetime().describe("By the clock of Redis, in UTC"),
  id: z.string().describe("Random: no two acts make the same entry"),
  ...draftFields,
  previous: hashSchema.describe("The hash of the entry before"),
  hash: hashSchema.describe("SHA-256 of this entry without its hash, as canonical JSON"),
});
export type AuditEntry = z.output<typeof auditEntrySchema>;

/** An entry before it has its place in the log. */
export type AuditDraft = Omit<AuditEntry, "number" | "at" | "id" | "action" | "previous" | "hash"> & {
  action: AuditAction;
};

/** Where the log ends: the number and the hash of its last entry. */
export type AuditHead = { number: number; hash: string };

/** The head of a log without entries. */
export const EMPTY_HEAD: AuditHead = { number: 0, hash: "0".repeat(64) };

/** Makes the id of an entry. */
export function newEntryId(): string {
  return `aud_${randomBytes(12).toString("hex")}`;
}

/** Gives an entry its place behind `head`, and its hash. `atMs` is the ledger's time. */
export function sealEntry(
  draft: AuditDraft,
  { id, head, atMs }: { id: string; head: AuditHead; atMs: number },
): AuditEntry {
  const at = new Date(atMs).toISOString();
  const unhashed = { number: head.number + 1, at, id, ...draft, previous: head.hash };
  return { ...unhashed, hash: hashOf(unhashed) };
}

/** The hash that an entry must have. */
export function hashOf({ hash: _, ...unhashed }: Partial<AuditEntry> & { hash?: string }): string {
  return createHash("sha256").update(canonicalJson(unhashed)).digest("hex");
}

/** JSON with the members of every object in the order of their names, and without spaces: one text for one value. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}
