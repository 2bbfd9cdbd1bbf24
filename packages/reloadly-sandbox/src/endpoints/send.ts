import { type Answer, ok, okText } from "../answer.js";
import type { AnswerSwap } from "../answer-swap.js";
import type { PostCounts } from "../books.js";
import type { OperatorBook } from "../catalogue/operator-book.js";
import { addEffect, answerAfter, answerBefore, type Outcome, type Treatment } from "../effects.js";
import type { FaultRules } from "../fault-plan.js";
import { fieldsOf, parseJson, textOf } from "../json.js";
import type { Settings } from "../options.js";
import { IDENTIFIER_LENGTH_MAX, type Order, readOrder, recipientPhoneOf } from "../order.js";
import { endingOf, outcomeByEnding } from "../outcomes-by-ending.js";
import { between, type Random } from "../random.js";
import { drawEffect } from "../random-mix.js";
import { type Refusal, refusal, refuse } from "../refusal.js";
import type { Call } from "../router.js";
import type { Tokens } from "../tokens.js";
import { productKey, type TopUpBook } from "../top-up-book.js";
import type { IdentifierRow, PostEntry, Transaction } from "../transaction.js";
import { statusBody, transactionBody } from "../transaction-body.js";

const SLOW_FACTOR = 5;

/** What the desk works with. `faults` is asked anew on every POST because the plan can be exchanged. */
export interface SendDesk {
  readonly settings: Settings;
  readonly book: TopUpBook;
  readonly tokens: Tokens;
  readonly operators: OperatorBook;
  readonly random: Random;
  readonly counts: PostCounts;
  readonly faults: () => FaultRules;
  /** Where the answers of two POSTs are exchanged. */
  readonly swap: AnswerSwap;
  /** Acts after a wait, unless the sandbox closes first. */
  readonly later: (delayMs: number, action: () => Answer | Promise<Answer>) => Promise<Answer>;
}

/** One POST on its way through the desk. */
interface Post {
  readonly path: string;
  readonly isSync: boolean;
  readonly identifier: IdentifierRow | undefined;
  /** Where to note what became of it; only where POSTs are recorded. */
  readonly entry: PostEntry | undefined;
  readonly treatment: Treatment;
}

/** The handler of `POST /topups` and `POST /topups-async`. */
export function sendEndpoint(desk: SendDesk, mode: "sync" | "async"): (call: Call) => Answer | Promise<Answer> {
  const productExecutions = new Map<string, number>();
  return (call) => {
    const { settings, book, tokens, counts } = desk;
    const { request, nowMs } = call;
    const body = parseJson(request.body);
    const facts = factsOf(body);
    const identifier = count(desk, facts.customIdentifier, nowMs);
    const treatment = chooseTreatment(desk, facts, identifier?.posts ?? 1);
    const entry = settings.recordPosts ? record(identifier, nowMs) : undefined;
    const post: Post = { path: request.path, isSync: mode === "sync", identifier, entry, treatment };
    if (treatment.before !== undefined) {
      reject(desk, post, isProof(treatment.before) ? "refused" : "unclear");
      return answerBefore(treatment.before, { path: post.path, nowMs });
    }
    const order = tokens.check(request.headers.authorization, nowMs) ?? readOrder(body, desk.operators);
    if ("errorCode" in order) return refusePost(desk, post, order, nowMs);
    if (identifier !== undefined && isBurnt(identifier, settings.failedBurnsIdentifier)) {
      counts.duplicateRefusals += 1;
      identifier.duplicateRefusals += 1;
      note(post, "duplicate");
      return refuse(refusal("CUSTOM_IDENTIFIER_ALREADY_USED"), { path: post.path, nowMs });
    }
    if (book.wasRecentlyRecharged(order.recipient, nowMs)) {
      return refusePost(desk, post, refusal("PHONE_RECENTLY_RECHARGED"), nowMs);
    }
    if (order.operator.failsSlowly && post.isSync) {
      return desk.later(settings.slowOperatorMs, () =>
        refusePost(desk, post, refusal("TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"), settings.clock.nowMs()),
      );
    }
    // The identifier and the phone are on record only from the commit on: whatever arrives before is executed too.
    const windowMs = treatment.duplicateWindowMs ?? settings.duplicateWindowMs;
    const execute = () => executePost(desk, post, order, productExecutions);
    return windowMs === 0 ? execute() : desk.later(windowMs, execute);
  };
}

function factsOf(body: unknown): { customIdentifier: string | undefined; recipient: string | undefined } {
  const fields = fieldsOf(body);
  const identifier = textOf(fields?.customIdentifier);
  const isUsable = identifier !== undefined && identifier.length > 0 && identifier.length <= IDENTIFIER_LENGTH_MAX;
  const number = textOf(fieldsOf(fields === undefined ? undefined : recipientPhoneOf(fields))?.number)?.replace(
    /\D/g,
    "",
  );
  return { customIdentifier: isUsable ? identifier : undefined, recipient: number ?? textOf(fields?.recipientEmail) };
}

function count(desk: SendDesk, customIdentifier: string | undefined, nowMs: number): IdentifierRow | undefined {
  desk.counts.posts += 1;
  if (customIdentifier !== undefined) return desk.book.identifiers.posted(customIdentifier, nowMs);
  desk.counts.postsWithoutIdentifier += 1;
  return undefined;
}

