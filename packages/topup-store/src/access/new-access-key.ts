import {
  accessKeyIdOf,
  accessKeyNameSchema,
  digestOf,
  KEY_PERMISSIONS,
  newSecret,
  PERMISSION_NAMES,
  type Permission,
  permissionsOf,
  ROLE_NAMES,
  type Role,
} from "@surefill/access";
import { amountSchema } from "@surefill/topup";
import { z } from "zod";
import type { NewAccessKey } from "./access-keys.js";

/** The roles that a key can have: those without what only a person may do. */
export const KEY_ROLES = ROLE_NAMES.filter((role) =>
  permissionsOf([role]).every((permission) => KEY_PERMISSIONS.includes(permission)),
) as [Role, ...Role[]];

const label = z
  .string({ error: "must be a label" })
  .regex(/^[A-Za-z0-9._-]{1,100}$/, { error: "must be 1 to 100 characters out of A-Z a-z 0-9 . _ -" })
  .transform((text) => text.toLowerCase());

const LABELS_MAX = 50;

/** What is asked for when a key is made. */
export const newAccessKeySchema = z
  .strictObject(
    {
      name: accessKeyNameSchema.describe("Stands in logs, histories and the audit log; one key in force has a name"),
      roles: z
        .array(z.enum(KEY_ROLES, { error: `must be one of ${KEY_ROLES.join(", ")}` }))
        .max(ROLE_NAMES.length)
        .optional()
        .describe("Named sets of permissions"),
      permissions: z
        .array(
          z
            .enum(PERMISSION_NAMES as [Permission, ...Permission[]], {
              error: `must be one of ${KEY_PERMISSIONS.join(", ")}`,
            })
            .refine((permission) => KEY_PERMISSIONS.includes(permission), { error: "is only for people" }),
        )
        .max(PERMISSION_NAMES.length)
        .optional()
        .describe("Single permissions, beside those of the roles"),
      own: z
        .boolean({ error: "must be true or false" })
        .optional()
        .describe("Bind it to its own top-ups: it sees, sends and withdraws only what came with a key of its name"),
      campaigns: z
        .array(label)
        .min(1, { error: "must have a label, or be left out" })
        .max(LABELS_MAX, { error: `must have at most ${LABELS_MAX} labels` })
        .optional()
        .describe("Bind it to top-ups whose `campaign` is one of these labels"),
      limits: z
        .strictObject({
          amountPerDayMax: amountSchema
            .optional()
            .describe("What may be accepted from it in one day (UTC), in the account's currency"),
          requestsMax: z
            .number({ error: "must be a whole number from 1 to 1024" })
            .int({ error: "must be a whole number from 1 to 1024" })
            .min(1, { error: "must be a whole number from 1 to 1024" })
            .max(1_024, { error: "must be a whole number from 1 to 1024" })
            .optional()
            .describe("How many of its requests may be under way at a time in one producer"),
        })
        .optional(),
      expiresAt: z.iso
        .datetime({ error: "must be a time in UTC such as 2027-03-31T00:00:00Z" })
        .optional()
        .describe("From then on it is refused; without it, until it is revoked"),
    },
    { error: "must be an object with name and roles or permissions" },
  )
  .refine(({ roles = [], permissions = [] }) => roles.length + permissions.length > 0, {
    path: ["roles"],
    error: "must give the key a role or a permission",
  });

/** What is asked for, as it is parsed. */
export type AskedAccessKey = z.output<typeof newAccessKeySchema>;

/** Makes a key: what is shown, once, and what is kept of it. */
export function makeAccessKey(asked: AskedAccessKey): {
  secret: string;
  kept: NewAccessKey & { id: string; digest: string };
} {
  const { name, roles = [], permissions = [], own = false, campaigns, limits = {}, expiresAt } = asked;
  const granted = new Set<Permission>([...permissionsOf(roles), ...permissions]);
  const secret = newSecret("sf_");
  const digest = digestOf(secret);
  const { amountPerDayMax, requestsMax } = limits;
  return {
    secret,
    kept: {
      id: accessKeyIdOf(digest),
      digest,
      name,
      permissions: PERMISSION_NAMES.filter((permission) => granted.has(permission)),
      own,
      ...(campaigns !== undefined && { campaigns: [...new Set(campaigns)] }),
      ...(amountPerDayMax !== undefined && { amountPerDayMax }),
      ...(requestsMax !== undefined && { requestsMax }),
      ...(expiresAt !== undefined && { expiresAtMs: Date.parse(expiresAt) }),
    },
  };
}

/** What the audit log tells of a key. */
export function accessKeyFacts({
  name,
  permissions,
  own,
  campaigns,
  amountPerDayMax,
  requestsMax,
  expiresAtMs,
}: NewAccessKey) {
  return {
    name,
    permissions: [...permissions],
    own,
    campaigns: campaigns === undefined ? null : [...campaigns],
    limits: { amountPerDayMax: amountPerDayMax ?? null, requestsMax: requestsMax ?? null },
    expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
  };
}
