import { countryCodeSchema } from "@surefill/topup";
import { z } from "zod";
import { Problem, validationFailed } from "../http/problem.js";
import { wholeText } from "../http/query.js";
import type { HttpResult } from "../http/result.js";
import type { CatalogueView, LiveCatalogue } from "./live-catalogue.js";
import { operatorView, operatorViewSchema } from "./operator-view.js";

const LIMIT_MAX = 200;

/** The query of the list of operators. */
export const operatorQuerySchema = z.strictObject({
  country: countryCodeSchema.optional().describe("Operators of this country: ISO 3166-1 alpha-2"),
  search: z
    .string({ error: "must be given once" })
    .min(1, { error: "must not be empty" })
    .max(100, { error: "must be at most 100 characters" })
    .optional()
    .describe("Operators whose name or id has this in it, whatever the case"),
  cursor: z.string({ error: "must be given once" }).max(40, { error: "is not one that a list gave out" }).optional(),
  limit: wholeText(LIMIT_MAX, `must be a whole number from 1 to ${LIMIT_MAX}`).default(50),
});

/** A page of operators. */
export const operatorPageSchema = z
  .object({
    data: z.array(operatorViewSchema),
    nextCursor: z.string().nullable().describe("For the `cursor` of the next page; null on the last one"),
    hasMore: z.boolean(),
  })
  .meta({ id: "OperatorPage" });

/** The catalogue for a request that is about nothing else. Throws `provider_unavailable` where it cannot be had. */
export async function requireCatalogue(catalogue: Pick<LiveCatalogue, "view">): Promise<CatalogueView> {
  const view = await catalogue.view();
  if (view !== undefined) return view;
  throw new Problem("provider_unavailable", { detail: "The catalogue of operators cannot be read from Reloadly now." });
}

/** `GET /v1/operators`: what the account can send to, by id. */
export const listOperators =
  (deps: { catalogue: Pick<LiveCatalogue, "view"> }) =>
  async ({ country, search, cursor, limit }: z.output<typeof operatorQuerySchema>): Promise<HttpResult> => {
    const after = cursor === undefined ? 0 : readCursor(cursor);
    const { all } = await requireCatalogue(deps.catalogue);
    const wanted = search?.toLowerCase();
    const found = all.filter(
      ({ operator }) =>
        operator.operatorId > after &&
        (country === undefined || operator.country?.isoName === country) &&
        (wanted === undefined ||
          operator.name.toLowerCase().includes(wanted) ||
          String(operator.operatorId).includes(wanted)),
    );
    const page = found.slice(0, limit);
    const last = page.at(-1)?.operator.operatorId;
    const hasMore = found.length > page.length;
    const nextCursor = hasMore && last !== undefined ? Buffer.from(`o:${last}`).toString("base64url") : null;
    return { status: 200, json: { data: page.map(({ operator }) => operatorView(operator)), nextCursor, hasMore } };
  };

function readCursor(cursor: string): number {
  const [, id] = /^o:(\d{1,9})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (id !== undefined) return Number(id);
  throw validationFailed([{ parameter: "cursor", code: "invalid", detail: "is not one that a list gave out" }]);
}
