import type { Uploads } from "@surefill/topup-store";
import { uploadIdSchema } from "@surefill/topup-store";
import { z } from "zod";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { uploadView, uploadViewSchema, uploadWithSample } from "./upload-view.js";

const LIMIT_MAX = 200;

/** How uploads are paged. */
export const uploadListQuerySchema = z.object({
  limit: z
    .string({ error: "must be given once" })
    .regex(/^[1-9]\d{0,2}$/, { error: `must be a whole number from 1 to ${LIMIT_MAX}` })
    .transform(Number)
    .pipe(z.number().max(LIMIT_MAX, { error: `must be a whole number from 1 to ${LIMIT_MAX}` }))
    .default(50),
  cursor: uploadIdSchema.optional().describe("Where the page before ended"),
});

/** A page of uploads. */
export const uploadPageSchema = z
  .object({
    data: z.array(uploadViewSchema),
    nextCursor: z.string().nullable().describe("For the `cursor` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "UploadPage" });

/** `GET /v1/uploads/{id}`. */
export const getUpload =
  ({ uploads }: { uploads: Pick<Uploads, "get" | "sameFile"> }) =>
  async ({ id }: { id: string }): Promise<HttpResult> => {
    const upload = await uploads.get(id);
    if (upload === undefined) throw new Problem("upload_not_found", { detail: `There is no upload ${id}.` });
    return { status: 200, json: uploadWithSample(upload, await uploads.sameFile(upload.sha256)) };
  };

/** `GET /v1/uploads`: newest first, a page at a time. */
export const listUploads =
  (deps: { uploads: Pick<Uploads, "list"> }) =>
  async ({ limit, cursor }: z.output<typeof uploadListQuerySchema>): Promise<HttpResult> => {
    const page = await deps.uploads.list({ limit, ...(cursor !== undefined && { cursor }) });
    const { uploads, nextCursor = null } = page;
    return { status: 200, json: { data: uploads.map(uploadView), nextCursor, hasMore: nextCursor !== null } };
  };
