import {
  CAMPAIGN_STATES,
  checkOptionsSchema,
  type Limits,
  limitsSchema,
  mappingSchema,
  PAUSE_REASONS,
  ROW_STATES,
  unitsOf,
} from "@surefill/campaign";
import { isFinal } from "@surefill/topup";
import { z } from "zod";
import { LedgerCorruptError } from "../errors.js";
import { fieldsOf, type RecordFields } from "../record-codec.js";
import {
  type Campaign,
  type CampaignCommand,
  type CampaignProgress,
  COMMAND_NAMES,
  type FailureCount,
  type MinutePoint,
  type Pause,
  type PlanHead,
  type Repriced,
  type Tally,
  UNTAKEN_STATES,
} from "./campaign.js";

const whole = z.coerce.number().int();
const json = z.string().transform((text): unknown => JSON.parse(text));

/** How a campaign lies in its Redis hash: what a person chose as JSON, what scripts read as plain values. */
const fieldsSchema = z.object({
  state: z.enum(CAMPAIGN_STATES),
  version: whole,
  createdAt: whole,
  enteredAt: whole,
  name: z.string().optional(),
  caller: z.string().optional(),
  upload: z.string(),
  mapping: json.pipe(mappingSchema),
  options: json.pipe(checkOptionsSchema),
  limits: json.pipe(limitsSchema),
  cancelledBy: z.string().optional(),
  retryOf: json.pipe(z.object({ campaign: z.string(), classes: z.array(z.string()) })).optional(),
  planVersion: whole.optional(),
  rowsChecked: whole.default(0),
  checkedAt: whole.default(0),
  checkWaits: z.enum(["0", "1"]).default("0"),
  checkProblem: z.string().optional(),
  planHash: z.string().optional(),
  run: z.string().default(""),
  currency: z.string().default(""),
  rows: whole.default(0),
  rowsTotal: whole.default(0),
  pauseReason: z.enum(PAUSE_REASONS).optional(),
  pausedAt: whole.default(0),
  pausedBy: z.string().optional(),
  pauseDetail: z.string().optional(),
  startAt: whole.optional(),
  pricesAgreed: z.string().optional(),
  startedAt: whole.optional(),
  endedAt: whole.optional(),
  sendFrom: whole.optional(),
  sendUntil: whole.optional(),
  fed: whole.default(0),
  finals: whole.default(0),
  canaryReleased: z.literal("1").optional(),
  forgottenAt: whole.optional(),
  prices: json.pipe(z.record(z.string(), z.number())).optional(),
  repriced: whole.optional(),
  repricedAgreed: whole.default(0),
});
type Fields = z.output<typeof fieldsSchema>;

/** Reads a campaign from its hash. Throws `LedgerCorruptError` where a field is not what this version writes. */
export function decodeCampaign(id: string, flat: readonly unknown[] | RecordFields): Campaign {
  const parsed = fieldsSchema.safeParse(Array.isArray(flat) ? fieldsOf(flat) : flat);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".") ?? "";
    throw new LedgerCorruptError(`campaign ${id} has a field ${path} that this version does not write`);
  }
  const fields = parsed.data;
  const { state, version, upload, mapping, options, limits, fed, finals } = fields;
  const plan = planOf(fields);
  const pause = pauseOf(fields);
  return {
    id,
    state,
    version,
    createdAtMs: fields.createdAt,
    enteredAtMs: fields.enteredAt,
    upload,
    mapping,
    options,
    limits,
    fed,
    finals,
    canaryReleased: fields.canaryReleased === "1",
    ...withoutAbsent({
      name: fields.name,
      caller: fields.caller,
      retryOf: fields.retryOf,
      check: checkOf(fields),
      plan,
      pause,
      startAtMs: fields.startAt,
      pricesAgreed: fields.pricesAgreed,
      startedAtMs: fields.startedAt,
      endedAtMs: fields.endedAt,
      cancelledBy: fields.cancelledBy,
      sendFromMs: fields.sendFrom,
      sendUntilMs: fields.sendUntil,
      forgottenAtMs: fields.forgottenAt,
      repriced: repricedOf(fields),
    }),
  };
}

type WithoutAbsent<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutAbsent<T extends object>(fields: T): WithoutAbsent<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as WithoutAbsent<T>;
}

