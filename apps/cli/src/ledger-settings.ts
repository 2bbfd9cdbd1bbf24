import { reloadlySettings, reloadlySettingsProblem } from "@surefill/reloadly-client/settings";
import { processSettings } from "@surefill/runtime";
import { z } from "zod";

/** The worker's settings, as far as they say which ledger is whose, and where what is known of it is kept. */
export const ledgerSettings = z
  .object({
    REDIS_URL: processSettings.REDIS_URL,
    REDIS_PREFIX: processSettings.REDIS_PREFIX,
    STATE_DIR: processSettings.STATE_DIR,
    ...reloadlySettings,
  })
  .superRefine((config, context) => {
    const problem = reloadlySettingsProblem(config);
    if (problem !== undefined) context.addIssue({ code: "custom", path: [problem.path], message: problem.message });
  });
