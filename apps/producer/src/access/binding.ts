import type { TopupRecord } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import { outsideBinding } from "./admit.js";
import type { Identity } from "./identity.js";

/** Tells whether a top-up is one that this caller may see: always, unless its key is bound. */
export function isWithin(identity: Identity, { caller, request }: Pick<TopupRecord, "caller" | "request">): boolean {
  const { binding, name } = identity;
  if (binding === undefined) return true;
  const { own, campaigns } = binding;
  return (!own || caller === name) && (campaigns === undefined || campaigns.includes(request.campaign ?? ""));
}

/** Throws `outside_binding` when a key may not send a top-up with this label, or without one. */
export function requireLabel({ binding }: Identity, campaign: string | undefined): void {
  if (binding?.campaigns === undefined || binding.campaigns.includes(campaign ?? "")) return;
  throw outsideBinding(campaign === undefined ? "A top-up without a campaign" : `The campaign ${campaign}`);
}

/** The ledger as a caller may see it: a top-up outside of its binding is not there. */
export function ledgerWithin<Part extends Pick<Ledger, "look">>(ledger: Part, identity: Identity): Part {
  if (identity.binding === undefined) return ledger;
  const look: Ledger["look"] = async (reference) => {
    const looked = await ledger.look(reference);
    return looked !== undefined && isWithin(identity, looked.record) ? looked : undefined;
  };
  return { ...ledger, look };
}
