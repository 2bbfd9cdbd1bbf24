/** What one problem means. `todo` tells the caller what to do about it; texts end up in docs/api.md and at /problems. */
export type ProblemKind = { status: number; title: string; meaning: string; todo: string };

/** Every problem that the API answers with. Codes are stable: callers match on them. */
export const PROBLEMS = {
  malformed_json: {
    status: 400,
    title: "The body is not readable JSON",
    meaning: "The body is not UTF-8, not JSON, nested too deeply, or holds one key twice. Nothing was stored.",
    todo: "Correct the body at the line and column that `detail` gives.",
  },
  body_incomplete: {
    status: 400,
    title: "The body did not come in whole",
    meaning: "The connection broke, nothing came for too long, or the server was stopped. Nothing was stored.",
    todo: "Send the request again.",
  },
  idempotency_key_invalid: {
    status: 400,
    title: "The Idempotency-Key cannot be used",
    meaning:
      "The header is another name for `reference` of a single top-up. Here it is not a valid reference, differs from " +
      "the body's reference or from a second key, has a name that is not read, or came with a batch. Nothing was stored.",
    todo: "Send a reference in the body instead, or a key of its form as `Idempotency-Key`.",
  },
  key_invalid: {
    status: 401,
    title: "A valid API key is needed",
    meaning:
      "The request has no API key, or one that this server does not know, that was revoked, or that has expired.",
    todo: "Send `Authorization: Bearer <key>` or `X-Api-Key: <key>`.",
  },
  signature_invalid: {
    status: 401,
    title: "The signature is not valid",
    meaning:
      "The message is not signed, not with the configured secret, not over these very bytes, or its timestamp is too " +
      "far from now. Nothing was done.",
    todo: "Compare the webhook signature secret of Reloadly's dashboard with `RELOADLY_WEBHOOK_SECRET`, and the clocks.",
  },
  session_invalid: {
    status: 401,
    title: "A session is needed that is in force",
    meaning: "The request has no session, or one that is over: for its age, for idleness, or because it was ended.",
    todo: "Sign in again (POST /v1/session).",
  },
  sign_in_failed: {
    status: 401,
    title: "The user name or the password is wrong",
    meaning: "There is no such user, or its password is another one. Which of the two is not said.",
    todo: "Try again. Who has forgotten the password asks an administrator (`surefill people password`).",
  },
  origin_refused: {
    status: 403,
    title: "The request does not come from a page of this server",
    meaning:
      "A request with a session that changes something needs the `Origin` of this server (`PUBLIC_URL`). Nothing was done.",
    todo: "Use the console, or a key. Behind a proxy set `PUBLIC_URL`.",
  },
  outside_binding: {
    status: 403,
    title: "The key is bound to other top-ups",
    meaning:
      "The key is bound to its own top-ups, or to labels, and the request is about something else. Nothing was done.",
    todo: "Use a key that is not bound, or send with a label of the key.",
  },
  permission_missing: {
    status: 403,
    title: "The caller may not do this",
    meaning: "The caller is known, and lacks the permission that `permission` names. Nothing was done.",
    todo: "Use a key that has the permission, or ask an administrator for it (docs/access.md).",
  },
  route_not_found: {
    status: 404,
    title: "There is nothing at this path",
    meaning: "The API has no such path.",
    todo: "Compare the path with /openapi.json.",
  },
  topup_not_found: {
    status: 404,
    title: "There is no such top-up",
    meaning: "No top-up was ever accepted under this reference.",
    todo: "Check the reference. If you expected the top-up to exist, sending it again under this reference is safe.",
  },
  campaign_not_found: {
    status: 404,
    title: "There is no such campaign",
    meaning: "No campaign has this id.",
    todo: "Compare with GET /v1/campaigns.",
  },
  endpoint_not_found: {
    status: 404,
    title: "There is no such webhook endpoint",
    meaning: "No webhook endpoint has this id, or it was deleted.",
    todo: "Compare with GET /v1/webhook-endpoints.",
  },
  key_not_found: {
    status: 404,
    title: "There is no such key",
    meaning: "No key has this id, or it is so long out of force that it was forgotten.",
    todo: "Compare with GET /v1/keys.",
  },
  person_not_found: {
    status: 404,
    title: "There is no such person",
    meaning: "Nobody has this user name, or the person was removed.",
    todo: "Compare with GET /v1/people.",
  },
  delivery_not_found: {
    status: 404,
    title: "There is no such delivery",
    meaning:
      "No attempt to deliver this event to this endpoint is on record: it was not sent yet, or it is older than 30 " +
      "days or than 5,000 others.",
    todo: "Ask again after a moment, or send the event again with redeliver.",
  },
  event_not_found: {
    status: 404,
    title: "The event log has no such event",
    meaning: "Only events of the log can be delivered again: not pings and notices, nor what is older than 90 days.",
    todo: "Compare the id with GET /v1/events. For another ping use test.",
  },
  upload_not_found: {
    status: 404,
    title: "There is no such upload",
    meaning:
      "No file was received under this id, or it was removed: uploads that no campaign uses are not kept for ever.",
    todo: "Compare with GET /v1/uploads, or send the file again.",
  },
  method_not_allowed: {
    status: 405,
    title: "The path does not take this method",
    meaning: "The path exists, with the methods that the `Allow` header lists.",
    todo: "Use one of the methods in `Allow`.",
  },
  key_name_taken: {
    status: 409,
    title: "The name belongs to another key",
    meaning: "A key in force has this name: two would share limits and see each other's top-ups. Nothing was made.",
    todo: "Use another name, or revoke that key first.",
  },
  person_exists: {
    status: 409,
    title: "There is such a person already",
    meaning: "The user name is taken, or the person is being changed by others at this moment. Nothing was changed.",
    todo: "Use another user name, or change the person.",
  },
  last_administrator: {
    status: 409,
    title: "There must be an administrator",
    meaning: "The change would leave nobody who may manage people. Nothing was changed.",
    todo: "Make somebody else an administrator first.",
  },
  access_full: {
    status: 409,
    title: "There are as many as there may be",
    meaning: "An installation has at most 1,000 keys in force and 1,000 people. Nothing was made.",
    todo: "Revoke keys, or remove people, that are not used.",
  },
  reference_conflict: {
    status: 409,
    title: "The reference belongs to another top-up",
    meaning:
      "A top-up with this reference exists and buys something else. It is in `existing`, and the fields that differ are " +
      "in `errors`; nothing was changed.",
    todo: "Use a new reference for a new top-up. If you meant the existing one, there is nothing to do.",
  },
  paid_recently: {
    status: 409,
    title: "The recipient was paid recently",
    meaning:
      "Another top-up to this recipient was paid within `unlessPaidWithin`, or may still be paid. It is named in `paidBy`; " +
      "nothing was stored.",
    todo: "Nothing, if that top-up is what you meant. To pay the recipient all the same, leave `unlessPaidWithin` out.",
  },
  state_conflict: {
    status: 409,
    title: "The top-up's state does not allow this",
    meaning: "The command does not apply to the state the top-up is in. It is in `existing`; nothing was changed.",
    todo: "Read `detail`. Most states pass by themselves: ask for the top-up again later.",
  },
  group_changed: {
    status: 409,
    title: "The group of reviews has changed",
    meaning: "It has other top-ups than were expected, or more is known of one of them. Nothing was changed.",
    todo: "List the groups again, look at this one, and repeat the verdict with what you see.",
  },
  campaign_state_conflict: {
    status: 409,
    title: "The campaign's state does not allow this",
    meaning:
      "The command does not apply to the state the campaign is in, or has nothing to act on. The campaign is in " +
      "`existing`; nothing was changed.",
    todo: "Read `detail`: it names the states that the command applies to.",
  },
  plan_changed: {
    status: 409,
    title: "The plan is not what was agreed to",
    meaning:
      "The `planHash` is not that of the campaign's plan, or prices have changed since the check, or have risen since " +
      "the start. What differs is in `difference`; nothing was started or resumed.",
    todo:
      "After a change of prices, check again. Read the new plan, and start with its `planHash`. To go on with a " +
      "campaign that is under way, resume it with the `planHash.current` of `difference`.",
  },
  plan_empty: {
    status: 409,
    title: "The plan sends nothing",
    meaning: "The check found no row that can be sent. Nothing was started.",
    todo: "Read the plan's `problems`, or download the rows with problems.csv, and mend the file.",
  },
  start_time_passed: {
    status: 409,
    title: "The start time has passed",
    meaning: "`limits.startAt` is more than ten minutes ago. Nothing was started.",
    todo: "Set `limits.startAt` to a time that is to come, or to null to start at once. The plan stays as it is.",
  },
  endpoint_disabled: {
    status: 409,
    title: "The webhook endpoint is disabled",
    meaning: "Nothing is delivered to the endpoint; `detail` has the reason.",
    todo: "Mend the receiver, then use enable, and replay what it missed.",
  },
  endpoints_full: {
    status: 409,
    title: "There are too many webhook endpoints",
    meaning: "Every event is matched against every endpoint, so there may be at most 100. Nothing was stored.",
    todo: "Delete one that is not used any more.",
  },
  cursor_ahead: {
    status: 409,
    title: "The cursor is ahead of the event log",
    meaning:
      "The log has not come as far as this cursor. It was given out by another installation, or Redis has lost the " +
      "end of the log.",
    todo: "Check which server is asked. After a loss, compare with GET /v1/topups and start again from `0-0`.",
  },
  evidence_contradicts: {
    status: 409,
    title: "The provider's records contradict the verdict",
    meaning:
      "The verdict was checked at the provider, which says otherwise, or has not said FAILED for long enough. What it " +
      "says is in `found`, and the verdict that this supports in `suggestion`.",
    todo:
      "Give that verdict, or wait: until the provider has decided, or until the time that `detail` gives. Who knows better sends it again with `force: true`; " +
      "a new attempt cannot be forced.",
  },
  cursor_expired: {
    status: 410,
    title: "The log no longer holds what follows the cursor",
    meaning: "Events are kept for 90 days. Some after this cursor may have been removed, so a gap cannot be ruled out.",
    todo: "Start again with `after=0-0`, the oldest event that is kept, and read what is older from GET /v1/topups.",
  },
  version_mismatch: {
    status: 412,
    title: "The campaign was changed meanwhile",
    meaning: "`If-Match` names another version than the campaign has. It is in `existing`; nothing was changed.",
    todo: "Read the campaign again, and repeat the change with its `ETag` if it still makes sense.",
  },
  campaign_forgotten: {
    status: 410,
    title: "The rows of the campaign have been deleted",
    meaning: "The campaign was over for so long that its file and its plan were deleted. Its counts are kept.",
    todo: "Use the results that were downloaded before.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    meaning: "Bodies may have at most 1 MiB. Nothing was stored.",
    todo: "Send fewer top-ups at a time.",
  },
  upload_too_large: {
    status: 413,
    title: "The file is too large",
    meaning:
      "The file has more bytes than `UPLOAD_BYTES_MAX`, packed or unpacked, or more rows than `UPLOAD_ROWS_MAX`. Nothing was stored.",
    todo: "Cut the file in parts, or raise the limit.",
  },
  uri_too_long: {
    status: 414,
    title: "The URL is too long",
    meaning: "URLs may have at most 2,048 characters.",
    todo: "Shorten the query.",
  },
  unsupported_media_type: {
    status: 415,
    title: "The body is not declared as what the path takes",
    meaning:
      "Bodies are `application/json` in UTF-8, without a Content-Encoding; files are `text/csv` or `application/gzip`. " +
      "Nothing was stored.",
    todo: "Send the Content-Type that `detail` names.",
  },
  validation_failed: {
    status: 422,
    title: "The request is not valid",
    meaning:
      "Fields are missing, unknown or wrong; each is listed in `errors` (at most 100, and then how many more). Nothing " +
      "was stored.",
    todo: "Correct every field in `errors` and send the request again; the same reference may be used.",
  },
  reference_missing: {
    status: 422,
    title: "The top-up has no reference",
    meaning:
      "Nothing names the top-up: a retry of it could not be told from a second order, and would pay twice. Nothing was " +
      "stored.",
    todo:
      "Send an id of your own as `reference` or `customIdentifier`, or for a single top-up as `Idempotency-Key`, and " +
      "the same one with every retry.",
  },
  upload_unreadable: {
    status: 422,
    title: "The file cannot be read",
    meaning:
      "The file is neither CSV nor an Excel workbook, is damaged, or has no rows; `detail` says what is wrong and where. Nothing was stored.",
    todo: "Export the file again as .xlsx or as CSV in UTF-8, or say its encoding, delimiter, header or sheet in the query.",
  },
  daily_limit_reached: {
    status: 429,
    title: "The API key has no more to spend today",
    meaning:
      "The top-up would be more than this API key may have accepted in one day (UTC); `limit` says which limit, what is " +
      "used and when it resets. Nothing was stored.",
    todo: "Send it again after `Retry-After`, or have `KEY_AMOUNT_PER_DAY_MAX` raised.",
  },
  sign_in_limited: {
    status: 429,
    title: "There were too many tries to sign in",
    meaning: "Too many wrong tries of this user or from this address, or too many people who sign in at this moment.",
    todo: "Try again after `Retry-After`.",
  },
  too_many_at_once: {
    status: 429,
    title: "Too much is under way at a time",
    meaning:
      "This API key has as many requests, uploads, checks or event streams under way as one key may have, or this " +
      "address as many connections; `detail` says which and how many. Nothing was stored.",
    todo:
      "Try again after `Retry-After`, when one of them has ended. The limits are `REQUESTS_PER_KEY_MAX`, " +
      "`UPLOADS_PER_KEY_MAX`, `EVENT_FOLLOWERS_PER_KEY_MAX` and `CONNECTIONS_PER_ADDRESS_MAX`; a key has at most 20 checks.",
  },
  internal_error: {
    status: 500,
    title: "The server failed",
    meaning: "A defect on our side. Whether the request took effect is not known.",
    todo: "Send the request again with the same reference: it can not pay twice. Report the `requestId`.",
  },
  provider_refused: {
    status: 502,
    title: "The provider refused or answered unreadably",
    meaning: "Reloadly answered, but not with what was asked for; its code is in `detail`.",
    todo: "Check the Reloadly credentials and account; report the `requestId`.",
  },
  followers_exhausted: {
    status: 503,
    title: "Too many callers follow events",
    meaning: "This process has given all its places for event streams and waiting requests (`EVENT_FOLLOWERS_MAX`).",
    todo: "Try again after `Retry-After`, share one stream among your readers, or poll without `waitSeconds`.",
  },
  ledger_unavailable: {
    status: 503,
    title: "The ledger does not answer",
    meaning: "Redis is away or too slow. Whether the request took effect is not known.",
    todo: "Send the request again after `Retry-After` with the same reference: it can not pay twice.",
  },
  ledger_lost: {
    status: 503,
    title: "The ledger has lost data",
    meaning:
      "Redis lacks writes that it had acknowledged, so nobody may conclude from what it holds. Nothing was stored, " +
      "nothing is sent.",
    todo:
      "Callers: keep what you sent, and send it again under the same references when this is over. Operators: run " +
      '`surefill rebuild` (docs/operations.md, "Redis lost data").',
  },
  provider_unavailable: {
    status: 503,
    title: "The provider does not answer",
    meaning: "Reloadly could not be reached in time. Nothing was changed.",
    todo: "Try again after `Retry-After`.",
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Tells whether a text is one of our codes. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
