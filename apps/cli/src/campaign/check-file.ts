import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable, Transform } from "node:stream";
import { systemClock } from "@surefill/runtime";
import { z } from "zod";
import type { Surroundings } from "../surroundings.js";
import { type CampaignAnswer, headAnswer, uploadAnswer } from "./answers.js";
import { type Api, ApiError } from "./api.js";
import { lookPatiently } from "./look-at-campaign.js";
import { describePlan, describeUpload } from "./plan-report.js";
import { describeProgress } from "./progress-report.js";

export type CheckFlags = {
  name?: string;
  settings?: string;
  map: readonly string[];
  run?: string;
  country?: string;
  budget?: string;
  rate?: number;
  json?: true;
};

const settingsSchema = z.strictObject({
  mapping: z.looseObject({}).optional(),
  options: z.looseObject({}).optional(),
  limits: z.looseObject({}).optional(),
});

const LOOK_EVERY_MS = 500;

/** `surefill campaign check`: says `true` when there is a plan with at least one row. */
export async function checkFile(api: Api, around: Surroundings, path: string, flags: CheckFlags): Promise<boolean> {
  const choices = await choicesOf(flags);
  const upload = await sendFile(api, around, path);
  if (!flags.json) around.print(describeUpload(upload));
  const name = flags.name ?? basename(path);
  const created = await api.ask("/v1/campaigns", headAnswer, {
    method: "POST",
    json: { name, upload: upload.id, ...choices },
  });
  return checkCampaign(api, around, created.id, flags);
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
      around.print(`\nTo send it:\n  surefill campaign start ${id} --plan ${campaign.plan.planHash}`);
    }
  }
  return (campaign.plan?.rows.planned ?? 0) > 0;
}

async function choicesOf(flags: CheckFlags): Promise<z.output<typeof settingsSchema>> {
  const given = flags.settings === undefined ? {} : await readSettings(flags.settings);
  const mapped = flags.map.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]);
  const options = { ...given.options, ...(flags.run && { run: flags.run }), ...country(flags) };
  const limits = {
    ...given.limits,
    ...(flags.budget && { budget: flags.budget }),
    ...(flags.rate && { ratePerS: flags.rate }),
  };
  return {
    ...(given.mapping || mapped.length > 0 ? { mapping: { ...given.mapping, ...Object.fromEntries(mapped) } } : {}),
    ...(Object.keys(options).length > 0 && { options }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}

function country({ country: code }: CheckFlags): { defaultCountry?: string } {
  return code === undefined ? {} : { defaultCountry: code.toUpperCase() };
}

async function readSettings(path: string): Promise<z.output<typeof settingsSchema>> {
  const text = await readFile(path, "utf8");
  try {
    return settingsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const wanted = "must be a JSON object with mapping, options and limits, each of them optional";
    throw new ApiError("settings_wrong", `${path} ${wanted}.`, { cause });
  }
}

async function sendFile(api: Api, around: Surroundings, path: string) {
  const found = await stat(path);
  if (!found.isFile()) throw new ApiError("no_file", `${path} is no file.`);
  let sentBytes = 0;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      sentBytes += piece.length;
      around.rewrite?.(`Uploading ${path}: ${Math.floor((100 * sentBytes) / Math.max(1, found.size))} %`);
      done(null, piece);
    },
  });
  const file = createReadStream(path);
  file.on("error", (error) => counted.destroy(error));
  const contentType = path.endsWith(".gz") ? "application/gzip" : "text/csv";
  const query = new URLSearchParams({ name: basename(path).slice(0, 200) });
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
