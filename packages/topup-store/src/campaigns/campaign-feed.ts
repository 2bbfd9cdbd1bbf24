import { type PlannedRow, referenceOfRow } from "@surefill/campaign";
import type { TopupRequest } from "@surefill/topup";
import type { Redis } from "ioredis";
import { recipientOf } from "../identity.js";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import type { Ledger } from "../ledger.js";
import { encodeAsked, encodeRow } from "../record-codec.js";
import { answered, type RunScript, script, scriptRunner } from "../script-runner.js";
import type { Campaign } from "./campaign.js";
import { FEED, SET_SEND_TIMES, TAKE_FEEDER } from "./feed-script.js";
import type { CampaignStoreOptions } from "./store-options.js";

const scripts = { feed: script(FEED), setSendTimes: script(SET_SEND_TIMES), take: script(TAKE_FEEDER) };

/** The rows of one operator: the next row to consider, as the feeder read it, and where to go when all is taken. */
export type LaneStep = { operatorId: number; expected: number; after: number };

/** Rows to feed, in the file's order, and every lane that was looked through for them. */
export type FeedBatch = {
  planVersion: number;
  /** What references are derived from. */
  run: string;
  /** The name of the API key that made the campaign, if one did. */
  caller?: string;
  lanes: readonly LaneStep[];
  rows: readonly PlannedRow[];
};

/** Why not all rows of a batch were taken: a limit of the campaign's. */
export type FeedStop = "window" | "pace" | "budget" | "canary";

/** A top-up that a row became. Ring for it at `dueAtMs`. */
export type FedTopup = { reference: string; dueAtMs: number };

export type Fed =
  | {
      kind: "fed";
      nowMs: number;
      topups: FedTopup[];
      /** Rows whose reference exists already, with the same content, or with another one. */
      already: number;
      conflict: number;
      /** Rows whose recipients another top-up has paid, or still may, within the days that the campaign's options say. */
      paidRecently: number;
      /** Absent when every row was taken. */
      stop?: FeedStop;
    }
  /** Another feeder was first: read the lanes again. */
  | { kind: "behind" }
  /** The campaign does not run, has another plan, or is outside its hours. */
  | { kind: "closed" };

/** More rows in one script would keep other commands waiting. */
export const FEED_ROWS_MAX = 100;

/** How a campaign's rows become top-ups: the feeder's side of the store. */
export class CampaignFeed {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #nowArgument: () => string;
  readonly #ledger: Pick<Ledger, "contentDigest" | "recipientHash">;

  constructor(
    redis: Redis,
    ledger: Pick<Ledger, "contentDigest" | "recipientHash">,
    { prefix, nowMs, witness }: CampaignStoreOptions,
  ) {
    this.#redis = redis;
    this.#ledger = ledger;
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /**
   * Takes or renews the right to feed a campaign for `leaseMs`; `false` while another `owner` has it. It only saves
   * work: two feeders at once do no harm.
   */
  async take(id: string, owner: string, leaseMs: number): Promise<boolean> {
    const args = [this.#nowArgument(), this.#keys.base, owner, String(leaseMs)];
    return (await this.#run(scripts.take, this.#keys.campaignFeeder(id), args)) === 1;
  }

  /** The next row to consider for each operator, from 1; operators that are not there have not been begun. */
  async lanes(id: string): Promise<Map<number, number>> {
    const fields = await answered(this.#redis.hgetall(this.#keys.campaignLanes(id)));
    return new Map(Object.entries(fields).map(([operatorId, row]) => [Number(operatorId), Number(row)]));
  }

  /**
   * Turns rows into top-ups as far as the campaign's state, hours, window, pace, canary and budget let it, in one
   * step. `horizonMs` is how far ahead of its pace rows are taken, each due at its own time. At most `FEED_ROWS_MAX`
   * rows; throws a `RangeError` on more.
   */
  async feed(id: string, batch: FeedBatch, horizonMs: number): Promise<Fed> {
    if (batch.rows.length > FEED_ROWS_MAX) throw new RangeError(`at most ${FEED_ROWS_MAX} rows are fed at once`);
    const lanes = batch.lanes.map(({ operatorId, expected, after }) => [operatorId, expected, after]);
    const args = [
      this.#nowArgument(),
      this.#keys.base,
      id,
      String(batch.planVersion),
      String(horizonMs),
      JSON.stringify(lanes),
      JSON.stringify(batch.rows.map((row) => this.#encode(id, batch, row))),
    ];
    const answer = await this.#run(scripts.feed, this.#keys.campaignRecord(id), args);
    const [kind, stamp, stop, , already, conflict, paidRecently, ...taken] = answer as string[];
    if (kind === "behind" || kind === "closed") return { kind };
    const topups = taken.flatMap((reference, index) =>
      index % 2 === 0 ? [{ reference, dueAtMs: Number(taken[index + 1]) }] : [],
    );
    return {
      kind: "fed",
      nowMs: Number(stamp),
      topups,
      already: Number(already),
      conflict: Number(conflict),
      paidRecently: Number(paidRecently),
      ...(stop !== "" && { stop: stop as FeedStop }),
    };
  }

  /**
   * Says when the campaign may send: claims outside are refused. `false`, and nothing said, when it was changed since
   * its hours were read.
   */
  async setSendTimes(
    { id, version }: Pick<Campaign, "id" | "version">,
    { fromMs, untilMs }: { fromMs: number; untilMs: number },
  ): Promise<boolean> {
    const args = [this.#nowArgument(), this.#keys.base, String(version), String(fromMs), String(untilMs)];
    return (await this.#run(scripts.setSendTimes, this.#keys.campaignRecord(id), args)) === 1;
  }

  #encode(id: string, { run, caller }: FeedBatch, row: PlannedRow): unknown[] {
    const request = requestOf(id, row);
    const asked = encodeAsked({ request, ...(caller !== undefined && { caller }) });
    const fields = { ...asked, ...encodeRow(row) };
    return [
      referenceOfRow(run, row),
      this.#ledger.contentDigest(request),
      this.#ledger.recipientHash(recipientOf(request)),
      row.operatorId,
      row.row,
      row.reserveUnits,
      Object.entries(fields).flat(),
      row.useLocalAmount ? 1 : 0,
    ];
  }
}

/** What a planned row asks for. The same row sent through the API has the same content. */
export function requestOf(campaign: string, row: PlannedRow): TopupRequest {
  return {
    operatorId: row.operatorId,
    amount: row.amount,
    useLocalAmount: row.useLocalAmount,
    ...(row.recipient.includes("@")
      ? { recipientEmail: row.recipient }
      : { recipientPhone: { countryCode: row.countryCode, number: row.recipient } }),
    ...(row.sender && { senderPhone: row.sender }),
    campaign,
    ...(row.metadata && { metadata: { ...row.metadata } }),
  };
}
