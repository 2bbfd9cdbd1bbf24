import type { TopupRecord } from "@surefill/topup";
import { z } from "zod";
import { type Identity, requirePermission } from "../access/identity.js";
import { type KnownGates, maskedTopupView, type TopupView, topupView } from "./topup-view.js";

/** Shows a top-up to somebody: in full, or with recipients masked and vouchers left out. */
export type ShowTopup = (record: TopupRecord, gates?: KnownGates) => TopupView;

/** The query by which a full view is asked for. What else stands in it is ignored, as it always was. */
export const revealQuerySchema = z.looseObject({
  reveal: z
    .enum(["true", "false"], { error: "must be true or false" })
    .optional()
    .describe("Show the full number, e-mail address and PIN. Needs `reveal`, and is written into the audit log"),
});

/** How somebody sees top-ups who did not ask for a full view. Keys of `API_KEYS` always have it. */
export function showTo({ kind }: Identity): ShowTopup {
  return kind === "environment-key" ? topupView : maskedTopupView;
}

/** How somebody sees the one top-up that it asks for. Throws `permission_missing` when it may not see it in full. */
export function showOne(identity: Identity, { reveal }: z.output<typeof revealQuerySchema>): ShowTopup {
  if (reveal !== "true") return showTo(identity);
  requirePermission(identity, "reveal", "reveal=true");
  return topupView;
}
