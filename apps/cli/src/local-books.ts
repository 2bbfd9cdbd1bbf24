import type { BooksRow, ProviderBooks } from "@surefill/audit";
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
  const { wallet, totals } = await readBooks(url, { rows: "false" }, signal);
  return { wallet, posts: totals.recordsPosts ? pages(url, signal) : undefined };
}

async function* pages(url: string, signal: AbortSignal): AsyncGenerator<readonly BooksRow[]> {
  let after: Record<string, string> = {};
  for (;;) {
    const { identifiers, next } = await readBooks(url, after, signal);
    yield identifiers.map(({ customIdentifier, postLog }) => ({ customIdentifier, posts: postLog }));
    if (next === null || next === undefined) return;
    after = { after: next };
  }
}

async function readBooks(url: string, query: Record<string, string>, signal: AbortSignal) {
  const address = `${url.replace(/\/+$/, "")}/_sandbox/books?${new URLSearchParams(query)}`;
  const response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) });
  if (!response.ok) throw new Error(`the local Reloadly at ${url} answered ${response.status} for its books`);
  return booksSchema.parse(await response.json());
}
