import { z } from "zod";

const personText = (most: number) => {
  const error = `must be 1 to ${most} characters without line breaks`;
  return z
    .string({ error })
    .trim()
    .min(1, { error })
    .max(most, { error })
    .refine((text) => !/\p{Cc}/u.test(text), { error });
};

/** Why a person decides as they do. */
export const reasonField = personText(300).describe("Why, for the history");

/** The person who decides. */
export const byField = personText(100)
  .regex(/^[^|]*$/, { error: "must not hold a |" })
  .describe("The person who decides, for the history");
