import {
  type CheckOptions,
  checkOptionsSchema,
  choiceProblems,
  givenOptionsSchema,
  limitsSchema,
  mappingSchema,
  optionsOfFormat,
  type SuggestedMapping,
  suggestMapping,
  unknownColumns,
} from "@surefill/campaign";
import type { Ids } from "@surefill/runtime";
import { beyondRetention } from "@surefill/topup";
import { type Campaigns, type Upload, type Uploads, uploadIdSchema } from "@surefill/topup-store";
import { z } from "zod";
import { type FieldProblem, validationFailed } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { headResult } from "./campaign-view.js";

/** What a campaign is called. */
export const campaignNameSchema = z
  .string({ error: "must be a text" })
  .trim()
  .min(1, { error: "must not be empty" })
  .max(200, { error: "must be at most 200 characters" })
  .refine((text) => !/\p{Surrogate}/u.test(text), { error: "must be well-formed Unicode" })
  // They would command a terminal, or make a line read as another: ESC, line breaks, changes of direction.
  .refine((text) => !/\p{Cc}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(text), {
    error: "must not have control characters, line breaks or characters that change the direction of writing",
  });

/** The body of a new campaign. */
export const newCampaignSchema = z
  .strictObject(
    {
      name: campaignNameSchema.describe("What people call it"),
      upload: uploadIdSchema.describe("The file: the id of an upload"),
      mapping: mappingSchema
        .optional()
        .describe("Which column means what; may be left out for the known formats, where nothing is guessed"),
      options: givenOptionsSchema.optional().describe("What the check assumes and insists on"),
      limits: limitsSchema.prefault({}).describe("What the campaign may do, and when"),
    },
    { error: "must be an object: a campaign" },
  )
  .meta({
    id: "NewCampaign",
    example: {
      name: "Survey, wave 2",
      upload: "upl_01900000-0000-7000-8000-000000000000",
      mapping: { phone: "mobile", amount: "airtime", metadata: { wave: "wave" } },
      options: { defaultCountry: "KE", useLocalAmount: true },
      limits: {
        budget: "500",
        ratePerS: 5,
        canary: { rows: 25 },
        dailyWindow: { from: "08:00", to: "20:00", zone: "Africa/Nairobi" },
      },
    },
  });

/** What creating needs. */
export type CreateDeps = {
  campaigns: Pick<Campaigns, "create">;
  uploads: Pick<Uploads, "get" | "use">;
  ids: Ids;
  retentionDays: number;
};

/** `POST /v1/campaigns`: a draft over an uploaded file. Nothing is sent before it is checked and started. */
export const createCampaign =
  (deps: CreateDeps) =>
  async ({ body, caller }: { body: z.output<typeof newCampaignSchema>; caller: string }): Promise<HttpResult> => {
    const { name, limits } = body;
    const upload = await deps.uploads.get(body.upload);
    if (upload === undefined) throw uploadGone();
    const suggestion = suggestionFor(upload);
    const mapping = body.mapping ?? (suggestion.format === undefined ? undefined : suggestion.mapping);
    if (mapping === undefined) throw validationFailed([mappingNeeded(upload, suggestion.mapping)]);
    // What the caller leaves out is the format's to say before it is anybody's default.
    const options = checkOptionsSchema.parse({ ...optionsOfFormat(suggestion, mapping), ...body.options });
    const problems = [
      ...columnProblems(mapping, upload.columns),
      ...contradictions(upload, { mapping, options }),
      ...guardProblems(options, deps.retentionDays),
    ];
    if (problems.length > 0) throw validationFailed(problems);

    const id = `cmp_${deps.ids.uuidv7()}`;
    if (!(await deps.uploads.use(upload.id, id))) throw uploadGone();
    const campaign = await deps.campaigns.create({ id, name, upload: upload.id, caller, mapping, options, limits });
    return headResult(201, campaign);
  };

function uploadGone() {
  const detail = "there is no such upload (any more); upload the file first";
  return validationFailed([{ pointer: "/upload", code: "invalid", detail }]);
}

function mappingNeeded({ columns }: Upload, suggested: object | undefined): FieldProblem {
  const has = `the file has the columns ${columns.map((column) => JSON.stringify(column)).join(", ")}`.slice(0, 1_000);
  const likely = suggested === undefined ? "" : `; likely is ${JSON.stringify(suggested)}`;
  return { pointer: "/mapping", code: "required", detail: `must say which column means what: ${has}${likely}` };
}

/** What the columns of a received file seem to mean. */
export function suggestionFor({ columns, firstRows }: Pick<Upload, "columns" | "firstRows">): SuggestedMapping {
  return suggestMapping(
    columns,
    firstRows.map(({ cells }) => cells),
  );
}

/** What of mapping and options contradicts the file, or one another. */
export function contradictions(
  { firstRows, ...upload }: Upload,
  choices: Parameters<typeof choiceProblems>[1],
): FieldProblem[] {
  const file = { ...upload, firstRows: firstRows.map(({ cells }) => cells) };
  return choiceProblems(file, choices).map((problem) => ({ ...problem, code: "invalid" }));
}

/** A guard that asks about a time of which payments are not kept would find nothing there, and pay again. */
export function guardProblems(
  { recentlyPaid }: Pick<CheckOptions, "recentlyPaid">,
  retentionDays: number,
): FieldProblem[] {
  if (recentlyPaid.action === "allow" || recentlyPaid.days <= retentionDays) return [];
  const detail = beyondRetention(`recentlyPaid of ${recentlyPaid.days} days`, retentionDays);
  return [{ pointer: "/options/recentlyPaid/days", code: "beyond_retention", detail }];
}

/** The columns that a mapping names and the file does not have. */
export function columnProblems(mapping: z.output<typeof mappingSchema>, columns: readonly string[]): FieldProblem[] {
  return unknownColumns(mapping, columns).map(({ field, column }) => ({
    pointer: `/mapping/${field.replace(".", "/")}`,
    code: "invalid",
    detail: `the file has no column ${JSON.stringify(column)}`,
  }));
}
