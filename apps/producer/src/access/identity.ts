import { PERMISSIONS, type Permission } from "@surefill/access";
import { Problem } from "../http/problem.js";

/** Who sent a request, and what it may do. */
export type Identity = {
  /**
   * `nobody`: a caller of a public route. `environment-key`: a key of `API_KEYS`, which sees everything in full without
   * asking, as it always did.
   */
  kind: "nobody" | "environment-key" | "key" | "person";
  /** The name for logs, histories and the audit log: the key's, or `person:` and the user name. Empty for nobody. */
  name: string;
  permissions: ReadonlySet<Permission>;
};

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
