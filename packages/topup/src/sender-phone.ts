import { z } from "zod";
import { countryCodeSchema, phoneSchema } from "./phone.js";

/**
 * Who pays, as it is kept: E.164 digits where it is a valid number of its country, and as it was sent where it is not.
 * Nothing is paid to it, so that Reloadly takes any, and either part alone.
 */
export type SenderPhone = { countryCode?: string; number?: string };

const NUMBER_WANTED = "must be a phone number: up to 24 digits with spaces or hyphens between them, and one + before";

/** A sender's phone as callers send it (Reloadly's own form). */
export const senderPhoneSchema = z
  .strictObject(
    {
      countryCode: countryCodeSchema.optional().describe("ISO 3166-1 alpha-2, in either case"),
      number: z
        .union([z.string(), z.number()], { error: "must be a phone number as text" })
        .transform(String)
        .pipe(z.string().regex(/^\+?\d(?:[ -]?\d){3,23}$/, { error: NUMBER_WANTED }))
        .optional()
        .describe("Kept in international form where it is valid, and as it is where it is not"),
    },
    { error: "must be an object with countryCode and number" },
  )
  .refine((sender) => sender.countryCode !== undefined || sender.number !== undefined, {
    error: "must have a countryCode or a number; leave it out where there is none",
  })
  .transform((sender): SenderPhone => {
    const { countryCode, number } = sender;
    if (countryCode === undefined || number === undefined) {
      return { ...(countryCode !== undefined && { countryCode }), ...(number !== undefined && { number }) };
    }
    const valid = phoneSchema.safeParse(sender);
    return valid.success ? valid.data : { countryCode, number };
  });
