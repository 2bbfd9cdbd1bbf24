/** What the commands read of the API's answers. Members that are not named here pass through, for `--json`. */
import { z } from "zod";

const count = z.number();

const linesAnswer = z
  .object({
    total: count,
    separator: count,
    titles: count,
    header: count,
    rows: count,
    empty: count,
    withinCells: count,
    hidden: count.optional(),
  })
  .nullable()
  .default(null);
export type LinesAnswer = NonNullable<z.output<typeof linesAnswer>>;

export const uploadAnswer = z.looseObject({
  id: z.string(),
  sha256: z.string(),
  /** Of a workbook. */
  sheet: z
    .looseObject({
      name: z.string(),
      others: z.array(z.string()),
      hiddenRows: count,
      hiddenColumns: z.array(z.string()),
      hidden: z.string().nullable(),
    })
    .nullish(),
  encoding: z.string(),
  encodingFrom: z.string(),
  delimiter: z.string(),
  hasHeader: z.boolean(),
  columns: z.array(z.string()),
  rows: count,
  lines: linesAnswer,
  headerLine: count.nullable().default(null),
  titleLines: z.array(z.object({ line: count, text: z.string() })).default([]),
  lineBreakCells: z
    .object({
      count,
      lineBreaks: count,
      samples: z.array(z.object({ line: count, lines: count, column: z.string(), text: z.string() })),
    })
    .nullable()
    .default(null),
  suggestedMapping: z.looseObject({
    format: z.string().nullable(),
    mapping: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])).nullable(),
    reasons: z.array(
      z.looseObject({ field: z.string(), column: z.string(), confidence: z.string(), because: z.string() }),
    ),
    missing: z.array(z.string()),
  }),
  sameFile: z.array(z.looseObject({ upload: z.string(), createdAt: z.string(), campaigns: z.array(z.string()) })),
});
export type UploadAnswer = z.output<typeof uploadAnswer>;

const costs = {
  rows: count,
  face: z.string(),
  discount: z.string(),
  fee: z.string(),
  cost: z.string(),
  reserve: z.string(),
};

export const planAnswer = z.looseObject({
  planHash: z.string(),
  run: z.string(),
  currency: z.string(),
  rows: z.object({ total: count, planned: count, rejected: count, leftOut: count.default(0) }),
  lines: linesAnswer,
  total: z.looseObject(costs),
  byOperator: z.array(
    z.looseObject({
      operatorId: count,
      name: z.string(),
      countryCode: z.string(),
      ...costs,
      local: z.looseObject({ rows: count, amount: z.string(), currency: z.string() }).optional(),
    }),
  ),
  problems: z.array(
    z.looseObject({
      repair: z.string(),
      action: z.string(),
      rows: count,
      cost: z.string(),
      rowsPriced: count,
      codes: z.array(z.object({ code: z.string(), rows: count })),
      samples: z.array(
        z.looseObject({ line: count, code: z.string(), hint: z.string(), value: z.string().optional() }),
      ),
    }),
  ),
  assumptions: z.array(z.looseObject({ assumption: z.string(), meaning: z.string().optional(), rows: count })),
  balance: z.object({ now: z.string(), after: z.string() }).nullable(),
});
export type PlanAnswer = z.output<typeof planAnswer>;

export const progressAnswer = z.looseObject({
  at: z.string(),
  rows: z.looseObject({ total: count, planned: count, waiting: count, final: count, inFlight: count }).catchall(count),
  money: z.looseObject({
    currency: z.string(),
    budget: z.string().nullable(),
    confirmed: z.string(),
    inFlight: z.string(),
    atRisk: z.string(),
    left: z.string().nullable(),
  }),
  /** Earlier producers do not tell it. */
  paidTwice: z.looseObject({ rows: count, cost: z.string() }).optional(),
  rate: z.looseObject({ now: count, sinceStart: count }),
  eta: z.object({ earliest: z.string(), latest: z.string() }).nullable(),
  waitsFor: z.array(z.looseObject({ what: z.string(), until: z.string().nullable(), detail: z.string().nullable() })),
  failures: z.array(z.looseObject({ class: z.string(), code: z.string(), operatorId: count, rows: count })),
});
export type ProgressAnswer = z.output<typeof progressAnswer>;

export const headAnswer = z.looseObject({
  id: z.string(),
  name: z.string().nullable(),
  state: z.string(),
  over: z.boolean(),
  createdAt: z.string(),
  upload: z.string(),
  pause: z.looseObject({ reason: z.string(), detail: z.string().nullable() }).nullable(),
  check: z.looseObject({ rowsChecked: count, waiting: z.boolean(), problem: z.string().nullable() }).nullable(),
  planHash: z.string().nullable(),
  /** Earlier producers do not tell it. */
  repriced: z.looseObject({ planHash: z.string(), agreed: z.boolean() }).nullish(),
  startAt: z.string().nullable(),
  limits: z.looseObject({
    budget: z.string().optional(),
    ratePerS: count,
    window: count,
    priceJumpPercent: count.optional(),
    canary: z.looseObject({ rows: count }).optional(),
    startAt: z.object({ at: z.string(), zone: z.string() }).optional(),
  }),
  rows: z.looseObject({ total: count, planned: count, final: count }).nullable(),
});
export type HeadAnswer = z.output<typeof headAnswer>;

export const campaignAnswer = headAnswer.extend({
  plan: planAnswer.nullable(),
  progress: progressAnswer.nullable(),
});
export type CampaignAnswer = z.output<typeof campaignAnswer>;

export const commandAnswer = headAnswer.extend({
  stillInFlight: z.looseObject({ rows: count, cost: z.string() }),
});

export const listAnswer = z.looseObject({ data: z.array(headAnswer), nextCursor: z.string().nullable() });
