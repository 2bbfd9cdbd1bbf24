import { createHash } from "node:crypto";
import { z } from "zod";
import type { ReloadlyEnvironment } from "./environment.js";

/** The settings by which a program says which Reloadly it talks to. For a program's own environment schema. */
export const reloadlySettings = {
  RELOADLY_ENVIRONMENT: z
    .enum(["sandbox", "live", "local"])
    .default("sandbox")
    .describe("sandbox, live (real money) or local (the server at RELOADLY_URL)"),
  RELOADLY_URL: z.url().optional().describe("Base URL of a local Reloadly; only with RELOADLY_ENVIRONMENT=local"),
  RELOADLY_CLIENT_ID: z.string().min(1).describe("Client id of the Reloadly account, of the same environment"),
  RELOADLY_CLIENT_SECRET: z.string().min(1).describe("Client secret of the Reloadly account"),
  RELOADLY_CONNECTIONS_MAX: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_000)
    .default(128)
    .describe("Most connections to Reloadly of one process; a worker needs SUBMIT_CONCURRENCY + POLL_CONCURRENCY"),
};

type ReloadlySettings = Readonly<z.output<z.ZodObject<typeof reloadlySettings>>>;

/** Says what is wrong between the settings, or `undefined`. */
export function reloadlySettingsProblem(settings: ReloadlySettings): { path: string; message: string } | undefined {
  const isLocal = settings.RELOADLY_ENVIRONMENT === "local";
  if (isLocal === (settings.RELOADLY_URL !== undefined)) return undefined;
  const message = isLocal
    ? "is needed with RELOADLY_ENVIRONMENT=local, for example http://127.0.0.1:4010"
    : `is for RELOADLY_ENVIRONMENT=local only, and the environment is ${settings.RELOADLY_ENVIRONMENT}`;
  return { path: "RELOADLY_URL", message };
}

/** The environment that settings without a problem name. A local Reloadly serves everything under one URL. */
export function reloadlyEnvironmentOf(settings: ReloadlySettings): ReloadlyEnvironment {
  const { RELOADLY_ENVIRONMENT: environment, RELOADLY_URL: url } = settings;
  if (environment !== "local") return environment;
  if (url === undefined) throw new TypeError("RELOADLY_URL is missing");
  const base = url.replace(/\/+$/, "");
  return { apiUrl: base, authUrl: base, audience: base };
}

/**
 * Names the account that settings without a problem lead to: `environment:hash`. The hash is of the client id, so a new
 * secret leaves it as it is; of a local Reloadly it is of its URL as well, since each has a wallet of its own.
 */
export function reloadlyAccountOf(
  settings: Pick<ReloadlySettings, "RELOADLY_ENVIRONMENT" | "RELOADLY_URL" | "RELOADLY_CLIENT_ID">,
): string {
  const { RELOADLY_ENVIRONMENT: environment, RELOADLY_URL: url, RELOADLY_CLIENT_ID: clientId } = settings;
  const { host = "", pathname = "" } = url === undefined ? {} : new URL(url);
  const parts = [clientId, ...(environment === "local" ? [host, pathname.replace(/\/+$/, "")] : [])];
  return `${environment}:${createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 32)}`;
}
