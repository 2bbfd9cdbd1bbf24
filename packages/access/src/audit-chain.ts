import { z } from "zod";
import { type AuditEntry, type AuditHead, auditEntrySchema, canonicalJson, hashOf } from "./audit-entry.js";

/** Something wrong with an export: on which line, counted from 1, and what. */
export type ChainFinding = { line: number; what: string };

/** What an export holds, as far as it could be read. */
export type ChainSummary = { entries: number; first: number | null; last: AuditHead | null };

const endSchema = z.strictObject({
  end: z.strictObject({
    entries: z.number().int(),
    first: z.number().int().nullable(),
    last: z.strictObject({ number: z.number().int(), hash: z.string() }).nullable(),
  }),
});

/** The last line of an export: what stands before it. Without it an export was cut. */
export function endLine({ entries, first, last }: ChainSummary): string {
  return canonicalJson({ end: { entries, first, last } });
}

type Range = { from: number; to: number };

/**
 * Checks an export of the audit log line by line, in constant memory: an entry that was changed, removed, inserted or
 * moved is found and named. A hash chain has no key: it shows a change by anybody who does not rewrite every later
 * entry, so compare the last hash with one that was noted elsewhere.
 */
export class AuditChainCheck {
  readonly findings: ChainFinding[] = [];
  readonly summary: ChainSummary = { entries: 0, first: null, last: null };
  #line = 0;
  #missing: (Range & { line: number })[] = [];
  #hasEnded = false;

  /** Takes the next line, without its line break. Empty lines are ignored. */
  take(text: string): void {
    this.#line += 1;
    if (text.trim() === "") return;
    const value = parse(text);
    if (this.#hasEnded) this.#find("stands behind the end of the export");
    const end = endSchema.safeParse(value);
    const entry = auditEntrySchema.safeParse(value);
    if (end.success) this.#takeEnd(end.data.end);
    else if (entry.success) this.#takeEntry(entry.data);
    else this.#find("is not an entry of the audit log");
  }

  /** Ends the check and answers what is wrong, in the order of the lines; nothing where the chain holds. */
  finish(): readonly ChainFinding[] {
    if (!this.#hasEnded) this.#find("the export is cut: its last line is missing");
    for (const { from, to, line } of this.#missing) {
      this.findings.push({ line, what: `${entriesText(from, to)} removed before this line` });
    }
    return this.findings.sort((left, right) => left.line - right.line);
  }

  #takeEntry(entry: AuditEntry): void {
    const { summary } = this;
    summary.entries += 1;
    const { number, hash, previous } = entry;
    const isGenuine = hashOf(entry) === hash;
    const { last } = summary;
    if (!isGenuine) this.#find(`entry ${number} was changed: its hash is not that of its content`);
    if (last === null) {
      summary.first = number;
      summary.last = { number, hash };
      return;
    }
    if (number <= last.number) this.#takeEarlier(number);
    else if (number === last.number + 1) {
      if (previous !== last.hash) this.#find(`entry ${number} does not follow entry ${last.number} as it stands here`);
      summary.last = { number, hash };
    } else if (isGenuine) {
      this.#missing.push({ from: last.number + 1, to: number - 1, line: this.#line });
      summary.last = { number, hash };
      // Its number may be what was changed: it keeps the place at which it stands.
    } else summary.last = { number: last.number + 1, hash };
  }

  #takeEarlier(number: number): void {
    const range = this.#missing.find(({ from, to }) => from <= number && number <= to);
    if (range === undefined) this.#find(`entry ${number} was moved here, or comes twice`);
    else this.#find(`entry ${number} is out of order: it stands behind entry ${this.summary.last?.number ?? 0}`);
    this.#missing = this.#missing.flatMap((each) =>
      each === range
        ? [
            { ...each, to: number - 1 },
            { ...each, from: number + 1 },
          ].filter(({ from, to }) => from <= to)
        : [each],
    );
  }

  #takeEnd({ entries, first, last }: z.output<typeof endSchema>["end"]): void {
    this.#hasEnded = true;
    const found = this.summary;
    if (entries !== found.entries) this.#find(`the export has ${found.entries} entries, and says ${entries}`);
    if (first !== found.first) this.#find(`the export begins at entry ${found.first}, and says ${first}`);
    if (last?.number !== found.last?.number || last?.hash !== found.last?.hash) {
      this.#find(`the export ends at entry ${found.last?.number ?? null}, and says ${last?.number ?? null}`);
    }
  }

  #find(what: string): void {
    this.findings.push({ line: this.#line, what });
  }
}

function entriesText(from: number, to: number): string {
  return from === to ? `entry ${from} was` : `entries ${from} to ${to} were`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
