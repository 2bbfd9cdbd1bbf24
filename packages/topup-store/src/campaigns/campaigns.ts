import { randomBytes } from "node:crypto";
import {
  CAMPAIGN_STATES,
  type CampaignState,
  canCampaignMove,
  isCampaignOver,
  type PauseReason,
  type PlanSummary,
  type RowState,
  type Units,
} from "@surefill/campaign";
import type { Redis } from "ioredis";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { answered, asLedgerError, ledgerTime, type RunScript, script, scriptRunner } from "../script-runner.js";
import {
  type Campaign,
  type CampaignCommand,
  type CampaignEdit,
  type CampaignPage,
  type CampaignProgress,
  type Changed,
  type MinutePoint,
  type NewCampaign,
  type RefusedBecause,
  type RowPage,
  UNTAKEN_STATES,
  type UntakenState,
} from "./campaign.js";
import {
  decodeCampaign,
  decodeCommand,
  decodeMinutes,
  decodeProgress,
  decodeTally,
  encodeLimits,
  MINUTE_NAMES,
} from "./campaign-codec.js";
import { campaignIdSchema } from "./campaign-id.js";
import { CHANGE_CAMPAIGN, CREATE_CAMPAIGN, NOTE_CHECKED, WATCH_CAMPAIGN } from "./control-scripts.js";
import { agreedPrices, type ByKey, given } from "./given-command.js";
import { PlanChunks } from "./plan-chunks.js";
import type { CampaignStoreOptions } from "./store-options.js";

const scripts = {
  create: script(CREATE_CAMPAIGN),
  change: script(CHANGE_CAMPAIGN),
  noteChecked: script(NOTE_CHECKED),
  watch: script(WATCH_CAMPAIGN, "reads"),
};

type Change = {
  to: CampaignState | "resume" | "cancel" | "same";
  from: readonly CampaignState[];
  ifVersion?: number | undefined;
  /** Only out of a pause for this reason. */
  onlyPause?: PauseReason | undefined;
  planVersion?: number;
  planHash?: string;
  event?: "campaign.checked";
  set?: readonly string[];
  remove?: readonly string[];
};

/** Refused with `version` when the campaign has another one by now. */
type IfVersion = { ifVersion?: number | undefined };

type Resume = { onlyFrom?: PauseReason; repricedVersion?: number | undefined } & IfVersion & ByKey;

/** The states in which its plan may still be made void. */
const BEFORE_START: readonly CampaignState[] = ["draft", "checking", "ready"];
/** The states in which a campaign may be changed in some way. */
const CHANGEABLE: readonly CampaignState[] = [...BEFORE_START, "scheduled", "running", "paused", "completing"];

/** Records read in one go while a list looks for those that fit. */
const PAGE_READ = 200;

/** The states out of which the table allows a move. */
function statesBefore(to: CampaignState): CampaignState[] {
  return CAMPAIGN_STATES.filter((from) => canCampaignMove(from, to));
}

function campaignIdOf(cursor: string): string {
  if (!campaignIdSchema.safeParse(cursor).success) throw new RangeError("the cursor is not one of ours");
  return cursor;
}

/**
 * The campaigns of an installation, as producer and worker share them: their records, plans, numbers. Every change is
 * one atomic script, and safe to ask for twice. Methods throw `LedgerUnavailableError` when Redis does not answer.
 * What turns rows into top-ups is `CampaignFeed`.
 */
export class Campaigns {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;
  readonly #operationPrefix = randomBytes(6).toString("base64url");
  #operations = 0;
  /** The rows of plans. */
  readonly plans: PlanChunks;

  constructor(redis: Redis, { prefix, nowMs, witness }: CampaignStoreOptions) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
    this.plans = new PlanChunks(redis, this.#keys);
  }

  /** Stores a new draft, or answers the campaign that has this id already. */
  async create(campaign: NewCampaign): Promise<Campaign> {
    const { id, name, upload, caller, mapping, options, limits, retryOf } = campaign;
    const fields = {
      upload,
      mapping: JSON.stringify(mapping),
      options: JSON.stringify(options),
      ...(name !== undefined && { name }),
      ...(caller !== undefined && { caller }),
      ...(retryOf !== undefined && { retryOf: JSON.stringify(retryOf) }),
    };
    const set = [...Object.entries(fields).flat(), ...encodeLimits(limits).set];
    const flat = await this.#run(scripts.create, this.#keys.campaignRecord(id), [...this.#head(id), ...set]);
    return decodeCampaign(id, flat as unknown[]);
  }

