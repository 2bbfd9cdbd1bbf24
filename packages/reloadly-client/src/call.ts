import type { z } from "zod";

/** Whether the call can move money. A failed read is never ambiguous. */
export type CallKind = "write" | "read";

/** One call of the API: what is sent, and how a good answer reads. */
export interface Call<T> {
  operation: string;
  method: "GET" | "POST";
  path: string;
  /** JSON text; absent for a GET. */
  body?: string;
  /** The size of answer that is still read. Default 1 MiB. */
  bodyBytesMax?: number;
  schema: z.ZodType<T>;
}
