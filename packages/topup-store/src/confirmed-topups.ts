import { isMark, type MarkQuestion, type TopupRecord } from "@surefill/topup";

/** Top-ups of a list by when each entered its state, from `fromMs` to `untilMs`, oldest or newest first. */
type EnteredPage = { fromMs: number; untilMs: number; newestFirst: boolean; limit: number };

const PAGE = 50;
const PAGES_MAX = 20;

/**
 * Finds the one of our own confirmed top-ups that is asked for; `undefined` where there is none among the first thousand
 * that come into question. `page` reads the succeeded ones, `records` their records.
 */
export async function findConfirmed(
  { sentFromMs, confirmedUntilMs, pick }: MarkQuestion,
  page: (page: EnteredPage) => Promise<{ reference: string; atMs: number }[]>,
  records: (references: string[]) => Promise<TopupRecord[]>,
): Promise<TopupRecord | undefined> {
  const newestFirst = pick === "last";
  let fromMs = sentFromMs;
  let untilMs = confirmedUntilMs;
  for (let pages = 0; pages < PAGES_MAX && fromMs <= untilMs; pages += 1) {
    const listed = await page({ fromMs, untilMs, newestFirst, limit: PAGE });
    const found = (await records(listed.map(({ reference }) => reference))).find(
      (record) => isMark(record) && (record.grantedAtMs ?? 0) >= sentFromMs,
    );
    const last = listed.at(-1);
    if (found !== undefined || last === undefined || listed.length < PAGE) return found;
    // Ties beyond a page are passed over: any of its time will do.
    if (newestFirst) untilMs = Math.min(last.atMs, untilMs - 1);
    else fromMs = Math.max(last.atMs, fromMs + 1);
  }
  return undefined;
}
