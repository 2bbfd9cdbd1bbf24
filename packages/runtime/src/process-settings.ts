import { z } from "zod";
import { durationMs, wholeNumber } from "./env.js";
import { LOG_LEVELS } from "./logger.js";
import { networksSchema } from "./public-address.js";
import { redisUrlProblem } from "./redis.js";
import { redisChecksSchema } from "./redis-checks.js";

/** Settings that every process has. Those about Redis must be the same for all that share a ledger. */
export const processSettings = {
  REDIS_URL: z
    .string()
    .superRefine((url, context) => {
      const problem = redisUrlProblem(url);
      if (problem !== undefined) context.addIssue(problem);
    })
    .default("redis://127.0.0.1:6379")
    .describe("redis://user:password@host:6379/0, or rediss:// for TLS; Redis or Valkey, 7 or newer"),
  REDIS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/, { error: "must be 1 to 60 characters out of A-Z a-z 0-9 . _ -" })
    .default("surefill")
    .describe("What every key in Redis starts with; the same for producer and worker"),
  REDIS_CHECKS: redisChecksSchema
    .prefault("on")
    .describe("on, off, or attested:<who vouches for the durability of this Redis>"),
  STATE_DIR: z
    .string()
    .default("surefill-state")
    .describe(
      "Folder in which a process keeps what it knows of the ledger and is about to send; it must outlive the process",
    ),
  JOURNAL_DAYS: wholeNumber({ least: 7, most: 3_650 })
    .default(35)
    .describe("Days after which files in STATE_DIR are removed; a rebuild knows what was sent since"),
  RETENTION_DAYS: wholeNumber({ least: 1, most: 3_650 })
    .default(90)
    .describe(
      "Days after which a final top-up shrinks to a tombstone, and a campaign that is over loses its plan; what asks whether a recipient was paid reaches back no further",
    ),
  LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default("info")
    .describe(`Least level that is logged: ${LOG_LEVELS.join(", ")}`),
  BUILD_COMMIT: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error: "must be 1 to 64 characters out of A-Z a-z 0-9 . _ -" })
    .default("unknown")
    .describe(
      "Commit that the program was built from, for surefill_build_info; the images set it, and a git checkout says its own",
    ),
  WEBHOOK_ALLOWED_NETWORKS: networksSchema()
    .optional()
    .describe(
      "Networks that webhooks may reach although they are not public, over http and on any port, such as 10.1.0.0/16,fd00::/8",
    ),
  SHUTDOWN_MS: durationMs({ leastMs: 100, mostMs: 600_000 })
    .default(25_000)
    .describe("How long stopping may take; keep it below the platform's kill delay"),
};
