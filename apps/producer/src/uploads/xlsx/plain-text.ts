const ESCAPED = /_x([0-9A-Fa-f]{4})_/g;

/** A text as the sheet shows it: characters that XML cannot hold are written as `_x000D_`. */
export function plainText(text: string): string {
  if (!text.includes("_x")) return text;
  return text.replace(ESCAPED, (_whole, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
