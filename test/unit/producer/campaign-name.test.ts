/** A name that would command a terminal is refused where a campaign is made. */
import { expect, test } from "vitest";
import { campaignNameSchema } from "../../../apps/producer/src/campaigns/create-campaign.js";

test.each(["\u001b[2Jx", "a\rb", "a\nb", "\u009bx", "\u202ex", "x\u2066y", "\u200fx", "a\u0000"])("%j", (name) => {
  expect(campaignNameSchema.safeParse(name).error?.issues[0]?.message).toContain("must not have control characters");
});

test.each(["Survey, wave 2", "Märzlauf – 2. Welle", "تعبئة رصيد", "充值", "👩‍🌾 June"])("%s is a name", (name) => {
  expect(campaignNameSchema.safeParse(name).success).toBe(true);
});
