import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { Surroundings } from "../surroundings.js";
import { campaignAnswer, headAnswer, uploadAnswer } from "./answers.js";
import { type Api, ApiError } from "./api.js";
import { makeManifest, PACK_FILES } from "./result-pack.js";

/** How a table is wanted. What is left out is as in the file that was uploaded. */
export type TableFlags = { out?: string; format?: string; delimiter?: string; bom?: string; decimalMark?: string };

/** Writes a table of the API to a file, or to standard output. A file is there whole or not at all. */
export async function downloadTable(
  api: Api,
  around: Surroundings,
  id: string,
  table: "results" | "problems",
  flags: TableFlags,
): Promise<boolean> {
  const { out } = flags;
  const format = flags.format ?? (await formatFor(api, id, out));
  const response = await api.open(tablePath(id, table, { ...flags, format }), { isLong: true });
  if (out === undefined) {
    await pipeline(bodyOf(response), around.output, { end: false });
    return true;
  }
  const { bytes } = await save(response, out);
  around.tell(`Wrote ${out} (${bytes} bytes).`);
  return true;
}

/** The format that a file's name says; else that of the file that was uploaded. Standard output gets CSV. */
async function formatFor(api: Api, id: string, out: string | undefined): Promise<string> {
  if (out === undefined || /\.csv$/i.test(out)) return "csv";
  if (/\.xlsx$/i.test(out)) return "xlsx";
  const { upload } = await api.ask(`/v1/campaigns/${encodeURIComponent(id)}`, headAnswer);
  const { sheet = null } = await api.ask(`/v1/uploads/${encodeURIComponent(upload)}`, uploadAnswer);
  return sheet === null ? "csv" : "xlsx";
}

function tablePath(id: string, table: "results" | "problems", { out: _, ...form }: TableFlags): string {
  const query = new URLSearchParams(form);
  return `/v1/campaigns/${encodeURIComponent(id)}/${table}.csv${query.size === 0 ? "" : `?${query}`}`;
}

/** Writes a result pack into a folder that does not exist yet, or is empty. */
export async function downloadPack(
  api: Api,
  around: Surroundings,
  id: string,
  folder: string,
  flags: TableFlags,
): Promise<boolean> {
  if (flags.format === "xlsx") {
    throw new ApiError(
      "pack_is_csv",
      "A pack holds its results as CSV, which can be verified; leave out --format xlsx.",
    );
  }
  const path = `/v1/campaigns/${encodeURIComponent(id)}`;
  const campaign = await api.ask(path, campaignAnswer);
  if (!campaign.over) {
    throw new ApiError("campaign_not_over", `${id} is ${campaign.state}: a pack is made when every row is final.`);
  }
  const upload = await api.ask(`/v1/uploads/${encodeURIComponent(campaign.upload)}`, uploadAnswer);
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new ApiError("folder_not_empty", `${folder} is not empty: a pack needs a folder of its own.`);
  }
  const plan = await save(await api.open(`${path}/plan.json`, { isLong: true }), join(folder, PACK_FILES.plan));
  const results = await save(
    await api.open(tablePath(id, "results", flags), { isLong: true }),
    join(folder, PACK_FILES.results),
  );
  const manifest = makeManifest(campaign, { input: upload.sha256, plan: plan.sha256, results: results.sha256 });
  await writeFile(join(folder, PACK_FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
  around.tell(`Wrote a result pack to ${folder}; to check it: surefill campaign verify ${folder}`);
  return true;
}

function bodyOf(response: Response): Readable {
  if (response.body === null) throw new ApiError("not_understood", "The answer has no content.");
  return Readable.fromWeb(response.body as NodeReadableStream);
}

/** Writes beside the place and moves it there at the end, so that half a file never looks like a whole one. */
async function save(response: Response, path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      bytes += piece.length;
      done(null, piece);
    },
  });
  const part = `${path}.part`;
  try {
    await pipeline(bodyOf(response), counted, createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { sha256: hash.digest("hex"), bytes };
}
