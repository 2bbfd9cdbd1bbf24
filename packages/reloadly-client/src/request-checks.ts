import { ReloadlyError } from "./errors.js";

/** The error for a request that breaks a documented rule. Names the field and the rule, never the value. */
export function invalidRequest(operation: string, field: string, rule: string): ReloadlyError {
  return new ReloadlyError({
    code: "RELOADLY_INVALID_REQUEST",
    operation,
    certainty: "not-executed",
    reason: `${field} ${rule}; nothing was sent`,
  });
}

export function requireId(operation: string, field: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw invalidRequest(operation, field, "must be a positive whole number");
}

/** An ISO 3166-1 alpha-2 country code goes into paths, so nothing else may. */
export function requireCountryCode(operation: string, field: string, value: string): void {
  if (/^[A-Za-z]{2}$/.test(value)) return;
  throw invalidRequest(operation, field, "must be a country code of two letters, such as NG");
}

/** A decimal string above zero with at most five decimals: beyond them Reloadly's debit drifts by millionths. */
export function requireAmount(operation: string, field: string, value: string): void {
  if (/^\d{1,15}(\.\d{1,5})?$/.test(value) && /[1-9]/.test(value)) return;
  throw invalidRequest(operation, field, 'must be a decimal string above 0 with at most 5 decimals, such as "2.50"');
}

/** Which page of a list to read. */
export interface PageRequest {
  /** Counts from 1. Default 1. */
  page?: number;
  /** Rows per page. */
  size?: number;
}

export function requirePage(operation: string, { page, size }: PageRequest, sizeMax: number): void {
  if (page !== undefined) requireId(operation, "page", page);
  if (size === undefined || (Number.isSafeInteger(size) && size >= 1 && size <= sizeMax)) return;
  throw invalidRequest(operation, "size", `must be a whole number from 1 to ${sizeMax}`);
}
