import { z } from "zod";
import { byShape } from "./by-shape.js";
import { looseCount, looseFlag } from "./loose.js";

/** One page of a longer list. */
export interface Page<T> {
  content: T[];
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
  const list: z.ZodType<Page<T>> = z
    .array(row)
    .transform((content) => ({ content, isLast: true, totalElements: content.length, totalPages: 1, index: 0 }));
  const page: z.ZodType<Page<T>> = z
    .object({
      content: z.array(row),
      last: looseFlag,
      totalElements: looseCount,
      totalPages: looseCount,
      number: looseCount,
    })
    .transform(({ content, last, totalElements, totalPages, number: index }) => {
      const isLastByCount = totalPages !== null && index !== null && index + 1 >= totalPages;
      return { content, isLast: last ?? (content.length === 0 || isLastByCount), totalElements, totalPages, index };
    });
  return byShape((body) => (Array.isArray(body) ? list : page));
}

/** Reads a list that comes as a plain array or wrapped into a single page. */
export function listSchema<T>(row: z.ZodType<T>): z.ZodType<T[]> {
  const list = z.array(row);
  const page: z.ZodType<T[]> = z.object({ content: list }).transform(({ content }) => content);
  return byShape((body) => (Array.isArray(body) ? list : page));
}
