import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { PLAIN_CSS } from "./html.js";
import { Problem } from "./problem.js";
import type { HttpResult } from "./result.js";

/**
 * The page's own policy: everything comes from this server. Swagger UI sets styles on elements and draws icons from
 * data URLs; it needs no inline script.
 */
const DOCS_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Surefill API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** The key a reader types in is forgotten with the page: nothing is kept in the browser. */
const START = `"use strict";
window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

const CSS = "text/css; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";

/** `GET /docs`: the API's documentation as a page to try it on. */
export async function getDocsPage(): Promise<HttpResult> {
  const headers = { "content-security-policy": DOCS_CSP };
  return { status: 200, headers, contentType: "text/html; charset=utf-8", text: PAGE };
}

/** `GET /docs/{file}`: what the pages load. Files of swagger-ui-dist are read when first asked for. */
export function getDocsFile() {
  const load = createFileLoader();
  const files = new Map<string, () => { contentType: string; text: string }>([
    ["start.js", () => ({ contentType: SCRIPT, text: START })],
    ["plain.css", () => ({ contentType: CSS, text: PLAIN_CSS })],
    ["swagger-ui.css", () => ({ contentType: CSS, text: load("swagger-ui.css") })],
    ["swagger-ui-bundle.js", () => ({ contentType: SCRIPT, text: load("swagger-ui-bundle.js") })],
  ]);
  return async ({ file }: { file: string }): Promise<HttpResult> => {
    const found = files.get(file);
    if (found === undefined) throw new Problem("route_not_found", { detail: "The documentation has no such file." });
    return { status: 200, headers: { "cache-control": "public, max-age=3600" }, ...found() };
  };
}

function createFileLoader(): (name: string) => string {
  const { resolve } = createRequire(import.meta.url);
  const loaded = new Map<string, string>();
  return (name) => {
    const text = loaded.get(name) ?? readFileSync(resolve(`swagger-ui-dist/${name}`), "utf8");
    loaded.set(name, text);
    return text;
  };
}
