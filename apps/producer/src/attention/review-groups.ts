import { createHash } from "node:crypto";
import {
  addDecimals,
  BECAUSE,
  type Because,
  type ReviewEvidence,
  reviewEvidenceOf,
  type Suggestion,
  type TopupRecord,
} from "@surefill/topup";
import { z } from "zod";
import type { ReadBalance } from "../balance.js";
import type { HttpResult } from "../http/result.js";
import type { PromptLedger } from "../prompt-ledger.js";
import { type ReviewTimings, suggestionSchema } from "../topups/review-view.js";

/** So many top-ups in review are grouped at once, the newest: the others show when these are decided. */
const REVIEWS_MAX = 2_000;
const PAGE = 200;
const REFERENCES_SHOWN = 20;

/** Top-ups in review for one cause, as they were when they were read. */
export type ReviewGroup = {
  groupId: string;
  groupHash: string;
  because: Because | undefined;
  code: string | undefined;
  operatorId: number | undefined;
  campaign: string | undefined;
  members: readonly { record: TopupRecord; evidence: ReviewEvidence }[];
};

export type ReviewGroupDeps = {
  ledger: Pick<PromptLedger, "list" | "history" | "nowMs">;
  timings: ReviewTimings;
  readBalance: ReadBalance;
};

const amountSchema = z.object({
  amount: z.string().describe("The sum of what was ordered; decimal text"),
  currency: z.string().nullable().describe("The account's; null where it is not known, or is the operator's"),
  useLocalAmount: z.boolean().describe("It is in the operator's currency"),
});

/** The groups of what is in review. */
export const reviewGroupsSchema = z
  .object({
    data: z.array(
      z.object({
        groupId: z.string().describe("Names the cause; stays the same while its top-ups come and go"),
        groupHash: z.string().describe("Changes with the top-ups of the group, and with each of them"),
        because: z.enum(BECAUSE).nullable().describe("Why no rule could decide it"),
        code: z.string().nullable().describe("The provider's latest code"),
        operatorId: z.number().int().nullable(),
        campaign: z.string().nullable(),
        count: z.int(),
        amounts: z.array(amountSchema),
        since: z.iso.datetime().describe("When the first of them went to review"),
        evidence: z.object({
          identifierUsed: z.int().describe("Of how many the provider called the identifier used"),
          withTransactions: z.int().describe("Of how many a transaction was ever seen"),
          roundsMax: z.int().describe("How often the outcome of one attempt became unknown, at most"),
        }),
        suggestion: suggestionSchema.describe("What the evidence of all of them supports"),
        references: z.array(z.string()).describe(`The first ${REFERENCES_SHOWN}, the oldest first`),
        text: z.string().describe("The cause in plain words"),
      }),
    ),
    reviews: z.int().describe("How many top-ups are grouped here"),
    hasMore: z.boolean().describe(`More than ${REVIEWS_MAX} are in review: the newest of them are grouped`),
  })
  .meta({ id: "ReviewGroups" });

/** `GET /v1/attention/reviews`: what is in review, by cause. */
export const listReviewGroups = (deps: ReviewGroupDeps) => async (): Promise<HttpResult> => {
  const { groups, hasMore } = await readReviewGroups(deps);
  const currency = groups.length === 0 ? null : await currencyOf(deps.readBalance);
  const data = groups.map((group) => groupView(group, currency));
  const reviews = groups.reduce((sum, { members }) => sum + members.length, 0);
  return { status: 200, json: { data, reviews, hasMore } };
};

