import type { BooksRow, ProviderBooks } from "@surefill/audit";
import { DeadlineSignals } from "@surefill/runtime/light";
import { z } from "zod";

const booksSchema = z.object({
  wallet: z.object({ debited: z.string(), refunded: z.string(), currency: z.string() }),
  totals: z.object({ recordsPosts: z.boolean() }),
  identifiers: z
    .array(
      z.object({
        customIdentifier: z.string(),
        postLog: z
          .array(z.object({ atMs: z.number(), answer: z.enum(["executed", "duplicate", "refused", "unclear"]) }))
          .default([]),
      }),
    )
    .default([]),
  next: z.string().nullish(),
});

const DEADLINE_MS = 30_000;

/** Opens the books of the local Reloadly at `url`. */
export async function openLocalBooks(url: string, signal: AbortSignal): Promise<ProviderBooks> {
  const deadlines = new DeadlineSignals(signal);
  const { wallet, totals } = await readBooks(url, { rows: "false" }, deadlines);
  return { wallet, posts: totals.recordsPosts ? pages(url, deadlines) : undefined };
}

async function* pages(url: string, deadlines: DeadlineSignals): AsyncGenerator<readonly BooksRow[]> {
  let after: Record<string, string> = {};
  for (;;) {
    const { identifiers, next } = await readBooks(url, after, deadlines);
    yield identifiers.map(({ customIdentifier, postLog }) => ({ customIdentifier, posts: postLog }));
    if (next === null || next === undefined) return;
    after = { after: next };
  }
}

async function readBooks(url: string, query: Record<string, string>, deadlines: DeadlineSignals) {
  const address = `${url.replace(/\/+$/, "")}/_sandbox/books?${new URLSearchParams(query)}`;
  const response = await fetch(address, { signal: deadlines.within(DEADLINE_MS) });
  if (!response.ok) throw new Error(`the local Reloadly at ${url} answered ${response.status} for its books`);
  return booksSchema.parse(await response.json());
}
