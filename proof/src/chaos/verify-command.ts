/** Runs `surefill verify` on the rig, in a process of its own and with the options that a person would give it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { runCommand } from "../../../scripts/run-command.mjs";
import type { Violation } from "./judge.js";
import { type Rig, STATE_FOLDER } from "./rig.js";

const COMMAND = fileURLToPath(new URL("../../../apps/cli/bin/surefill.js", import.meta.url));
const DEADLINE_MS = 300_000;

const answerSchema = z.object({
  verdict: z.enum(["holds", "violated", "not-checked"]),
  counts: z.record(z.string(), z.number()),
  findings: z.array(
    z.object({ invariant: z.string(), kind: z.string(), reference: z.string().nullish(), what: z.string() }),
  ),
});

/** What the command came to: its findings as violations, and how much it went through. */
export type Verified = { violations: Violation[]; counts: Record<string, number>; isComplete: boolean };

/** Runs it on a settled rig. Rejects when it could not check anything. */
export async function runVerifyCommand(rig: Rig, acknowledged: Iterable<string>): Promise<Verified> {
  const path = join(rig.dir, "acknowledged.txt");
  await writeFile(path, [...acknowledged].join("\n"));
  const args = [COMMAND, "verify", "--json", "--settled", "--books", "--acknowledged", path];
  const urls = { REDIS_URL: rig.redis.url, RELOADLY_URL: rig.provider.url };
  // As on the machine of the workers, whose journals know how far the ledger had come.
  const env = { ...process.env, ...rig.workerEnv, ...urls, STATE_DIR: join(rig.dir, STATE_FOLDER) };
  const { output } = await runCommand(process.execPath, args, { env, timeoutMs: DEADLINE_MS });
  const json = output.split("\n").find((line) => line.startsWith("{"));
  if (json === undefined) throw new Error(`surefill verify gave no verdict:\n${output}`);
  const { verdict, counts, findings } = answerSchema.parse(JSON.parse(json));
  const violations = findings.map(({ invariant, kind, reference, what }) => ({
    invariant: `${invariant} ${kind} (surefill verify)`,
    subject: reference ?? "no top-up",
    what,
  }));
  return { violations, counts, isComplete: verdict !== "not-checked" };
}