/** Until it is known what becomes of it, nobody can know. */
function record(identifier: IdentifierRow | undefined, atMs: number): PostEntry | undefined {
  if (identifier === undefined) return undefined;
  const entry: PostEntry = { atMs, answer: "unclear" };
  identifier.postLog = [...(identifier.postLog ?? []), entry];
  return entry;
}

function note({ entry }: Post, answer: PostEntry["answer"]): void {
  if (entry !== undefined) entry.answer = answer;
}

/** An answer from which the sender knows that nothing was executed. */
function isProof(before: NonNullable<Treatment["before"]>): boolean {
  if (before.kind === "reset-before-commit" || before.kind === "empty-body") return false;
  return before.kind !== "refuse" || before.httpStatus !== 500;
}

/** The fault plan has the first word, then the random mix, then the ending of the recipient's number. */
function chooseTreatment(
  desk: SendDesk,
  facts: { customIdentifier: string | undefined; recipient: string | undefined },
  postNumber: number,
): Treatment {
  const treatment: Treatment = { executions: 1 };
  for (const effect of desk.faults().take({ operation: "send", ...facts })) addEffect(treatment, effect);
  const { randomMix } = desk.settings;
  if (randomMix !== undefined) addEffect(treatment, drawEffect(randomMix, desk.random));
  const row = facts.recipient === undefined ? undefined : outcomeByEnding(endingOf(facts.recipient));
  if (row === undefined) return treatment;
  // Rows that count executions are decided at the commit, when recipient and operator are known to be good.
  const applies = row.applies === "always" || ("posts" in row.applies && postNumber <= row.applies.posts);
  if (applies) for (const effect of row.effects) addEffect(treatment, effect);
  return treatment;
}

function isBurnt(identifier: IdentifierRow, failedBurns: boolean): boolean {
  const { transactions } = identifier;
  return failedBurns
    ? transactions.length > 0
    : transactions.some(({ status }) => status !== "FAILED" && status !== "REFUNDED");
}

function executePost(
  desk: SendDesk,
  post: Post,
  order: Order,
  productExecutions: Map<string, number>,
): Answer | Promise<Answer> {
  const { settings, book, random } = desk;
  const { treatment, identifier, path } = post;
  const nowMs = settings.clock.nowMs();
  book.settleDue(nowMs);
  if (!book.wallet.canPay(order.price.cost)) return refusePost(desk, post, refusal("INSUFFICIENT_BALANCE"), nowMs);
  const outcome = outcomeOf(desk, post, order, productExecutions, nowMs);
  const processing = between(random, settings.processingMs) * (outcome === "success-slow" ? SLOW_FACTOR : 1);
  const isAtOnce = post.isSync && outcome !== "success-slow" && outcome !== "processing-for-ever";
  const execution = {
    order,
    identifier,
    outcome,
    nowMs,
    processingMs: isAtOnce ? 0 : processing,
    reportLagMs: treatment.reportLagMs ?? settings.reportLagMs,
  };
  note(post, "executed");
  const transaction = book.commit(execution);
  if (treatment.executions === 2 && book.wallet.canPay(order.price.cost)) book.commit(execution);
  if (isAtOnce) book.settleDue(nowMs);
  const answer = post.isSync
    ? syncAnswer(transaction, settings)
    : okText(`{"transactionId":${transaction.transactionId}}`);
  const where = { path, nowMs, slowAnswerMs: settings.slowAnswerMs };
  if (treatment.isSwapped !== true) return answerAfter(treatment.after, answer, where);
  return desk.swap.exchange(answer).then((others) => answerAfter(treatment.after, others, where));
}

function outcomeOf(
  desk: SendDesk,
  post: Post,
  order: Order,
  productExecutions: Map<string, number>,
  nowMs: number,
): Outcome {
  if (order.operator.failsSlowly || desk.book.isHeld(order, nowMs)) return "failed";
  if (post.treatment.outcome !== undefined) return post.treatment.outcome;
  const row = outcomeByEnding(endingOf(order.recipient));
  if (row === undefined || row.applies === "always" || !("executions" in row.applies)) return "success";
  const key = productKey(order);
  const executions = (productExecutions.get(key) ?? 0) + 1;
  productExecutions.set(key, executions);
  if (executions > row.applies.executions) return "success";
  for (const effect of row.effects) addEffect(post.treatment, effect);
  return post.treatment.outcome ?? "success";
}

function syncAnswer(transaction: Transaction, settings: Settings): Answer {
  if (transaction.status === "SUCCESSFUL") return ok(transactionBody(transaction, settings.currency));
  return ok(statusBody(transaction, settings));
}

function refusePost(desk: SendDesk, post: Post, reason: Refusal, nowMs: number): Answer {
  reject(desk, post, "refused");
  return refuse(reason, { path: post.path, nowMs });
}

function reject(desk: SendDesk, post: Post, answer: PostEntry["answer"]): void {
  note(post, answer);
  desk.counts.rejections += 1;
  if (post.identifier !== undefined) post.identifier.rejections += 1;
}
