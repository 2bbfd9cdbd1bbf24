import { html, page, prose } from "./html.js";
import { Problem } from "./problem.js";
import { isProblemCode, PROBLEMS } from "./problem-codes.js";
import type { HttpResult } from "./result.js";

/** `GET /problems/{code}`: what a problem's `type` points to, so that it explains itself without any other server. */
export async function getProblemPage({ code }: { code: string }): Promise<HttpResult> {
  if (!isProblemCode(code)) throw new Problem("route_not_found", { detail: "There is no such problem code." });
  const { status, title, meaning, todo } = PROBLEMS[code];
  const body = html`<h1>${title}</h1>
<table>
<tr><th>Code</th><td><code>${code}</code></td></tr>
<tr><th>Status</th><td>${status}</td></tr>
<tr><th>Meaning</th><td>${prose(meaning)}</td></tr>
<tr><th>What to do</th><td>${prose(todo)}</td></tr>
</table>`;
  return page(title, body);
}
