import { ReloadlyError } from "@surefill/reloadly-client";

/**
 * Tells whether a read failed because Reloadly has no such thing, in its own words. The 404 of a gateway, or of the
 * framework for a path that is not there, says nothing of what Reloadly has.
 */
export function isNoSuchThing(error: unknown): boolean {
  return error instanceof ReloadlyError && error.httpStatus === 404 && error.bodyShape === "reloadly";
}
