import type { RecordPatch, Settlement, TopupRecord } from "@surefill/topup";

/** Counts stand in every record; where other fields are taken away, a count is set to zero. */
const COUNTS: ReadonlySet<string> = new Set(["polls", "interruptions", "rounds", "lookups"]);

/** The record with the patch applied; `null` and zero take a field away. The record given stays as it is. */
export function patched(record: TopupRecord, { settlement, ...fields }: RecordPatch): TopupRecord {
  const next: Record<string, unknown> = { ...record };
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (value !== null && value !== 0) next[field] = value;
    else if (COUNTS.has(field)) next[field] = 0;
    else delete next[field];
  }
  const known = settled(record.settlement, settlement);
  if (known !== undefined) next.settlement = known;
  return next as TopupRecord; // Every field of a patch is one of the record's, of its type.
}

function settled(before: Settlement | undefined, patch: Settlement | undefined): Settlement | undefined {
  const all = { ...before, ...patch };
  return Object.keys(all).length === 0 ? undefined : all;
}

/** The record without these fields. */
export function without(record: TopupRecord, fields: readonly (keyof TopupRecord)[]): TopupRecord {
  const next: Partial<TopupRecord> = { ...record };
  for (const field of fields) delete next[field];
  return next as TopupRecord; // Only fields that may be absent are taken away.
}
