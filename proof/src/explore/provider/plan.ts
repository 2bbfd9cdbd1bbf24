import type { FateName } from "./fates.js";
import type { PostRowName } from "./post-rows.js";

/** How a read at the provider is answered. `true`: as things are. */
export type ReadAnswer = "true" | "404" | "500" | "html" | "unknown-word" | "hang" | "no-connection";

/** What a token request is answered with. */
export type TokenAnswer = "granted" | "refused" | "503" | "hang" | "no-connection";

/** What the provider knows of an operator. */
export type DetectAnswer = "detected" | "unknown-number" | "not-authorized" | "500";

/**
 * How the provider behaves in a run. Lists are used up one by one; after the last entry all is well: accepted,
 * successful, read as it is.
 */
export type ProviderPlan = {
  posts: readonly PostRowName[];
  fates: readonly FateName[];
  /** Every transaction after those of `fates` ends like this; the default is success. */
  laterFate?: FateName;
  tokens?: readonly TokenAnswer[];
  statuses?: readonly ReadAnswer[];
  reports?: readonly ReadAnswer[];
  /** Every look-up is answered so. */
  everyReport?: ReadAnswer;
  /** Every question for a status, from so long after the start on, is answered so. */
  everyStatus?: { answer: ReadAnswer; fromMs: number };
  detections?: readonly DetectAnswer[];
  /** How long the report needs to show a transaction; never beyond the quiet period of its POST. */
  reportLagMs?: number;
  /** How far the whole report is behind, also beyond the quiet period. */
  reportBehindMs?: number;
};
