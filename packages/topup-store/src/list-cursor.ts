import { referenceSchema } from "@surefill/topup";

/** Where a list page ended: the index score and the reference there. */
export type ListPosition = { score: number; reference: string };

/** Packs a position into the opaque text that callers send back. */
export function encodeCursor(position: ListPosition): string {
  return Buffer.from(`${position.score}:${position.reference}`).toString("base64url");
}

/** Unpacks a cursor; `undefined` when it is not one of ours. */
export function decodeCursor(cursor: string): ListPosition | undefined {
  const [, score, text] = /^(\d{1,16}):(.{1,150})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  const reference = referenceSchema.safeParse(text);
  return reference.success ? { score: Number(score), reference: reference.data } : undefined;
}