function checkOf({ state, planVersion, ...fields }: Fields): Campaign["check"] {
  if (planVersion === undefined) return undefined;
  return {
    planVersion,
    rowsChecked: fields.rowsChecked,
    atMs: fields.checkedAt,
    waits: state === "checking" && fields.checkWaits === "1",
    ...withoutAbsent({ problem: fields.checkProblem }),
  };
}

function planOf({ planVersion, planHash, run, currency, rows, rowsTotal }: Fields): PlanHead | undefined {
  if (planVersion === undefined || planHash === undefined) return undefined;
  return { version: planVersion, hash: planHash, run, currency, rows: { total: rowsTotal, planned: rows } };
}

function repricedOf({ prices, repriced: version, repricedAgreed: agreedVersion }: Fields): Repriced | undefined {
  if (prices === undefined || version === undefined) return undefined;
  const lanes = Object.entries(prices).map(([lane, millionths]) => {
    const [operatorId, amounts] = lane.split("|");
    return { operatorId: Number(operatorId), useLocalAmount: amounts === "local", millionths };
  });
  const place = ({ operatorId, useLocalAmount }: (typeof lanes)[number]) => 2 * operatorId + Number(useLocalAmount);
  return { version, agreedVersion, lanes: lanes.sort((left, right) => place(left) - place(right)) };
}

function pauseOf({ pauseReason, pausedAt, pausedBy, pauseDetail }: Fields): Pause | undefined {
  if (pauseReason === undefined) return undefined;
  return { reason: pauseReason, atMs: pausedAt, ...withoutAbsent({ by: pausedBy, detail: pauseDetail }) };
}

/**
 * The limits as the scripts read them: budget in units, rate as milliseconds between two top-ups. A limit that is not
 * set is removed.
 */
export function encodeLimits(limits: Limits): { set: string[]; remove: string[] } {
  const fields: Record<string, string | undefined> = {
    limits: JSON.stringify(limits),
    daily: limits.dailyWindow === undefined ? undefined : "1",
    // Of other limits: whoever feeds the campaign says them anew.
    sendFrom: undefined,
    sendUntil: undefined,
    // At another pace the turns that were given out are worth nothing.
    nextSlot: undefined,
    tat: undefined,
    window: String(limits.window),
    spacing: String(1_000 / limits.ratePerS),
    jump: String(limits.priceJumpPercent),
    marginPercent: String(limits.priceMarginPercent),
    budget: limits.budget === undefined ? undefined : String(unitsOf(limits.budget)),
    canary: limits.canary === undefined ? undefined : String(limits.canary.rows),
    rules: limits.failureRules.length === 0 ? undefined : JSON.stringify(limits.failureRules),
    ruleRows:
      limits.failureRules.length === 0 ? undefined : String(Math.max(...limits.failureRules.map((r) => r.ofLast))),
  };
  const set = Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [field, value]));
  const remove = Object.keys(fields).filter((field) => fields[field] === undefined);
  return { set, remove };
}

/** The fields of a campaign's hash that do not change while it is sent: what a person chose, and the head of its plan. */
export function campaignFields(campaign: Campaign): RecordFields {
  const { name, caller, upload, mapping, options, limits, retryOf, check, plan, createdAtMs, startedAtMs } = campaign;
  const numbers = {
    createdAt: createdAtMs,
    startedAt: startedAtMs,
    planVersion: plan?.version ?? check?.planVersion,
    rows: plan?.rows.planned,
    rowsTotal: plan?.rows.total,
  };
  const texts = {
    name,
    caller,
    upload,
    mapping: JSON.stringify(mapping),
    options: JSON.stringify(options),
    retryOf: retryOf && JSON.stringify(retryOf),
    planHash: plan?.hash,
    run: plan?.run,
    currency: plan?.currency,
    ...fieldsOf(encodeLimits(limits).set),
  };
  const all = Object.entries({ ...numbers, ...texts });
  return Object.fromEntries(all.flatMap(([field, value]) => (value === undefined ? [] : [[field, String(value)]])));
}

