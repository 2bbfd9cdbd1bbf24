import type { RoutePermission } from "../http/route.js";
import type { Identify } from "./environment-keys.js";
import { type Identity, NOBODY, requirePermission } from "./identity.js";

/**
 * The one place that decides whether a request reaches its handler. It comes before the body is read. Throws a
 * `key_invalid` problem when the route needs a caller that is known, and `permission_missing` when that one may not.
 */
export async function admit(
  permission: RoutePermission,
  identify: Identify,
  header: (name: string) => string | undefined,
): Promise<Identity> {
  if (permission === "public" || permission === "signature") return NOBODY;
  const identity = await identify(header);
  if (permission !== "signed-in") requirePermission(identity, permission);
  return identity;
}
