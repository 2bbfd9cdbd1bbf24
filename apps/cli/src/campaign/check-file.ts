import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { Readable, Transform } from "node:stream";
import { systemClock } from "@surefill/runtime/light";
import { campaignIdSchema } from "@surefill/topup-store/campaign-id";
import { filledFileBytes } from "../file-errors.js";
import type { Surroundings } from "../surroundings.js";
import { type CampaignAnswer, headAnswer, uploadAnswer } from "./answers.js";
import { type Api, ApiError } from "./api.js";
import { type Choices, choose, mappingOf, readSettings } from "./choices.js";
import { lookPatiently } from "./look-at-campaign.js";
import { shortPlanHash } from "./plan-hash.js";
import { describePlan } from "./plan-report.js";
import { describeProgress } from "./progress-report.js";
import { describeSuggestion, describeUpload } from "./upload-report.js";

export type CheckFlags = {
  name?: string;
  settings?: string;
  map: readonly string[];
  run?: string;
  country?: string;
  budget?: string;
  rate?: number;
  amount?: string;
  currency?: string;
  decimalMark?: string;
  expectedRows?: number;
  expectedTotal?: string;
  acceptLineBreaks?: true;
  encoding?: string;
  delimiter?: string;
  header?: string;
  headerLine?: number;
  sheet?: string;
  hidden?: string;
  json?: true;
};

const LOOK_EVERY_MS = 500;

/**
 * `surefill campaign check`: of a file, or of a campaign that is there already, which is told by the form of its id.
 * Says `true` when there is a plan with at least one row.
 */
export function check(api: Api, around: Surroundings, what: string, flags: CheckFlags): Promise<boolean> {
  if (!campaignIdSchema.safeParse(what).success) return checkFile(api, around, what, flags);
  const { map, json: _, ...others } = flags;
  if (map.length > 0 || Object.keys(others).length > 0) {
    const way = `change it with surefill campaign set ${what}, then check it again`;
    throw new ApiError("no_file", `${what} is a campaign, and takes no flags of a file: ${way}.`);
  }
  return checkCampaign(api, around, what, flags);
}

async function checkFile(api: Api, around: Surroundings, path: string, flags: CheckFlags): Promise<boolean> {
  const choices = await choicesOf(flags);
  const upload = await sendFile(api, around, path, flags);
  if (!flags.json) around.print(describeUpload(upload));
  const name = flags.name ?? basename(path);
  const json = { name, upload: upload.id, ...choices };
  const created = await api.ask("/v1/campaigns", headAnswer, { method: "POST", json }).catch((error: unknown) => {
    if (!flags.json && isAboutMapping(error)) around.print(`\n${describeSuggestion(upload)}\n`);
    throw error;
  });
  return checkCampaign(api, around, created.id, flags);
}

/** Whether a campaign was refused because of what its columns mean. */
function isAboutMapping(error: unknown): boolean {
  return error instanceof ApiError && error.code === "validation_failed" && error.message.includes("/mapping");
}

/** Has a campaign checked, waits for it and prints its plan. */
export async function checkCampaign(
  api: Api,
  around: Surroundings,
  id: string,
  { json }: { json?: true },
): Promise<boolean> {
  await api.ask(`/v1/campaigns/${id}/check`, headAnswer, { method: "POST" });
  const campaign = await untilChecked(api, around, id);
  const problem = campaign.check?.problem ?? null;
  if (campaign.plan === null && problem !== null) throw new ApiError("check_failed", `${id}: ${problem}`);
  if (json) around.print(JSON.stringify(campaign));
  else {
    around.print(`\n${describePlan(campaign)}`);
    if (campaign.plan !== null && campaign.plan.rows.planned > 0) {
      around.print(`\nTo send it:\n  surefill campaign start ${id} --plan ${shortPlanHash(campaign.plan.planHash)}`);
    }
  }
  return (campaign.plan?.rows.planned ?? 0) > 0;
}

async function choicesOf(flags: CheckFlags): Promise<Choices> {
  const { map, run, country, budget, rate } = flags;
  const { amount, currency, decimalMark, expectedRows, expectedTotal } = flags;
  return choose(await readSettings(flags.settings), {
    mapping: mappingOf(map),
    options: {
      ...(run !== undefined && { run }),
      ...(country !== undefined && { defaultCountry: country.toUpperCase() }),
      ...(amount !== undefined && { amount }),
      ...(currency !== undefined && { currency }),
      ...(decimalMark !== undefined && { decimalMark }),
      ...(expectedRows !== undefined && { expectedRows }),
      ...(expectedTotal !== undefined && { expectedTotal: totalOf(expectedTotal) }),
      ...(flags.acceptLineBreaks && { lineBreaksInCells: "accept" }),
    },
    limits: { ...(budget !== undefined && { budget }), ...(rate !== undefined && { ratePerS: rate }) },
  });
}

/** `1200.50 USD` in its two parts. */
function totalOf(text: string): { amount: string; currency: string } {
  const [amount = "", currency = "", ...more] = text.trim().split(/\s+/);
  if (currency !== "" && more.length === 0) return { amount, currency };
  throw new ApiError(
    "total_wrong",
    `--expected-total takes an amount and a currency, such as "1200 USD"; not "${text}".`,
  );
}

async function sendFile(
  api: Api,
  around: Surroundings,
  path: string,
  flags: Pick<CheckFlags, "encoding" | "delimiter" | "header" | "headerLine" | "sheet" | "hidden">,
) {
  const fileBytes = await filledFileBytes(path);
  let sentBytes = 0;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      sentBytes += piece.length;
      around.rewrite?.(`Uploading ${path}: ${Math.floor((100 * sentBytes) / Math.max(1, fileBytes))} %`);
      done(null, piece);
    },
  });
  const file = createReadStream(path);
  file.on("error", (error) => counted.destroy(error));
  // A workbook is told by its content.
  const contentType = path.endsWith(".gz") ? "application/gzip" : "text/csv";
  const { encoding, delimiter, header, headerLine, sheet, hidden } = flags;
  const query = new URLSearchParams({
    name: basename(path).slice(0, 200),
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
    ...(header !== undefined && { header }),
    ...(headerLine !== undefined && { headerLine: String(headerLine) }),
    ...(sheet !== undefined && { sheet }),
    ...(hidden !== undefined && { hidden }),
  });
  const answer = await api.ask(`/v1/uploads?${query}`, uploadAnswer, {
    method: "POST",
    stream: { body: Readable.toWeb(file.pipe(counted)) as ReadableStream, contentType },
    isLong: true,
  });
  around.rewrite?.("");
  return answer;
}

async function untilChecked(api: Api, around: Surroundings, id: string): Promise<CampaignAnswer> {
  for (;;) {
    const campaign = await lookPatiently(api, around, id);
    if (campaign.state !== "checking") {
      around.rewrite?.("");
      return campaign;
    }
    around.rewrite?.(describeProgress(campaign));
    await systemClock.sleep(LOOK_EVERY_MS, around.signal);
  }
}
