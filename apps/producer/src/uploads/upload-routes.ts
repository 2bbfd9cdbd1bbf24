import { uploadIdSchema } from "@surefill/topup-store";
import { z } from "zod";
import { type Route, route } from "../http/route.js";
import { getUpload, listUploads, uploadListQuerySchema, uploadPageSchema } from "./read-uploads.js";
import {
  CSV_TYPES,
  GZIP_TYPES,
  type ReceiveUploadDeps,
  receiveUpload,
  uploadQuerySchema,
  WORKBOOK_TYPES,
} from "./receive-upload.js";
import { uploadWithSampleSchema } from "./upload-view.js";

/** What the routes of uploads need. */
export type UploadRouteDeps = ReceiveUploadDeps;

const uploadParams = z.object({ id: uploadIdSchema.describe("The upload's id") });

/** The rows of the route table that concern files. */
export function uploadRoutes(deps: UploadRouteDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/uploads",
      permission: "prepare",
      operationId: "receiveUpload",
      summary: "Send a file of recipients",
      description:
        "Takes a CSV file or an Excel workbook (.xlsx), plain or packed with gzip, of any size up to `UPLOAD_BYTES_MAX`; " +
        "which of them it is, is told by its content. Answers what was found: encoding, delimiter, sheet, header, columns " +
        "and what they seem to mean, and whether the file was sent before. " +
        "Nothing is paid: a campaign is made from an upload.",
      query: uploadQuerySchema,
      streamedBody: [...CSV_TYPES, ...WORKBOOK_TYPES, ...GZIP_TYPES],
      responses: {
        201: { description: "Received. `Location` says where to ask for it", schema: uploadWithSampleSchema },
      },
      problems: [
        "body_incomplete",
        "upload_too_large",
        "upload_unreadable",
        "unsupported_media_type",
        "validation_failed",
      ],
      audit: ({ query }) => ({ action: "upload.received", after: { name: query.name ?? null } }),
      handle: ({ query, bodyStream, ending, header, caller }) =>
        receiveUpload(deps)({ query, bodyStream, ending, header, caller }),
    }),
    route({
      method: "get",
      path: "/v1/uploads",
      permission: "read",
      operationId: "listUploads",
      summary: "List the files that are kept",
      description: "Newest first. A file that no campaign uses is kept for `UPLOAD_DAYS`.",
      query: uploadListQuerySchema,
      responses: { 200: { description: "One page", schema: uploadPageSchema } },
      problems: ["validation_failed"],
      handle: ({ query }) => listUploads(deps)(query),
    }),
    route({
      method: "get",
      path: "/v1/uploads/:id",
      permission: "read",
      operationId: "getUpload",
      summary: "One file, with its first rows",
      params: uploadParams,
      responses: { 200: { description: "The upload", schema: uploadWithSampleSchema } },
      problems: ["upload_not_found", "validation_failed"],
      handle: ({ params }) => getUpload(deps)(params),
    }),
  ];
}
