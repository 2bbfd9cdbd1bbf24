export { accessKeyIdOf, accessKeyIdSchema, accessKeyNameSchema, digestOf, KEY_NAME, newSecret } from "./access-key.js";
export { AuditChainCheck, type ChainFinding, type ChainSummary, endLine } from "./audit-chain.js";
export {
  ACTOR_KINDS,
  AUDIT_ACTION_NAMES,
  AUDIT_ACTIONS,
  type AuditAction,
  type AuditDraft,
  type AuditEntry,
  type AuditHead,
  auditEntrySchema,
  canonicalJson,
  EMPTY_HEAD,
  hashOf,
  newEntryId,
  sealEntry,
} from "./audit-entry.js";
export {
  hashPassword,
  isPassword,
  PASSWORD_LENGTH_MIN,
  type PasswordHash,
  passwordHashSchema,
  passwordHashText,
} from "./password.js";
export { isPermission, KEY_PERMISSIONS, PERMISSION_NAMES, PERMISSIONS, type Permission } from "./permissions.js";
export { isRole, permissionsOf, ROLE_NAMES, ROLES, type Role } from "./roles.js";
export { callerOfPerson, newPasswordSchema, PASSWORD_LENGTH_MAX, rolesSchema, userNameSchema } from "./user-name.js";
