import {
  type CampaignChoices,
  type CheckOptions,
  checkOptionsSchema,
  judgeEdit,
  type Limits,
  limitsSchema,
  mappingSchema,
  optionsOfFormat,
} from "@surefill/campaign";
import { requestIssues } from "@surefill/topup";
import type { Campaign, Campaigns, Uploads } from "@surefill/topup-store";
import { z } from "zod";
import { type Identity, requirePermission } from "../access/identity.js";
import { type FieldProblem, validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { headResult } from "./campaign-view.js";
import { campaignNameSchema, columnProblems, contradictions, guardProblems, suggestionFor } from "./create-campaign.js";
import { campaignConflict, findCampaign, madeChange, requireVersion } from "./find-campaign.js";

const mergedSchema = z.record(z.string(), z.unknown(), { error: "must be an object" });

/** The body of a change: members of `options` and `limits` are changed one by one, and removed by null. */
export const campaignPatchSchema = z.strictObject(
  {
    name: campaignNameSchema.optional(),
    mapping: mappingSchema.optional(),
    options: mergedSchema.optional(),
    limits: mergedSchema.optional(),
  },
  { error: "must be an object: what is to be changed" },
);

/** The same body with its members spelt out, for the OpenAPI document. */
export const documentedPatchSchema = z
  .strictObject({
    name: campaignNameSchema.optional(),
    mapping: mappingSchema.optional().describe("Replaces the mapping as a whole"),
    options: nullable(checkOptionsSchema)
      .optional()
      .describe("Only what changes; null restores the default, or what a known format says"),
    limits: nullable(limitsSchema).optional().describe("Only what changes; null removes the limit"),
  })
  .meta({ id: "CampaignPatch", example: { limits: { budget: "750", dailyWindow: null } } });

function nullable(schema: z.ZodObject): z.ZodType {
  const fields = Object.entries(schema.shape).map(([name, field]) => {
    const plain = field instanceof z.ZodDefault ? field.unwrap() : field;
    return [name, z.nullable(plain as z.ZodType).optional()] as const;
  });
  return z.strictObject(Object.fromEntries(fields));
}

/** What editing needs. */
export type EditDeps = {
  campaigns: Pick<Campaigns, "find" | "edit">;
  uploads: Pick<Uploads, "get">;
  retentionDays: number;
};

/** Where a change can move no money: sending has not been allowed yet. */
const UNSTARTED: ReadonlySet<Campaign["state"]> = new Set(["draft", "checking", "ready"]);

/** Between reading and changing somebody else may be faster. */
const TRIES_MAX = 3;

/**
 * `PATCH /v1/campaigns/{id}`: changes what was chosen. What changes the plan voids it, and is possible before the start
 * only; limits on money and pace may be changed until the end. With a version, only if it is that one.
 */
export const editCampaign =
  (deps: EditDeps) =>
  async (input: {
    id: string;
    patch: z.output<typeof campaignPatchSchema>;
    version: number | undefined;
    caller: string;
    identity: Identity;
  }): Promise<HttpResult> => {
    for (let attempt = 1; ; attempt += 1) {
      const campaign = await findCampaign(deps.campaigns, input.id);
      requireVersion(campaign, input.version);
      if (!UNSTARTED.has(campaign.state)) requirePermission(input.identity, "control", "Changing a started campaign");
      const changed = await edit(deps, campaign, input);
      if (changed === undefined) return headResult(200, campaign);
      const isRaced = changed.kind === "refused" && changed.because === "version" && input.version === undefined;
      if (isRaced && attempt < TRIES_MAX) continue;
      const command = { does: "a change", from: ["draft", "checking", "ready"], version: input.version } as const;
      return headResult(200, madeChange(input.id, changed, command).campaign);
    }
  };

/** Makes the change; `undefined` when there is none to make. */
async function edit(
  deps: EditDeps,
  campaign: Campaign,
  { patch, caller: key }: { patch: z.output<typeof campaignPatchSchema>; caller: string },
) {
  const before: CampaignChoices = { ...campaign, name: campaign.name ?? null };
  const after = await choicesAfter(deps, campaign, before, patch);
  const judged = judgeEdit(campaign.state, before, after);
  if (judged.kind === "nothing") return undefined;
  if (judged.kind === "refused") {
    const fields = judged.fields.map(({ pointer }) => pointer.slice(1).replaceAll("/", ".")).join(", ");
    throw campaignConflict(`The campaign is ${campaign.state}; ${fields} cannot be changed any more.`, campaign);
  }
  const { mapping, options, limits } = after;
  const choices = { name: after.name, ...(judged.voidsPlan ? { mapping, options, limits } : { limits }) };
  return deps.campaigns.edit(campaign.id, choices, { voidsPlan: judged.voidsPlan, ifVersion: campaign.version, key });
}

/** What is chosen after the change; throws a `validation_failed` problem with everything that is wrong with it. */
async function choicesAfter(
  { uploads, retentionDays }: EditDeps,
  campaign: Campaign,
  before: CampaignChoices,
  { name, mapping, options, limits }: z.output<typeof campaignPatchSchema>,
): Promise<CampaignChoices> {
  const problems: FieldProblem[] = [];
  const isAboutFile = mapping !== undefined || options !== undefined;
  const upload = isAboutFile ? await uploads.get(campaign.upload) : undefined;
  const used = mapping ?? before.mapping;
  // As when the campaign was made: what is not chosen is the format's to say before it is anybody's default.
  const ofFormat = upload === undefined ? {} : optionsOfFormat(suggestionFor(upload), used);
  const after: CampaignChoices = {
    name: name ?? before.name,
    mapping: used,
    options: merged<CheckOptions>(
      { schema: checkOptionsSchema, at: "/options", defaults: ofFormat },
      before.options,
      options,
      problems,
    ),
    limits: merged<Limits>({ schema: limitsSchema, at: "/limits" }, before.limits, limits, problems),
  };
  if (mapping !== undefined && upload !== undefined) problems.push(...columnProblems(mapping, upload.columns));
  if (problems.length === 0 && upload !== undefined && campaign.retryOf === undefined) {
    problems.push(...contradictions(upload, after));
  }
  if (options !== undefined) problems.push(...guardProblems(after.options, retentionDays));
  if (problems.length > 0) throw validationFailed(problems);
  return after;
}

function merged<T extends object>(
  { schema, at, defaults = {} }: { schema: z.ZodType<T>; at: string; defaults?: Partial<T> },
  before: T,
  patch: Readonly<Record<string, unknown>> | undefined,
  problems: FieldProblem[],
): T {
  if (patch === undefined) return before;
  const entries = Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null && value !== undefined);
  const read = { schema, input: { ...defaults, ...Object.fromEntries(entries) } };
  const parsed = schema.safeParse(read.input);
  if (parsed.success) return parsed.data;
  problems.push(...requestIssues(parsed.error, read).map((issue) => ({ ...issue, pointer: `${at}${issue.pointer}` })));
  return before;
}
