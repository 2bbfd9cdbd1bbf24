import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./setup.mjs";

/** Takes settings from `.env` where there is one; what the environment has already stays. Says whether there is one. */
export function loadEnvFile() {
  const path = join(projectRoot, ".env");
  if (!existsSync(path)) return false;
  process.loadEnvFile(path);
  return true;
}
