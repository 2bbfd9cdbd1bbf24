import { z } from "zod";
import { byShape, hasField } from "./by-shape.js";
import { looseCount, looseFlag } from "./loose.js";

/** A row that could not be read: one bad row costs that row, never the page. */
export interface UnreadableRow {
  /** Its place on the page, from 0. */
  index: number;
  /** The field at fault, and why. Never its value. */
  reason: string;
  /** The row's own id and identifier, where these two can be read. */
  transactionId: number | null;
  customIdentifier: string | null;
}

/** One page of a longer list. */
export interface Page<T> {
  content: T[];
  /** Rows of this page that are missing in `content`. Whoever needs every row must look here. */
  unreadable: UnreadableRow[];
  /** True when no page follows. */
  isLast: boolean;
  /** Null when the answer does not say. */
  totalElements: number | null;
  /** Null when the answer does not say. */
  totalPages: number | null;
  /** The page's number in the answer, which counts from 0, while requests count from 1. Null when not said. */
  index: number | null;
}

/** Reads a page object. A plain list is read as a single, last page, because some lists come both ways. */
export function pageSchema<T>(row: z.ZodType<T>): z.ZodType<Page<T>> {
  const list: z.ZodType<Page<T>> = rowsSchema(row).transform(({ rows, unreadable }) => {
    const totalElements = rows.length + unreadable.length;
    return { content: rows, unreadable, isLast: true, totalElements, totalPages: 1, index: 0 };
  });
  const page: z.ZodType<Page<T>> = z
    .object({
      content: rowsSchema(row),
      last: looseFlag,
      totalElements: looseCount,
      totalPages: looseCount,
      number: looseCount,
    })
    .transform(({ content: { rows: content, unreadable }, last, totalElements, totalPages, number: index }) => {
      const isLastByCount = totalPages !== null && index !== null && index + 1 >= totalPages;
      const isEmpty = content.length + unreadable.length === 0;
      return { content, unreadable, isLast: last ?? (isEmpty || isLastByCount), totalElements, totalPages, index };
    });
  return byShape((body) => (Array.isArray(body) ? list : page));
}

/**
 * Reads a list that comes as a plain array, wrapped into a single page, or, where it has one row, as that row alone.
 * Fails where it has rows and none can be read: that is another list than was asked for.
 */
export function listSchema<T>(row: z.ZodType<T>): z.ZodType<T[]> {
  const list: z.ZodType<T[]> = rowsSchema(row).transform(({ rows, unreadable: [first] }, context) => {
    if (rows.length > 0 || first === undefined) return rows;
    context.addIssue({ code: "custom", path: [first.index], message: `${first.reason}, and no other row can be read` });
    return z.NEVER;
  });
  const page: z.ZodType<T[]> = z.object({ content: list }).transform(({ content }) => content);
  const single: z.ZodType<T[]> = row.transform((one) => [one]);
  return byShape((body) => (Array.isArray(body) ? list : hasField(body, "content") ? page : single));
}

/** Reads one thing that comes as itself, as a list of one, or as `content`. Several are no answer to what was asked. */
export function oneSchema<T>(row: z.ZodType<T>): z.ZodType<T> {
  const list: z.ZodType<T> = z.tuple([row], { error: "must hold exactly one" }).transform(([one]) => one);
  const inner = byShape((body) => (Array.isArray(body) ? list : row));
  const wrapped: z.ZodType<T> = z.object({ content: inner }).transform(({ content }) => content);
  return byShape((body) => (hasField(body, "content") ? wrapped : inner));
}

/** The rows that can be read, and what is wrong with the others. */
function rowsSchema<T>(row: z.ZodType<T>): z.ZodType<{ rows: T[]; unreadable: UnreadableRow[] }> {
  return z.array(z.unknown()).transform((all) => {
    const rows: T[] = [];
    const unreadable: UnreadableRow[] = [];
    for (const [index, raw] of all.entries()) {
      const read = row.safeParse(raw);
      if (read.success) rows.push(read.data);
      else unreadable.push({ index, reason: reasonOf(read.error), ...identityOf(raw) });
    }
    return { rows, unreadable };
  });
}

function reasonOf({ issues: [issue] }: z.ZodError): string {
  return issue === undefined ? "not as expected" : `${issue.path.join(".")}: ${issue.message}`;
}

const identitySchema = z.object({
  transactionId: looseCount,
  customIdentifier: z.string().nullable().default(null).catch(null),
});

function identityOf(raw: unknown): Pick<UnreadableRow, "transactionId" | "customIdentifier"> {
  return identitySchema.safeParse(raw).data ?? { transactionId: null, customIdentifier: null };
}
