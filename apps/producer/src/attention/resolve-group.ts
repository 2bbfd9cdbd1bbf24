import type { Clock } from "@surefill/runtime";
import type { GroupCommand, GroupCommands, GroupOutcome } from "@surefill/topup-store";
import { z } from "zod";
import { Problem, validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { byField, reasonField } from "../topups/person-fields.js";
import { type ResolveDeps, resolveTopup } from "../topups/resolve-topup.js";
import { topupView } from "../topups/topup-view.js";
import { type ReviewGroupDeps, readReviewGroups } from "./review-groups.js";

/** Top-ups of one command that are asked about at a time. */
const AT_ONCE = 5;
/** After so long an answer tells how far it came: the same command again goes on. */
const ANSWER_AFTER_MS = 15_000;
const REFUSALS_SHOWN = 100;

/** A person's verdict on all top-ups of a group. What needs a transactionId of each, or insistence, is given one by one. */
export const groupVerdictSchema = z
  .strictObject({
    verdict: z.enum(["resubmit", "failed", "refunded"], {
      error: "must be resubmit, failed or refunded; succeeded needs the transactionId of each, so give it one by one",
    }),
    reason: reasonField,
    by: byField,
    expectedCount: z
      .int({ error: "must be the number of top-ups in the group" })
      .min(1, { error: "must be the number of top-ups in the group" })
      .describe("How many top-ups the group was seen to have; with another number nothing is done"),
    groupHash: z
      .string({ error: "must be the groupHash of the list" })
      .max(100, { error: "must be the groupHash of the list" })
      .optional()
      .describe("The `groupHash` of the list: with another one nothing is done"),
  })
  .meta({
    id: "GroupVerdict",
    example: { verdict: "resubmit", reason: "The operator is back", by: "Ada Obi", expectedCount: 100 },
  });

/** How far a verdict on a group came. */
export const groupResolutionSchema = z
  .object({
    groupId: z.string(),
    count: z.int().describe("Top-ups that the command is for"),
    resolved: z.int(),
    refused: z.int().describe("Left as they are, since the evidence or their state speaks against the verdict"),
    remaining: z.int().describe("Not asked about yet: send the same command with the same Idempotency-Key again"),
    refusals: z
      .array(z.object({ reference: z.string(), code: z.string(), detail: z.string() }))
      .describe(`The first ${REFUSALS_SHOWN}`),
    stoppedBy: z
      .object({ code: z.string(), detail: z.string() })
      .nullable()
      .describe("Why it stopped before its end, such as Reloadly's being away; null otherwise"),
  })
  .meta({ id: "GroupResolution" });

export type ResolveGroupDeps = ResolveDeps &
  Pick<ReviewGroupDeps, "ledger" | "timings"> & { groupCommands: GroupCommands; clock: Pick<Clock, "monotonicMs"> };

type GroupInput = {
  groupId: string;
  verdict: z.output<typeof groupVerdictSchema>;
  idempotencyKey: string | undefined;
  caller: string;
};

/**
 * `POST /v1/attention/reviews/{groupId}/resolve`: gives one verdict on each top-up of a group, by the step and with the
 * checks of a single one. The top-ups are those that the group has when the command first comes; repeated under its key it
 * goes on with the same ones, and gives none of them a second verdict.
 */
export const resolveGroup =
  (deps: ResolveGroupDeps) =>
  async (input: GroupInput): Promise<HttpResult> => {
    const { groupId, idempotencyKey, caller, verdict } = input;
    if (idempotencyKey === undefined) throw keyMissing();
    const name = `${caller}:${idempotencyKey}`;
    const digest = JSON.stringify([groupId, verdict]);
    const known = (await deps.groupCommands.find(name)) ?? (await beginCommand(deps, name, digest, input));
    if (known.digest !== digest) {
      throw new Problem("idempotency_key_invalid", {
        detail: "The Idempotency-Key was used for another command: use a new one.",
      });
    }
    const stoppedBy = await giveVerdicts(deps, name, known, input);
    return { status: 200, json: await resolutionOf(deps, name, known, { groupId, stoppedBy }) };
  };

async function beginCommand(
  deps: ResolveGroupDeps,
  name: string,
  digest: string,
  { groupId, verdict }: GroupInput,
): Promise<GroupCommand> {
  const { groups } = await readReviewGroups(deps);
  const group = groups.find((one) => one.groupId === groupId);
  const count = group?.members.length ?? 0;
  if (count !== verdict.expectedCount || (verdict.groupHash ?? group?.groupHash) !== group?.groupHash) {
    throw new Problem("group_changed", {
      detail:
        count === verdict.expectedCount
          ? "The top-ups of the group have changed since it was listed."
          : `The group has ${count} top-ups, and ${verdict.expectedCount} were expected.`,
    });
  }
  return deps.groupCommands.begin(name, {
    digest,
    references: group?.members.map(({ record }) => record.reference) ?? [],
  });
}

type Stopped = { code: string; detail: string };

/** Gives the verdicts that are not given yet, a few at a time; answers what stopped it before its end. */
async function giveVerdicts(
  deps: ResolveGroupDeps,
  name: string,
  { references }: GroupCommand,
  input: GroupInput,
): Promise<Stopped | undefined> {
  const untilMs = deps.clock.monotonicMs() + ANSWER_AFTER_MS;
  const outcomes = await deps.groupCommands.outcomes(name);
  const left = references.filter((reference) => !outcomes.has(reference));
  let stopped: Stopped | undefined;
  const next = async (): Promise<void> => {
    while (stopped === undefined && deps.clock.monotonicMs() < untilMs) {
      const reference = left.shift();
      if (reference === undefined) return;
      const outcome = await verdictOn(deps, reference, input);
      if (outcome.kind === "stopped") stopped = outcome;
      else await deps.groupCommands.note(name, reference, outcome);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return stopped && { code: stopped.code, detail: stopped.detail };
}

/** Refusals of one top-up. Anything else is not about that one, and stops the command. */
const OF_ONE: ReadonlySet<string> = new Set(["state_conflict", "evidence_contradicts", "topup_not_found"]);

async function verdictOn(
  deps: ResolveGroupDeps,
  reference: string,
  { verdict: { verdict, reason, by }, caller }: GroupInput,
): Promise<GroupOutcome | (Stopped & { kind: "stopped" })> {
  try {
    const given = { verdict, reason, by, force: false } as const;
    await resolveTopup(deps)({ reference, verdict: given, caller, show: topupView });
    return { kind: "done" };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, details } = error;
    if (!OF_ONE.has(code)) return { kind: "stopped", code, detail: details.detail };
    // An earlier call of this command may have given the verdict, and its note was lost.
    const record = code === "state_conflict" ? (await deps.ledger.look(reference))?.record : undefined;
    const isGiven = record?.resolvedBy === by && record.resolvedReason === reason && record.commandKey === caller;
    return isGiven && record.state !== "review" ? { kind: "done" } : { kind: "refused", code, detail: details.detail };
  }
}

async function resolutionOf(
  { groupCommands }: ResolveGroupDeps,
  name: string,
  { references }: GroupCommand,
  { groupId, stoppedBy }: { groupId: string; stoppedBy: Stopped | undefined },
): Promise<z.output<typeof groupResolutionSchema>> {
  const outcomes = await groupCommands.outcomes(name);
  const refusals = references.flatMap((reference) => {
    const outcome = outcomes.get(reference);
    return outcome?.kind === "refused" ? [{ reference, code: outcome.code, detail: outcome.detail }] : [];
  });
  return {
    groupId,
    count: references.length,
    resolved: outcomes.size - refusals.length,
    refused: refusals.length,
    remaining: references.length - outcomes.size,
    refusals: refusals.slice(0, REFUSALS_SHOWN),
    stoppedBy: stoppedBy ?? null,
  };
}

function keyMissing(): Problem {
  const detail = "is needed: a repeated command goes on under it instead of beginning again";
  return validationFailed([{ parameter: "Idempotency-Key", code: "missing", detail }]);
}
