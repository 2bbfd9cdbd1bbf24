import { customIdentifierOf } from "@surefill/topup";
import type { SeenPost } from "../provider/books.js";
import type { Evidence } from "./judge.js";

/** A POST in the tick in which its bytes leave; `post` is the latest of the books. */
export type PostToCheck = { post: SeenPost; reference: string; attempt: number };

/** What is wrong with a POST, in words; nothing when it was allowed. */
export function checkPost(asked: PostToCheck, evidence: Evidence): string[] {
  return [...againstGrant(asked, evidence), ...againstEarlier(asked, evidence), ...againstFormer(asked, evidence)];
}

/** Written ahead: a claim is on record, of this process, for this attempt, young enough, and not used before. */
function againstGrant(
  { post, reference, attempt }: PostToCheck,
  { grants, intents, books, timings }: Evidence,
): string[] {
  const grant = grants.findLast((one) => one.reference === reference && one.process === post.process);
  if (grant === undefined || grant.attempt !== attempt) return [`${post.identifier} was POSTed without a claim`];
  const ageMs = post.writtenAtMs - grant.atMs;
  const wrong: string[] = [];
  const isWrittenDown = intents.some(
    ({ customIdentifier, fence }) => customIdentifier === post.identifier && fence === grant.fence,
  );
  if (!isWrittenDown) wrong.push(`${post.identifier} was POSTed and is in no journal`);
  if (ageMs > timings.SEND_DEADLINE_MS) {
    wrong.push(`${post.identifier} was POSTed ${ageMs} ms after its claim, ${timings.SEND_DEADLINE_MS} at most`);
  }
  const sameClaim = books.posts.filter(
    (one) =>
      one !== post &&
      one.identifier === post.identifier &&
      one.writtenAtMs >= grant.atMs &&
      one.process === post.process,
  );
  if (sameClaim.some(({ isProvenNoOp }) => !isProvenNoOp))
    wrong.push(`${post.identifier} was POSTed twice on one claim`);
  return wrong;
}

/** Two POSTs of one identifier: the first was a proven no-op, or the quiet period lies between them. */
function againstEarlier({ post }: PostToCheck, { books, timings }: Evidence): string[] {
  return books.posts
    .filter((one) => one !== post && one.identifier === post.identifier && !one.isProvenNoOp)
    .filter(({ writtenAtMs }) => post.writtenAtMs - writtenAtMs < timings.QUIET_MS)
    .map(({ writtenAtMs }) => {
      const seconds = Math.round((post.writtenAtMs - writtenAtMs) / 1_000);
      return `${post.identifier} was POSTed again after ${seconds} s, and the first may still be under way`;
    });
}

/** A new attempt: the former one was FAILED, and was asked for again when the hold was over. */
function againstFormer({ post, reference, attempt }: PostToCheck, { books, timings, ledger }: Evidence): string[] {
  const isFirstOfIt = !books.posts.some((one) => one !== post && one.identifier === post.identifier);
  if (attempt === 1 || !isFirstOfIt) return [];
  const isOrdered = ledger.story
    .history(reference)
    .some(({ because, attempt: former }) => because === "resolved-by-operator" && former === attempt - 1);
  if (isOrdered) return [];
  const former = customIdentifierOf(reference, attempt - 1);
  const ids = books.rows.filter(({ identifier }) => identifier === former).map(({ transactionId }) => transactionId);
  const failed = books.statuses.filter(
    ({ transactionId, status }) => ids.includes(transactionId) && status === "FAILED",
  );
  const [first] = failed;
  const last = failed.at(-1);
  if (first === undefined || last === undefined)
    return [`attempt ${attempt} of ${reference} was sent, and nobody had seen the last one FAILED`];
  const askedAfterMs = last.atMs - first.atMs;
  if (askedAfterMs >= timings.FAILED_HOLD_MS) return [];
  return [
    `attempt ${attempt} of ${reference} was sent though FAILED was last confirmed ${Math.round(askedAfterMs / 1_000)} s after it was first seen`,
  ];
}
