import { createHmac } from "node:crypto";
import { contentOf, lineOf, type TopupRequest } from "@surefill/topup";

/** 22 characters of base64url carry 132 bits: no two contents will ever share them by accident. */
const DIGEST_CHARACTERS = 22;

/** 16 characters carry 96 bits, plenty to tell phone numbers apart. */
const PHONE_HASH_CHARACTERS = 16;

/**
 * A short digest of what is bought: equal digests, equal content. Keyed, because it outlives the phone number in it,
 * and a plain hash of a phone number is undone by trying them all.
 */
export function contentDigest(key: string, request: TopupRequest): string {
  return createHmac("sha256", key).update(contentOf(request)).digest("base64url").slice(0, DIGEST_CHARACTERS);
}

/**
 * The name under which a recipient is indexed and gated: one for each line, whichever of its numbers is given. Keyed
 * for the same reason.
 */
export function recipientHash(key: string, recipient: string): string {
  return createHmac("sha256", key).update(lineOf(recipient)).digest("base64url").slice(0, PHONE_HASH_CHARACTERS);
}

/** The recipient of a request: E.164 digits, or an e-mail address. */
export function recipientOf(request: TopupRequest): string {
  return request.recipientPhone?.number ?? request.recipientEmail ?? "";
}
