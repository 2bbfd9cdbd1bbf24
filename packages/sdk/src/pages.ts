/** A page of a list, as the API gives it. */
export type Page<Item> = { data: Item[]; nextCursor: string | null };

/** The items of all pages, each page asked for when the one before it has been read. */
export async function* pagesOf<Item>(
  ask: (cursor: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    yield* page.data;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
