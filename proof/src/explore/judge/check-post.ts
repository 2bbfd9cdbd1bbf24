import { attemptOfCustomIdentifier, customIdentifierOf } from "@surefill/topup";
import type { SeenPost } from "../provider/books.js";
import type { Evidence } from "./judge.js";
import { RULES } from "./rules.js";

/** A POST in the tick in which its bytes leave; `post` is the latest of the books. */
export type PostToCheck = { post: SeenPost; reference: string; attempt: number };

/** What is wrong with a POST, in words; nothing when it was allowed. */
export function checkPost(asked: PostToCheck, evidence: Evidence): string[] {
  return [
    ...againstGrant(asked, evidence),
    ...againstEarlier(asked, evidence),
    ...againstFormer(asked, evidence),
    ...againstProduct(asked, evidence),
  ];
}

/** Written ahead: a claim is on record, of this process, for this attempt, young enough, and not used before. */
function againstGrant({ post, reference, attempt }: PostToCheck, { grants, intents, books }: Evidence): string[] {
  const grant = grants.findLast((one) => one.reference === reference && one.process === post.process);
  if (grant === undefined || grant.attempt !== attempt) return [`${post.identifier} was POSTed without a claim`];
  const ageMs = post.writtenAtMs - grant.atMs;
  const wrong: string[] = [];
  const isWrittenDown = intents.some(
    ({ customIdentifier, fence }) => customIdentifier === post.identifier && fence === grant.fence,
  );
  if (!isWrittenDown) wrong.push(`${post.identifier} was POSTed and is in no journal`);
  if (ageMs > RULES.sendMs) {
    wrong.push(`${post.identifier} was POSTed ${ageMs} ms after its claim, ${RULES.sendMs} at most`);
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

/**
 * Two POSTs of one identifier: the first was a proven no-op, or the quiet period lies between them and the report was
 * empty after it. None follows upon "already used", and not many follow upon each other without an outcome, unless a
 * person asks for more.
 */
function againstEarlier(
  { post, reference, attempt }: PostToCheck,
  { books, ledger, isProviderAway }: Evidence,
): string[] {
  const { identifier, writtenAtMs } = post;
  const earlier = books.posts.filter((one) => one !== post && one.identifier === identifier);
  const open = earlier.filter(({ isProvenNoOp }) => !isProvenNoOp);
  const latestMs = Math.max(...open.map((one) => one.writtenAtMs));
  const wrong: string[] = [];
  if (writtenAtMs - latestMs < RULES.quietMs) {
    const seconds = Math.round((writtenAtMs - latestMs) / 1_000);
    wrong.push(`${identifier} was POSTed again after ${seconds} s, and the first may still be under way`);
  }
  const wasShown = books.reports.some(
    (report) => report.identifier === identifier && report.rows === 0 && report.atMs - latestMs >= RULES.quietMs,
  );
  if (open.length > 0 && !wasShown) {
    wrong.push(`${identifier} was POSTed again, and no report had shown after the quiet period that it is not there`);
  }
  const history = ledger.story.history(reference);
  const isUsed = history.some(
    ({ because, attempt: known }) => because === "identifier-already-used" && known === attempt,
  );
  if (isUsed) wrong.push(`${identifier} was POSTed again although it is on record that it is used`);
  const askedForAtMs = history.findLast(({ from, to }) => from === "review" && to === "queued")?.atMs ?? 0;
  const rounds = open.filter((one) => one.writtenAtMs >= askedForAtMs).length;
  if (!isProviderAway && rounds >= RULES.unknownRoundsMax) {
    wrong.push(`${identifier} was POSTed a ${open.length + 1}th time, each time without an outcome`);
  }
  return wrong;
}

/** A new attempt: the former one was FAILED, and was asked for again when the hold was over. */
function againstFormer({ post, reference, attempt }: PostToCheck, { books, ledger }: Evidence): string[] {
  const isFirstOfIt = !books.posts.some((one) => one !== post && one.identifier === post.identifier);
  if (attempt === 1 || !isFirstOfIt) return [];
  const isOrdered = ledger.story
    .history(reference)
    .some(({ because, attempt: former }) => because === "resolved-by-operator" && former === attempt - 1);
  if (isOrdered) return [];
  if (attempt > RULES.attemptsMax) return [`attempt ${attempt} of ${reference} was sent, ${RULES.attemptsMax} at most`];
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
  if (askedAfterMs >= RULES.failedHoldMs) return [];
  return [
    `attempt ${attempt} of ${reference} was sent though FAILED was last confirmed ${Math.round(askedAfterMs / 1_000)} s after it was first seen`,
  ];
}

/** While the provider may still take a FAILED back that is on record, nobody buys the same product for that number. */
function againstProduct({ post, reference }: PostToCheck, { books, grants, ledger }: Evidence): string[] {
  const grant = grants.findLast((one) => one.reference === reference && one.process === post.process);
  const others = books.rows
    .filter(({ recipient, operatorId }) => recipient === post.recipient && operatorId === post.operatorId)
    .map(({ identifier }) => attemptOfCustomIdentifier(identifier)?.reference ?? "")
    .filter((other) => other !== reference);
  const holds = others
    .flatMap((other) => ledger.story.history(other))
    .filter(({ to, because }) => to === "held" && (because === "status-failed" || because === "found-in-report"));
  const running = holds.filter(({ atMs }) => {
    const claimedAfterMs = (grant?.atMs ?? 0) - atMs;
    return claimedAfterMs > 0 && claimedAfterMs < RULES.failedHoldMs;
  });
  return running.map(() => `${post.identifier} was POSTed while another top-up of the same product was held on FAILED`);
}
