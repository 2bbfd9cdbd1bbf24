/** Where a list page ended: the index score and the reference there. */
export type ListPosition = { score: number; reference: string };

/** Packs a position into the opaque text that callers send back. */
export function encodeCursor(position: ListPosition): string {
  return Buffer.from(`${position.score}:${position.reference}`).toString("base64url");
}

/** Unpacks a cursor; `undefined` when it is not one of ours. */
export function decodeCursor(cursor: string): ListPosition | undefined {
  const match = /^(\d{1,16}):([a-z0-9._-]{1,100})$/.exec(Buffer.from(cursor, "base64url").toString());
  if (match === null) return undefined;
  const [, score = "", reference = ""] = match;
  return { score: Number(score), reference };
}
