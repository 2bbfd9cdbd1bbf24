import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, setUp } from "./setup.mjs";

/**
 * Takes settings from the project's `.env` where there is one; what the environment has already stays. Says whether
 * there is one. The programs that are started with this environment read no file of their own.
 */
export async function loadEnvFile() {
  await setUp();
  const { withEnvFile } = await import("@surefill/runtime");
  const named = process.env.SUREFILL_ENV_FILE;
  const path = named || join(projectRoot, ".env");
  const isThere = named !== "none" && existsSync(path);
  if (isThere) Object.assign(process.env, withEnvFile({ ...process.env, SUREFILL_ENV_FILE: path }));
  process.env.SUREFILL_ENV_FILE = "none";
  return isThere;
}
