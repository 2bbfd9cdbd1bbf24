import { z } from "zod";

/** The name of a column, as the upload answers it: unique within the file. */
const columnSchema = z
  .string({ error: "must be the name of a column" })
  .min(1, { error: "must be the name of a column" })
  .max(200, { error: "is longer than any column name (200 characters)" });

/** What a column of a file can mean, besides metadata. */
export const MAPPING_FIELDS = [
  "phone",
  "email",
  "country",
  "operator",
  "amount",
  "useLocalAmount",
  "currency",
  "tolerance",
  "reference",
  "sender",
] as const;
export type MappingField = (typeof MAPPING_FIELDS)[number];

const METADATA_KEY = /^[A-Za-z0-9_.-]{1,40}$/;

/** Which column of a file means what. Columns that are not named here are kept for the result file, and unread. */
export const mappingSchema = z
  .strictObject(
    {
      phone: columnSchema.describe(
        "The recipient's phone number, national or international; or the e-mail address of a Nauta account (Cuba)",
      ),
      email: columnSchema
        .optional()
        .describe("The e-mail address of a Nauta account (Cuba), in rows whose phone cell is empty"),
      country: columnSchema
        .optional()
        .describe(
          "The recipient's country: ISO 3166-1 code of two or three letters, or its name in English, French, Spanish or Portuguese",
        ),
      operator: columnSchema
        .optional()
        .describe('Reloadly\'s operator id, or its whole name; empty or "auto" has it detected'),
      amount: columnSchema
        .optional()
        .describe("How much to send. A unit in the column's name, such as (USD), is the currency of its amounts"),
      useLocalAmount: columnSchema
        .optional()
        .describe("Whether the amount is in the operator's currency: true/false, yes/no, 1/0"),
      currency: columnSchema
        .optional()
        .describe("The amount's currency (ISO 4217): the account's, or the operator's for a local amount"),
      tolerance: columnSchema
        .optional()
        .describe(
          "How much more than the amount may be sent, in its own currency, to reach one that the operator sells; never less",
        ),
      reference: columnSchema.optional().describe("The caller's own id of the top-up, unique for ever"),
      sender: columnSchema.optional().describe("The sender's phone number, in international form"),
      metadata: z
        .record(z.string().regex(METADATA_KEY), columnSchema, {
          error: (issue) =>
            issue.code === "invalid_key"
              ? "metadata keys are 1 to 40 characters out of A-Z a-z 0-9 _ . -"
              : "must be an object: metadata key to column name",
        })
        .refine((metadata) => Object.keys(metadata).length <= 20, { error: "must have at most 20 entries" })
        .refine((metadata) => !Object.hasOwn(metadata, "__proto__"), { error: "must not have a key __proto__" })
        .optional()
        .describe("Metadata key to column: kept with the top-up, never sent to the provider"),
    },
    { error: "must be an object: which column means what" },
  )
  .refine((mapping) => mapping.useLocalAmount === undefined || mapping.currency === undefined, {
    path: ["currency"],
    error: "says the same as useLocalAmount; map one of them",
  });

export type Mapping = z.output<typeof mappingSchema>;