  /** Reads a campaign; `undefined` when there is none. */
  async find(id: string): Promise<Campaign | undefined> {
    const fields = await answered(this.#redis.hgetall(this.#keys.campaignRecord(id)));
    return Object.keys(fields).length === 0 ? undefined : decodeCampaign(id, fields);
  }

  /** Lists campaigns, newest first; `cursor` is the last page's. Throws a `RangeError` on a cursor that is not ours. */
  async list(page: { limit: number; cursor?: string; states?: readonly CampaignState[] }): Promise<CampaignPage> {
    const wanted = new Set(page.states ?? CAMPAIGN_STATES);
    const found: Campaign[] = [];
    let before = page.cursor === undefined ? "+" : `(${campaignIdOf(page.cursor)}`;
    for (;;) {
      const ids = await answered(this.#redis.zrevrangebylex(this.#keys.campaigns, before, "-", "LIMIT", 0, PAGE_READ));
      const campaigns = (await this.#findAll(ids)).filter(({ state }) => wanted.has(state));
      found.push(...campaigns.slice(0, page.limit - found.length + 1));
      const last = ids.at(-1);
      if (found.length > page.limit || last === undefined || ids.length < PAGE_READ) break;
      before = `(${last}`;
    }
    const shown = found.slice(0, page.limit);
    const last = shown.at(-1);
    return found.length > page.limit && last !== undefined
      ? { campaigns: shown, nextCursor: last.id }
      : { campaigns: shown };
  }

  async #findAll(ids: readonly string[]): Promise<Campaign[]> {
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.hgetall(this.#keys.campaignRecord(id));
    const answers = ids.length === 0 ? [] : ((await answered(pipeline.exec())) ?? []);
    return ids.flatMap((id, index) => {
      const [error, fields] = answers[index] ?? [];
      if (error) throw asLedgerError(error);
      const known = (fields ?? {}) as Record<string, string>;
      return known.state === undefined ? [] : [decodeCampaign(id, known)];
    });
  }

  /** Ids of the campaigns that a worker has to look after: started (or scheduled), and not over. */
  async active(): Promise<string[]> {
    return (await answered(this.#redis.smembers(this.#keys.activeCampaigns))).sort();
  }

  /** Ids of the campaigns that are being checked, or whose check was left behind by a process that ended. */
  async checking(): Promise<string[]> {
    return (await answered(this.#redis.smembers(this.#keys.checkingCampaigns))).sort();
  }

  /**
   * Changes what a person chose. `voidsPlan`: the campaign is a draft again, and only one that has not been started can
   * be changed so; else its state stays, and it may be under way. Which edits do which is told by `judgeEdit`.
   */
  async edit(
    id: string,
    edit: CampaignEdit,
    how: { voidsPlan: boolean; ifVersion?: number } & ByKey,
  ): Promise<Changed> {
    const { set, remove } = edit.limits === undefined ? { set: [], remove: [] } : encodeLimits(edit.limits);
    if (edit.name === null) remove.push("name");
    else if (edit.name !== undefined) set.push("name", edit.name);
    if (edit.mapping !== undefined) set.push("mapping", JSON.stringify(edit.mapping));
    if (edit.options !== undefined) set.push("options", JSON.stringify(edit.options));
    return this.#change(id, {
      to: how.voidsPlan ? "draft" : "same",
      from: how.voidsPlan ? BEFORE_START : CHANGEABLE,
      set: [...set, ...given("edit", how.key)],
      remove: how.voidsPlan ? [...remove, "planHash", "checkProblem"] : remove,
      ifVersion: how.ifVersion,
    });
  }

  /** Begins a check: the plan before it is void, and `check.planVersion` is the number under which the new one is written. */
  async beginCheck(id: string, ifVersion?: number, key?: string): Promise<Changed> {
    const changed = await this.#change(id, {
      to: "checking",
      from: ["draft", "ready"],
      set: given("check", key),
      remove: ["planHash", "checkProblem"],
      ifVersion,
    });
    if (changed.kind === "changed") await this.plans.drop(id, (changed.campaign.check?.planVersion ?? 1) - 1);
    return changed;
  }

  /**
   * Says how far a check has come, or that it waits for others to end. `false`: it is not this check any more, and
   * whoever runs it must stop.
   */
  async noteChecked(id: string, planVersion: number, at: { rowsChecked: number } | { waits: true }): Promise<boolean> {
    const [rowsChecked, waits] = "waits" in at ? [0, "1"] : [at.rowsChecked, "0"];
    const args = [...this.#head(id), String(planVersion), String(rowsChecked), waits];
    return (await this.#run(scripts.noteChecked, this.#keys.campaignRecord(id), args)) === 1;
  }

  /** Completes a check: all chunks of this version are written. The campaign is `ready`. */
  async finishCheck(id: string, planVersion: number, summary: PlanSummary): Promise<Changed> {
    await this.plans.writeSummary(id, planVersion, summary);
    const { planHash, run, currency, rows } = summary;
    const fields = { planHash, run, currency, rows: rows.planned, rowsTotal: rows.total, rowsChecked: rows.total };
    return this.#change(id, {
      to: "ready",
      from: ["checking"],
      planVersion,
      event: "campaign.checked",
      set: Object.entries(fields).flatMap(([field, value]) => [field, String(value)]),
    });
  }

  /** Gives a check up: the campaign is a draft again, with a problem that says why. */
  async giveUpCheck(id: string, planVersion: number, problem: string): Promise<Changed> {
    return this.#change(id, { to: "draft", from: ["checking"], planVersion, set: ["checkProblem", problem] });
  }

  /**
   * Starts a campaign under exactly the plan that `planHash` names: it runs at once, or is scheduled for `startAtMs`.
   * Refused with `plan` when its plan is another one by now.
   */
  async start(id: string, agreed: { planHash: string; startAtMs?: number } & IfVersion & ByKey): Promise<Changed> {
    const { planHash, startAtMs, ifVersion } = agreed;
    const isLater = startAtMs !== undefined && startAtMs > (await this.nowMs());
    const set = [...(isLater ? ["startAt", String(startAtMs)] : []), ...given("start", agreed.key)];
    return this.#change(id, { to: isLater ? "scheduled" : "running", from: ["ready"], planHash, set, ifVersion });
  }

  /** Lets a scheduled campaign run whose time has come, and whose prices are still those that were agreed to. */
  async startScheduled(id: string, { ifVersion }: IfVersion = {}): Promise<Changed> {
    return this.#change(id, { to: "running", from: ["scheduled"], ifVersion });
  }

  /**
   * Pauses: from the answer on, no claim of the campaign is granted. The answer's tally says what is in flight. A
   * person's pause replaces any other reason, so that nothing resumes by itself.
   */
  async pause(
    id: string,
    reason: PauseReason,
    { by, detail, ifVersion }: { by?: string; detail?: string } & IfVersion = {},
  ): Promise<Changed> {
    const from = [...statesBefore("paused"), ...(reason === "person" ? (["paused"] as const) : [])];
    const set = ["pauseReason", reason, ...(by === undefined ? [] : ["pausedBy", by])];
    if (detail !== undefined) set.push("pauseDetail", detail);
    if (reason === "person") set.push(...given("pause", by));
    return this.#change(id, { to: "paused", from, set, ifVersion });
  }

  /**
   * Goes on: `running`, or `completing` when every row is fed, or `scheduled` when it had not begun. Resuming after the
   * canary lets the rest go; after a change of prices it agrees to what had changed. `onlyFrom` resumes only a pause of
   * that reason. Refused with `prices` where prices rose after the start, unless `repricedVersion` is the one of now.
   */
  async resume(id: string, how: Resume = {}): Promise<Changed> {
    const { onlyFrom, ifVersion, key, repricedVersion } = how;
    const set = [...given("resume", key), ...agreedPrices(repricedVersion)];
    return this.#change(id, { to: "resume", from: ["paused"], onlyPause: onlyFrom, ifVersion, set });
  }

  /** Lets the rows behind the canary go. */
  async releaseCanary(id: string): Promise<Changed> {
    return this.#change(id, { to: "same", from: ["running"], set: ["canaryReleased", "1"] });
  }

  /**
   * Cancels: from the answer on, no claim is granted and no row fed, for good. What was fed and is not sent is
   * withdrawn by a worker; what is in flight settles, and then the campaign is `cancelled`.
   */
  async cancel(id: string, { ifVersion, key }: IfVersion & ByKey = {}): Promise<Changed> {
    const from = CAMPAIGN_STATES.filter((state) => !isCampaignOver(state) && state !== "cancelling");
    const set = key === undefined ? [] : [...given("cancel", key), "cancelledBy", key];
    return this.#change(id, { to: "cancel", from, ifVersion, set });
  }

  /** Cancels a campaign that was never started; any other is refused. */
  async cancelUnstarted(id: string): Promise<Changed> {
    return this.#change(id, { to: "cancel", from: BEFORE_START });
  }

  /** A campaign with all its numbers, of one moment; `undefined` when there is none. */
  async progress(id: string): Promise<CampaignProgress | undefined> {
    const answer = await this.#run(scripts.watch, this.#keys.campaignRecord(id), this.#head(id));
    return decodeProgress(id, answer);
  }

  /**
   * The end of the series, as far as the present pace can be told from it: the last six minutes, and the latest two points
   * of each greater width. A small answer for those who ask every second.
   */
  async latestMinutes(id: string): Promise<MinutePoint[]> {
    const minute = Math.floor((await this.nowMs()) / 60_000);
    const points = [
      ...[0, 1, 2, 3, 4, 5].map((ago) => ({ at: minute - ago, width: 1 })),
      ...[10, 60].flatMap((width) => [0, 1].map((ago) => ({ at: minute - (minute % width) - ago * width, width }))),
    ];
    const fields = points.flatMap(({ at, width }) => MINUTE_NAMES.map((name) => `${at}|${width}|${name}`));
    const values = await answered(this.#redis.hmget(this.#keys.campaignMinutes(id), ...fields));
    return decodeMinutes(fields.flatMap((field, index) => (values[index] == null ? [] : [field, values[index]])));
  }

  /** Which of these references rows of the campaign came upon, and found taken; in their order. */
  async untaken(id: string, references: readonly string[]): Promise<(UntakenState | undefined)[]> {
    if (references.length === 0) return [];
    const scores = await Promise.all(
      UNTAKEN_STATES.map((state) => answered(this.#redis.zmscore(this.#keys.campaignRows(id, state), ...references))),
    );
    return references.map((_, index) => UNTAKEN_STATES.find((_state, place) => scores[place]?.[index] != null));
  }

  /** The series for charts, oldest first. */
  async minutes(id: string): Promise<MinutePoint[]> {
    const fields = await answered(this.#redis.hgetall(this.#keys.campaignMinutes(id)));
    return decodeMinutes(Object.entries(fields).flat());
  }

  /**
   * The rows that are in one state now, in the file's order. Rows that retention has shrunk are not among
   * them any more, though they are still counted. Throws a `RangeError` on a cursor that is not ours.
   */
  async rows(id: string, state: RowState | UntakenState, page: { limit: number; cursor?: string }): Promise<RowPage> {
    const { limit, cursor } = page;
    if (cursor !== undefined && !/^\d{1,10}$/.test(cursor)) throw new RangeError("the cursor is not one of ours");
    const least = cursor === undefined ? "-inf" : `(${cursor}`;
    const index = this.#keys.campaignRows(id, state);
    const flat = await answered(this.#redis.zrangebyscore(index, least, "+inf", "WITHSCORES", "LIMIT", 0, limit + 1));
    const shown = flat.slice(0, 2 * limit);
    const references = shown.filter((_, position) => position % 2 === 0);
    const rows = shown.filter((_, position) => position % 2 === 1).map(Number);
    const found = { rows, references };
    return flat.length > shown.length ? { ...found, nextCursor: String(rows.at(-1)) } : found;
  }

  /** The commands that have changed a campaign, oldest first; the oldest are dropped beyond 100. */
  async history(id: string): Promise<CampaignCommand[]> {
    const lines = await answered(this.#redis.lrange(this.#keys.campaignHistory(id), 0, -1));
    return lines.flatMap(decodeCommand);
  }

  /** What the provider debited for rows beyond what their states account for, in units. */
  async extraUnits(id: string): Promise<Units> {
    return Number((await answered(this.#redis.hget(this.#keys.campaignMoney(id), "extra"))) ?? 0);
  }

  /** The ledger's time in milliseconds. */
  async nowMs(): Promise<number> {
    return ledgerTime(this.#redis, this.#nowArgument());
  }

  async #change(id: string, change: Change): Promise<Changed> {
    const { to, from, ifVersion, planVersion, planHash, onlyPause, event, set = [], remove = [] } = change;
    const conditions = [ifVersion, planVersion, planHash, onlyPause].map((value) => String(value ?? ""));
    this.#operations += 1;
    const args = [
      ...this.#head(id),
      `${this.#operationPrefix}:${this.#operations.toString(36)}`,
      to,
      from.join(" "),
      ...conditions,
      event ?? "",
      String(set.length),
      ...set,
      ...remove,
    ];
    const answer = await this.#run(scripts.change, this.#keys.campaignRecord(id), args);
    const [kind, stamp, flat, third, money] = answer as [string, string, unknown[], unknown, unknown[]];
    if (kind === "missing") return { kind };
    const campaign = decodeCampaign(id, flat);
    const nowMs = Number(stamp);
    if (kind === "changed" || kind === "unchanged") {
      return { kind, campaign, nowMs, tally: decodeTally(third as unknown[], money) };
    }
    return { kind: "refused", because: third as RefusedBecause, campaign, nowMs };
  }

  #head(id: string): string[] {
    return [this.#nowArgument(), this.#keys.base, id];
  }
}
