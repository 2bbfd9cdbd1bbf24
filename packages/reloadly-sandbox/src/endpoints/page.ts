/** The page that was asked for; `index` counts from 0. */
export interface PageRequest {
  readonly index: number;
  readonly size: number;
}

/** Reads `page` and `size`. Pages count from 1, page 0 is page 1 again. A string is what is wrong with the query. */
export function readPage(query: URLSearchParams, sizes: { default: number; max: number }): PageRequest | string {
  const page = readCount(query.get("page"), 1);
  const size = readCount(query.get("size"), sizes.default);
  if (page === undefined) return "Invalid page provided";
  if (size === undefined || size === 0) return "Invalid size provided";
  return { index: Math.max(page, 1) - 1, size: Math.min(size, sizes.max) };
}

function readCount(text: string | null, fallback: number): number | undefined {
  if (text === null) return fallback;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

const SORT = { sorted: false, unsorted: true, empty: true };

/** A page in the form of Spring, the framework under Reloadly. Its `number` counts from 0, unlike the request's. */
export function springPage(content: readonly unknown[], page: PageRequest, total: number): Record<string, unknown> {
  const totalPages = Math.ceil(total / page.size);
  return {
    content,
    pageable: {
      sort: SORT,
      pageNumber: page.index,
      pageSize: page.size,
      offset: page.index * page.size,
      unpaged: false,
      paged: true,
    },
    totalPages,
    totalElements: total,
    last: page.index >= totalPages - 1,
    first: page.index === 0,
    sort: SORT,
    numberOfElements: content.length,
    size: page.size,
    number: page.index,
    empty: content.length === 0,
  };
}