/** Reads what is in review and groups it by cause, the largest group first. */
export async function readReviewGroups({
  ledger,
  timings,
}: Omit<ReviewGroupDeps, "readBalance">): Promise<{ groups: ReviewGroup[]; hasMore: boolean }> {
  const context = { nowMs: await ledger.nowMs(), timings };
  const groups = new Map<string, Omit<ReviewGroup, "groupHash"> & { members: ReviewGroup["members"][number][] }>();
  let cursor: string | undefined;
  let read = 0;
  do {
    const page = await ledger.list({ state: "review" }, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
    const members = await Promise.all(
      page.records
        .filter(({ state }) => state === "review")
        .map(async (record) => {
          const history = await ledger.history(record.reference);
          return { record, evidence: reviewEvidenceOf(record, history, context) };
        }),
    );
    for (const member of members) {
      const cause = causeOf(member.record, member.evidence);
      const groupId = digestOf([cause.because, cause.code, cause.operatorId, cause.campaign]);
      const group = groups.get(groupId) ?? { groupId, ...cause, members: [] };
      if (!group.members.some(({ record }) => record.reference === member.record.reference)) group.members.push(member);
      groups.set(groupId, group);
    }
    read += page.records.length;
    cursor = page.nextCursor;
  } while (cursor !== undefined && read < REVIEWS_MAX);
  const hashed = [...groups.values()].map((group) => ({ ...group, groupHash: hashOf(group.members) }));
  return { groups: hashed.toSorted((a, b) => b.members.length - a.members.length), hasMore: cursor !== undefined };
}

function causeOf({ operatorId, request }: TopupRecord, { because, code }: ReviewEvidence) {
  return { because, code, operatorId, campaign: request.campaign };
}

function hashOf(members: ReviewGroup["members"]): string {
  return digestOf(members.map(({ record }) => `${record.reference} ${record.version}`).toSorted());
}

function digestOf(parts: readonly (string | number | undefined)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 16);
}

/** The account's currency; without it the sums are shown all the same. */
async function currencyOf(readBalance: ReadBalance): Promise<string | null> {
  return readBalance().then(
    ({ currencyCode }) => currencyCode,
    () => null,
  );
}

function groupView(group: ReviewGroup, currency: string | null) {
  const { groupId, groupHash, because = null, code = null, operatorId = null, campaign = null, members } = group;
  const oldestFirst = members.toSorted((a, b) => a.record.enteredAtMs - b.record.enteredAtMs);
  const amounts = [false, true].flatMap((useLocalAmount) => {
    const some = members.filter(({ record }) => record.request.useLocalAmount === useLocalAmount);
    if (some.length === 0) return [];
    const amount = some.reduce((sum, { record }) => addDecimals(sum, record.request.amount), "0");
    return [{ amount, currency: useLocalAmount ? null : currency, useLocalAmount }];
  });
  const evidence = {
    identifierUsed: members.filter(({ record }) => record.identifierUsed).length,
    withTransactions: members.filter((one) => one.evidence.attempts.some((seen) => seen.transactionIds.length > 0))
      .length,
    roundsMax: Math.max(...members.map(({ record }) => record.rounds)),
  };
  const money = amounts.map((one) =>
    `${one.amount} ${one.currency ?? (one.useLocalAmount ? "in the operator's currency" : "")}`.trim(),
  );
  const of = operatorId === null ? "no operator" : `operator ${operatorId}`;
  const why = [because, code].filter((part) => part !== null).join(", ");
  const topups = members.length === 1 ? "1 top-up" : `${members.length} top-ups`;
  return {
    groupId,
    groupHash,
    because,
    code,
    operatorId,
    campaign,
    count: members.length,
    amounts,
    since: new Date(oldestFirst[0]?.record.enteredAtMs ?? 0).toISOString(),
    evidence,
    suggestion: commonSuggestion(members.map((one) => one.evidence.suggestion)),
    references: oldestFirst.slice(0, REFERENCES_SHOWN).map(({ record }) => record.reference),
    text: `${of}${campaign === null ? "" : `, campaign ${campaign}`}: ${topups}, ${money.join(" and ")}: ${why}`,
  };
}

/** The suggestion that all of them have; a transaction that pays one pays no other. */
function commonSuggestion(suggestions: readonly Suggestion[]): Suggestion {
  const [first] = suggestions;
  const isCommon = suggestions.every(({ verdict, reason }) => verdict === first?.verdict && reason === first?.reason);
  if (first !== undefined && isCommon && first.transactionId === undefined) return first;
  return { verdict: null, reason: "What is known of them supports no one verdict for all: look at each." };
}
