/** What a person or a key may be allowed to do, with what it means. Every route of the API needs one of them. */
export const PERMISSIONS = {
  read: "See top-ups, campaigns, uploads, gates, events, operators and the balance, with recipients masked",
  reveal: "See full phone numbers, e-mail addresses and PINs, and download files that hold them",
  send: "Send single top-ups and batches",
  prepare: "Upload files, and create, edit, check and retry campaigns, up to the start",
  approve: "Agree to a campaign that another person prepared. Keys never have it",
  control: "Start, pause, resume and cancel campaigns, change running ones, and cancel top-ups",
  resolve: "Give verdicts on reviews, and accept contradictions",
  force: "Insist on a verdict against what the provider shows",
  webhooks: "Manage webhook endpoints, and read and repeat their deliveries",
  metrics: "Read the metrics",
  people: "Manage people and keys, and read the audit log",
} as const satisfies Record<string, string>;

/** One thing that a person or a key may be allowed to do. */
export type Permission = keyof typeof PERMISSIONS;

/** Every permission, in the order of the documents. */
export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as readonly Permission[];

/** Tells whether a text names a permission. */
export function isPermission(text: string): text is Permission {
  return Object.hasOwn(PERMISSIONS, text);
}

/** What a key may have: it is held by a program, which cannot agree to anything, nor make further keys. */
export const KEY_PERMISSIONS: readonly Permission[] = PERMISSION_NAMES.filter(
  (name) => name !== "approve" && name !== "people",
);
