import { amountSchema, countryCodeSchema, nameSchema } from "@surefill/topup";
import { z } from "zod";

const DAYS_MAX = 365;

const currencySchema = z
  .string({ error: 'must be a currency code such as "USD"' })
  .transform((code) => code.toUpperCase())
  .pipe(z.string().regex(/^[A-Z]{3}$/, { error: 'must be a currency code such as "USD"' }));

/**
 * What a check assumes and insists on. Whatever is assumed for a row, because the file does not say it, is counted
 * and told in the check's answer.
 */
export const checkOptionsSchema = z.strictObject(
  {
    defaultCountry: countryCodeSchema
      .optional()
      .describe("The country of numbers in national form, where the file names none"),
    plainNumbers: z
      .enum(["national", "international"], { error: 'must be "national" or "international"' })
      .default("national")
      .describe("What numbers without + are: numbers as they are dialled in their country, or complete with its code"),
    defaultOperatorId: z
      .int({ error: "must be a Reloadly operator id" })
      .min(1, { error: "must be a Reloadly operator id" })
      .max(999_999_999, { error: "must be a Reloadly operator id" })
      .optional()
      .describe("The operator of rows that name none; without it the operator is detected from the number"),
    amount: amountSchema
      .optional()
      .describe(
        "The amount of every row, in `currency`, for a file that has no amounts; not beside a column of amounts",
      ),
    currency: currencySchema
      .optional()
      .describe("The currency of the amounts (ISO 4217), where the file does not say it; what it says may not differ"),
    defaultAmount: amountSchema.optional().describe("The amount of rows that have none"),
    useLocalAmount: z
      .boolean({ error: "must be true or false" })
      .default(false)
      .describe("Amounts are in the operator's currency, where the file does not say"),
    decimalMark: z
      .enum([".", ","], { error: 'must be "." or ","' })
      .optional()
      .describe(
        "What stands before the decimals of the file's amounts. Where it is not said, it is a point, and amounts that can be read in two ways are refused: 1,000 and 1.500",
      ),
    lineBreaksInCells: z
      .enum(["accept"], { error: 'must be "accept", once somebody has looked at them' })
      .optional()
      .describe("Takes quoted cells that hold line breaks and what rows hold; the upload shows them in lineBreakCells"),
    expectedRows: z
      .int({ error: "must be a whole number of rows" })
      .min(1, { error: "must be at least 1" })
      .optional()
      .describe("How many rows the file has; where it has another number there is no plan"),
    expectedTotal: z
      .strictObject(
        { amount: amountSchema, currency: currencySchema },
        { error: 'must be an object such as {"amount": "1200", "currency": "USD"}' },
      )
      .optional()
      .describe(
        "What the amounts of the file come to, sent or not; where they come to something else there is no plan",
      ),
    duplicates: z
      .enum(["reject", "allow"], { error: 'must be "reject" or "allow"' })
      .default("reject")
      .describe("What becomes of a recipient's second row: refused, or sent too"),
    recentlyPaid: z
      .strictObject({
        days: z
          .int({ error: "must be a whole number of days" })
          .min(1, { error: "must be at least 1 day" })
          .max(DAYS_MAX, { error: `must be at most ${DAYS_MAX} days` }),
        action: z.enum(["reject", "allow"], { error: 'must be "reject" or "allow"' }).default("reject"),
      })
      .default({ days: 30, action: "reject" })
      .describe("What becomes of a recipient who was paid by another top-up within so many days"),
    run: nameSchema
      // Longer, and `<run>.<row>` would not fit into a reference.
      .refine((run) => run.length <= 80, { error: "must be at most 80 characters" })
      .optional()
      .describe("The name that rows without a reference derive theirs from; by default the file's own content"),
  },
  { error: "must be an object: the options of the check" },
);

export type CheckOptions = z.output<typeof checkOptionsSchema>;

/** The options as they are given for a new campaign: what a known format says by itself is not yet filled in. */
export const givenOptionsSchema = checkOptionsSchema.extend({
  useLocalAmount: checkOptionsSchema.shape.useLocalAmount
    .unwrap()
    .optional()
    .describe("Amounts are in the operator's currency, where the file does not say; by default what its format says"),
});
