import { isCampaignEvent, type LedgerEvent } from "@surefill/topup";
import type { Redis } from "ioredis";
import { z } from "zod";
import { ledgerKeys } from "./keys.js";
import { answered, asLedgerError } from "./script-runner.js";

/** The texts that top-ups were sent with, by reference; of one that has none, or none any more, nothing. */
export type MetadataByReference = ReadonlyMap<string, Readonly<Record<string, string>>>;

const metadataSchema = z.record(z.string(), z.string());

/**
 * Reads the metadata of the top-ups that events tell of, from their records, in one round trip; none for events of
 * campaigns. The event log does not hold it: it goes with the record when retention removes it. Throws
 * `LedgerUnavailableError`.
 */
export async function readMetadata(
  redis: Redis,
  prefix: string,
  events: readonly LedgerEvent[],
): Promise<MetadataByReference> {
  const references = new Set(events.flatMap((event) => (isCampaignEvent(event) ? [] : event.reference)));
  if (references.size === 0) return new Map();
  const keys = ledgerKeys(prefix);
  const pipeline = redis.pipeline();
  for (const reference of references) pipeline.hget(keys.record(reference), "metadata");
  const answers = (await answered(pipeline.exec())) ?? [];
  return new Map(
    [...references].flatMap((reference, index) => {
      const [error, text] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      return typeof text === "string" ? decode(reference, text) : [];
    }),
  );
}

/** One record that cannot be read must not keep back the events of all others. */
function decode(reference: string, text: string): [string, Record<string, string>][] {
  try {
    return [[reference, metadataSchema.parse(JSON.parse(text))]];
  } catch {
    return [];
  }
}
