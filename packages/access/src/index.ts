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
