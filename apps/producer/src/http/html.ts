import type { HttpResult } from "./result.js";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A piece of a page in which nothing can be mistaken for markup any more. */
export class Html {
  constructor(readonly text: string) {}
}

/** Builds HTML from a template: everything put in is escaped, unless it is `Html` itself. Lists are joined. */
export function html(
  strings: TemplateStringsArray,
  ...values: ReadonlyArray<string | number | Html | readonly Html[]>
) {
  const parts = strings.map((part, index) => part + (index < values.length ? piece(values[index] ?? "") : ""));
  return new Html(parts.join(""));
}

function piece(value: string | number | Html | readonly Html[]): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("\n");
  return String(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A text of ours in which `code` stands between backticks, as in Markdown. */
export function prose(text: string): Html {
  const parts = text.split("`").map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return new Html(parts.map((part) => part.text).join(""));
}

/** A page without scripts; its only style is the sheet that this server has at /docs/plain.css. */
export function page(title: string, body: Html, status = 200): HttpResult {
  const whole = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="/docs/plain.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
  return {
    status,
    headers: { "content-security-policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'" },
    contentType: "text/html; charset=utf-8",
    text: whole.text,
  };
}

/** The sheet of plain pages; follows the reader's light or dark. */
export const PLAIN_CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 1rem 0.3rem 0; border-bottom: 1px solid #8884; }
th { font-weight: 600; }
code, td, h1 { overflow-wrap: break-word; }
.whole { white-space: nowrap; }
.wide { overflow-x: auto; }
`;
