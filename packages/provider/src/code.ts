import { ReloadlyError } from "@surefill/reloadly-client";

/** The provider's code where it gave one, else the client's. Short and free of personal data, both. */
export function codeOf(error: unknown): string {
  return error instanceof ReloadlyError ? cleanCode(error.providerCode ?? error.code) : "UNEXPECTED_ERROR";
}

/** Codes go into records, events and logs: whatever the provider writes there, it stays a short word. */
export function cleanCode(code: string): string {
  return code.replace(/[^A-Za-z0-9_.-]/g, "_").slice(0, 60);
}
