import { z } from "zod";
import { PASSWORD_LENGTH_MIN } from "./password.js";
import { ROLE_NAMES, type Role } from "./roles.js";

/** The name by which a person signs in. Case does not matter; it is kept in lower case. */
export const userNameSchema = z
  .string({ error: "must be a user name" })
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, { error: "must be 1 to 40 characters out of a-z 0-9 . _ -" }));

/** Longer ones would only cost time. */
export const PASSWORD_LENGTH_MAX = 200;

/** A password that is chosen now. What is wrong with it is said without repeating it. */
export const newPasswordSchema = z
  .string({ error: "must be a text" })
  .min(PASSWORD_LENGTH_MIN, { error: `must have at least ${PASSWORD_LENGTH_MIN} characters` })
  .max(PASSWORD_LENGTH_MAX, { error: `must have at most ${PASSWORD_LENGTH_MAX} characters` });

/** The roles of a person or a key, each once. */
export const rolesSchema = z
  .array(z.enum(ROLE_NAMES as readonly [Role, ...Role[]], { error: `must be one of ${ROLE_NAMES.join(", ")}` }))
  .max(ROLE_NAMES.length)
  .transform((roles) => ROLE_NAMES.filter((role) => roles.includes(role)));

/** How a person is called as a caller: in logs, histories and the audit log. No key can have such a name. */
export function callerOfPerson(user: string): string {
  return `person:${user}`;
}
