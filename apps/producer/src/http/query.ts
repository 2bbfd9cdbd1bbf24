import { z } from "zod";

/** A whole number above 0 in a query, at most `most`; `right` says what would be right. */
export const wholeText = (most: number, right: string) =>
  z
    .string({ error: right })
    .regex(/^[1-9]\d{0,15}$/, { error: right })
    .transform(Number)
    .refine((value) => value <= most, { error: right });
