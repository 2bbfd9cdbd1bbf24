import type { ReadOptions } from "./caller.js";
import type { Operator, Operators } from "./operators.js";

const PAGE_OPERATORS = 1_000;
/** Reloadly has about 700 operators; a catalogue that goes on for ever is a defect of Reloadly's. */
const PAGES_MAX = 20;

/** Without these flags Reloadly leaves some kinds of operators out. */
const EVERY_KIND = {
  includeBundles: true,
  includeCombo: true,
  includeData: true,
  includePin: true,
  includeRange: true,
  includeFixed: true,
};

/**
 * Every operator that the account can send to, of every kind; one that cannot be read is left out. Throws a `ReloadlyError` where a page cannot be read, and
 * an `Error` on more pages than there can be.
 */
export async function listAllOperators(
  client: Pick<Operators, "listOperators">,
  options: ReadOptions,
): Promise<Operator[]> {
  const found: Operator[] = [];
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const answer = await client.listOperators({ page, size: PAGE_OPERATORS, ...EVERY_KIND }, options);
    found.push(...answer.content);
    if (answer.isLast) return found;
  }
  throw new Error(`the catalogue of operators has more than ${PAGES_MAX} pages`);
}
