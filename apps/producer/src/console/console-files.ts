import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import type { HttpResult } from "../http/result.js";

/** Everything comes from this server, and nothing stands in the page itself. */
const CONSOLE_CSP =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** The console finds out itself what to show at these paths. All others are the API's. */
const PAGES =
  /^\/(?:(?:new-payment|campaigns|topups|attention|approvals|gates|webhooks|reports|people|keys|audit-log|search)(?:\/[^/]+)?)?$/;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
};

/** Files with a hash of their content in their name never change. */
const FOR_GOOD = { "cache-control": "public, max-age=31536000, immutable" };

/** What answers a GET of a path: a page, one of its files, or `undefined` for what is not the console's. */
export type ConsoleFiles = (path: string) => HttpResult | undefined;

/**
 * Reads the console's files, some 120 kB, as they were built. Where they were not, there is no console, and the API
 * works as it does without one.
 */
export function openConsoleFiles(folder: string | undefined = builtFolder()): ConsoleFiles {
  const page = folder === undefined ? undefined : readOrNothing(join(folder, "index.html"));
  if (folder === undefined || page === undefined) return () => undefined;
  const files = new Map<string, HttpResult>();
  for (const name of readdirSync(join(folder, "console"))) {
    const contentType = CONTENT_TYPES[extname(name)];
    if (contentType === undefined) continue;
    const text = readFileSync(join(folder, "console", name), "utf8");
    files.set(`/console/${name}`, { status: 200, headers: FOR_GOOD, contentType, text });
  }
  const headers = { "content-security-policy": CONSOLE_CSP };
  const shown: HttpResult = { status: 200, headers, contentType: "text/html; charset=utf-8", text: page };
  return (path) => (PAGES.test(path) ? shown : files.get(path));
}

function builtFolder(): string | undefined {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("@surefill/console/package.json")), "web");
  } catch {
    return undefined;
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
