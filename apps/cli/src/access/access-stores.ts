import type { AuditDraft } from "@surefill/access";
import { connectRedis, EXIT_CONFIG, explainFailedStart, loadEnv, processSettings } from "@surefill/runtime";
import type { AccessKeys, AuditLog, People } from "@surefill/topup-store";
import { z } from "zod";
import type { Surroundings } from "../surroundings.js";

const settings = z.object({ REDIS_URL: processSettings.REDIS_URL, REDIS_PREFIX: processSettings.REDIS_PREFIX });

/** What these commands end with when they refuse. */
export const EXIT_REFUSED = 1;

/** The stores of who may do what. */
export type AccessStores = { people: People; accessKeys: AccessKeys; auditLog: AuditLog };

/** A refusal in words for the person at the command line. */
export class Refused extends Error {}

/**
 * Opens the stores on Redis itself, runs the command, and says what went wrong. Who can do this has access to Redis
 * anyway: that is how the first administrator is made.
 */
export async function withAccessStores(
  { env, tell, exitWith }: Surroundings,
  run: (stores: AccessStores) => Promise<void>,
): Promise<void> {
  try {
    const { REDIS_URL: url, REDIS_PREFIX: prefix } = loadEnv(settings, env);
    const redis = await connectRedis({ url, role: "ledger", name: "surefill-access", onError: () => undefined });
    try {
      const { AccessKeys, AuditLog, Ledger, People } = await import("@surefill/topup-store");
      const { witness } = await Ledger.open(redis, { prefix, processId: "access" });
      // Entries are dropped by the producer, which knows for how long they are kept.
      const auditLog = new AuditLog(redis, { prefix, witness, keptMs: Number.MAX_SAFE_INTEGER });
      const stores = { prefix, audit: auditLog };
      await run({ people: new People(redis, stores), accessKeys: new AccessKeys(redis, stores), auditLog });
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    if (error instanceof Refused) {
      tell(error.message, "bad");
      return exitWith(EXIT_REFUSED);
    }
    const { message, exitCode } = explainFailedStart(error);
    tell(`Not done: ${message}`, "bad");
    exitWith(exitCode === EXIT_CONFIG ? EXIT_CONFIG : EXIT_REFUSED);
  }
}

/** Reads what was typed, or refuses with what is wrong with it. */
export function read<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => [...path, message].join(" "));
  throw new Refused(`Not done: ${what}: ${faults.join("; ")}.`);
}

/** The name of who types, as the system knows it. Nobody has checked it: who has access to Redis is believed. */
export function typistOf({ user }: Pick<Surroundings, "user">): string {
  return `cli:${user.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 40)}`;
}

/** An entry for an act of who types. */
export function draftOf(
  around: Pick<Surroundings, "user">,
  act: Pick<AuditDraft, "action"> & Partial<Pick<AuditDraft, "target" | "before" | "after">>,
): AuditDraft {
  return {
    phase: "done",
    by: { kind: "command-line", name: typistOf(around) },
    address: null,
    requestId: null,
    target: null,
    before: null,
    after: null,
    result: "ok",
    ...act,
  };
}