/** Reads the counts and the money of a campaign as Redis gives them; what is not there is 0. */
export function decodeTally(counts: readonly unknown[], money: readonly unknown[]): Tally {
  const rows = fieldsOf(counts);
  const units = fieldsOf(money);
  const numbers = <Name extends string>(names: readonly Name[], from: RecordFields) =>
    Object.fromEntries(names.map((name) => [name, Number(from[name] ?? 0)])) as Record<Name, number>;
  return {
    rows: numbers([...ROW_STATES, ...UNTAKEN_STATES], rows),
    money: numbers(ROW_STATES, units),
    paidTwiceRows: Number(rows["paid-twice"] ?? 0),
    extraUnits: Number(units["extra"] ?? 0),
  };
}

/** The states of rows that money is reserved for. */
const OPEN_ROW_STATES = ROW_STATES.filter((state) => state === "parked" || !isFinal(state));

/** Reads what `WATCH_CAMPAIGN` answers; `undefined` where there is no campaign. */
export function decodeProgress(id: string, answer: unknown): CampaignProgress | undefined {
  const [stamp, flat, counts, money, failures] = answer as [string, unknown[], unknown[], unknown[], unknown[]];
  if (flat.length === 0) return undefined;
  const campaign = decodeCampaign(id, flat);
  const tally = decodeTally(counts, money);
  const { rows, money: units } = tally;
  const spentUnits = units.succeeded + tally.extraUnits;
  const reservedUnits = OPEN_ROW_STATES.reduce((sum, state) => sum + units[state], 0);
  const { budget, priceJumpPercent } = campaign.limits;
  const fedReserves = Object.entries(fieldsOf(money)).filter(([field]) => field.startsWith("fed|"));
  return {
    campaign,
    nowMs: Number(stamp),
    tally,
    unfedRows: Math.max(0, (campaign.plan?.rows.planned ?? 0) - campaign.fed),
    inFlightRows: rows.submitting + rows.processing + rows.unknown,
    spentUnits,
    reservedUnits,
    atRiskUnits: units.unknown + units.review,
    ...(budget !== undefined && {
      leftUnits: unitsOf(budget) - spentUnits - reservedUnits,
      keptBackUnits: Math.ceil((reservedUnits * priceJumpPercent) / 100),
    }),
    fedReserveUnits: new Map(fedReserves.map(([field, sum]) => [Number(field.slice("fed|".length)), Number(sum)])),
    failures: decodeFailures(failures),
  };
}

/** Reads `at|command|from|to|key`, as the scripts write it; none where another version wrote something else. */
export function decodeCommand(line: string): CampaignCommand[] {
  const [at, name, fromText, toText, key] = line.split("|");
  const command = COMMAND_NAMES.find((known) => known === name);
  const from = CAMPAIGN_STATES.find((known) => known === fromText);
  const to = CAMPAIGN_STATES.find((known) => known === toText);
  if (command === undefined || to === undefined) return [];
  return [{ atMs: Number(at), command, to, ...(from !== undefined && { from }), ...(key && { key }) }];
}

/** Reads `<code>|<operatorId>` -> rows, most frequent first. */
function decodeFailures(flat: readonly unknown[]): FailureCount[] {
  return Object.entries(fieldsOf(flat))
    .map(([field, count]) => {
      const bar = field.lastIndexOf("|");
      return { code: field.slice(0, bar), operatorId: Number(field.slice(bar + 1)), rows: Number(count) };
    })
    .sort((left, right) => right.rows - left.rows || (left.code < right.code ? -1 : 1));
}

/** What a point of the series counts. */
export const MINUTE_NAMES = ["sent", "succeeded", "refunded", "failed", "rejected", "cancelled", "spentUnits"] as const;

const NO_EVENTS = { sent: 0, succeeded: 0, refunded: 0, failed: 0, rejected: 0, cancelled: 0, spentUnits: 0 };

/** Reads `<minute>|<width>|<name>` -> number, oldest first. Times in minutes since 1970. */
export function decodeMinutes(flat: readonly unknown[]): MinutePoint[] {
  const points = new Map<string, MinutePoint>();
  for (const [field, value] of Object.entries(fieldsOf(flat))) {
    const [minute = "", width = "", name = ""] = field.split("|");
    const key = `${minute}|${width}`;
    const point = points.get(key) ?? { atMs: Number(minute) * 60_000, widthMs: Number(width) * 60_000, ...NO_EVENTS };
    points.set(key, { ...point, [name]: Number(value) });
  }
  return [...points.values()].sort((left, right) => left.atMs - right.atMs);
}
