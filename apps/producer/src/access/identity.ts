import { PERMISSIONS, type Permission } from "@surefill/access";
import { Problem } from "../http/problem.js";

/** Who sent a request, and what it may do. */
export type Identity = {
  /**
   * `nobody`: a caller of a public route. `environment-key`: a key of `API_KEYS`, which sees everything in full without
   * asking, as it always did. `key`: one that was made while the server runs.
   */
  kind: "nobody" | "environment-key" | "key" | "person";
  /** The name for logs, histories and the audit log: the key's, or `person:` and the user name. Empty for nobody. */
  name: string;
  permissions: ReadonlySet<Permission>;
  /** Which top-ups it may see and send; absent where it is not bound. */
  binding?: Binding;
  /** What may be accepted from it in one day, as decimal text; absent where the settings say it. */
  amountPerDayMax?: string;
  /** How many of its requests may be under way at a time; absent where the settings say it. */
  requestsMax?: number;
  /** The session that the request came with. */
  session?: { digest: string; user: string; roles: readonly string[]; expiresAtMs: number };
};

/**
 * What a key is bound to: its own top-ups, or those with one of these labels, or both. `secret` is known to no one but
 * the producers: the key's digest, as 64 hex digits.
 */
export type Binding = { own: boolean; campaigns?: readonly string[]; secret: string };

/** The caller of a public route. */
export const NOBODY: Identity = { kind: "nobody", name: "", permissions: new Set() };

/** Tells whether somebody may do something. */
export function may({ permissions }: Identity, permission: Permission): boolean {
  return permissions.has(permission);
}

/** Throws a `permission_missing` problem that names the permission, unless the caller has it. */
export function requirePermission(identity: Identity, permission: Permission, what = "This request"): void {
  if (may(identity, permission)) return;
  const whose = identity.kind === "person" ? "you do not have it" : `the API key ${identity.name} does not have it`;
  const detail = `${what} needs the permission "${permission}" (${PERMISSIONS[permission]}); ${whose}.`;
  throw new Problem("permission_missing", { detail, permission });
}
