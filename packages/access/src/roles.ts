import { PERMISSION_NAMES, type Permission } from "./permissions.js";

/** The named sets of permissions. An administrator has every one, so that a small team needs one person to begin. */
export const ROLES = {
  viewer: ["read"],
  preparer: ["read", "reveal", "prepare"],
  approver: ["read", "reveal", "approve"],
  operator: ["read", "reveal", "send", "prepare", "control", "resolve", "webhooks", "metrics"],
  administrator: PERMISSION_NAMES,
  metrics: ["metrics"],
} as const satisfies Record<string, readonly Permission[]>;

/** A named set of permissions. */
export type Role = keyof typeof ROLES;

/** Every role, in the order of the documents. */
export const ROLE_NAMES = Object.keys(ROLES) as readonly Role[];

/** Tells whether a text names a role. */
export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text);
}

/** What somebody with these roles may do, each permission once, in the order of the documents. */
export function permissionsOf(roles: readonly Role[]): readonly Permission[] {
  const granted = new Set<Permission>(roles.flatMap((role) => [...ROLES[role]]));
  return PERMISSION_NAMES.filter((name) => granted.has(name));
}
