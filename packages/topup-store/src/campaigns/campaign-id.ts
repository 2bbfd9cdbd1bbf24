import { z } from "zod";

/** A campaign's id: `cmp_` and a UUID version 7. No top-up's label can look like one. */
export const campaignIdSchema = z.string().regex(/^cmp_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
  error: "must be the id of a campaign",
});
