import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import {
  catalogueOperatorSchema,
  checkOptionsSchema,
  formatUnits,
  hashPlanChunk,
  hashPlanEnd,
  hashPlanStart,
  mappingSchema,
  readPlanChunk,
  type Units,
  unitsOf,
} from "@surefill/campaign";
import { z } from "zod";
import { ApiError } from "./api.js";

const costText = z.string();
const headSchema = z.object({
  campaign: z.string(),
  basis: z.object({
    uploadSha256: z.string(),
    mapping: mappingSchema,
    options: checkOptionsSchema,
    run: z.string(),
  }),
});
const endSchema = z.object({
  currency: z.string(),
  prices: z.array(catalogueOperatorSchema),
  total: z.object({
    rows: z.number(),
    face: costText,
    discount: costText,
    fee: costText,
    cost: costText,
    reserve: costText,
  }),
});

/** What a plan.json comes to, made again from its rows. */
export type PackPlan = {
  campaign: string;
  planHash: string;
  uploadSha256: string;
  rows: { planned: number; rejected: number; leftOut: number };
  /** Of the planned rows, and what plan.json claims for them; decimal text. */
  cost: string;
  claimedCost: string;
};

/** Reads plan.json line by line, as the API wrote it: a head, a chunk in each line, an end. */
export async function readPackPlan(path: string): Promise<PackPlan> {
  const hash = createHash("sha256");
  const rows = { planned: 0, rejected: 0, leftOut: 0 };
  let units: Units = 0;
  let chunk = 0;
  let head: z.output<typeof headSchema> | undefined;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    if (head === undefined) {
      head = parsePart(path, `${line}]}`, headSchema);
      hashPlanStart(hash, head.basis);
    } else if (line.startsWith('],"end":')) {
      const { end } = parsePart(path, `{${line.slice(2)}`, z.object({ end: endSchema }));
      hashPlanEnd(hash, end);
      const { campaign, basis } = head;
      const planHash = hash.digest("hex");
      const cost = formatUnits(units);
      const claimedCost = formatUnits(unitsOf(end.total.cost));
      return { campaign, planHash, uploadSha256: basis.uploadSha256, rows, cost, claimedCost };
    } else {
      const text = line.endsWith(",") ? line.slice(0, -1) : line;
      hashPlanChunk(hash, text);
      for (const judged of readPlanChunk(chunk, text)) {
        if (judged.kind === "planned") {
          rows.planned += 1;
          units += judged.planned.costUnits;
        } else if (judged.kind === "rejected") rows.rejected += 1;
        else rows.leftOut += 1;
      }
      chunk += 1;
    }
  }
  throw new ApiError("no_pack", `${path} ends in the middle.`);
}

function parsePart<T>(path: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ApiError("no_pack", `${path} is not the plan of a result pack.`, { cause });
  }
}
