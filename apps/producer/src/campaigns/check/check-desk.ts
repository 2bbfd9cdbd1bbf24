import type { Clock, Logger } from "@surefill/runtime";
import { type Campaign, type Campaigns, LedgerUnavailableError } from "@surefill/topup-store";
import { Problem } from "../../http/problem.js";
import { CheckImpossible, CheckOvertaken } from "./check-impossible.js";
import { type CheckLane, fitsAsGuest, fitsBeside, inTurn, laneOf } from "./check-lanes.js";
import { type CheckParts, type CheckProgress, runCheck } from "./run-check.js";

/** What the desk needs. */
export type CheckDeskParts = CheckParts & {
  campaigns: Pick<
    Campaigns,
    "find" | "checking" | "beginCheck" | "giveUpCheck" | "noteChecked" | "finishCheck" | "nowMs" | "plans"
  >;
  clock: Clock;
  log: Logger;
};

/** How often the desk looks for checks that were left behind, and says of its own that they are not. */
const ROUND_MS = 5_000;
/** A check that has said nothing for this long has lost its process: three rounds. */
const SILENT_MS_MAX = 15_000;

/** How many checks one API key may have running or waiting in one process. */
export const CHECKS_PER_KEY_MAX = 20;

/** `rows` is how large its file is; undefined until that has been looked up. `asker` is the API key, if one asked. */
type Order = { campaign: Campaign; planVersion: number; asker: string | undefined; rows?: number };
type Run = {
  planVersion: number;
  asker: string | undefined;
  rows: number;
  progress: CheckProgress;
  stop: AbortController;
  done: Promise<void>;
};

/**
 * Runs the checks of campaigns in this process: a few at a time, as `fitsBeside` and `fitsAsGuest` say, and in each
 * lane in the order of `inTurn`. A check whose process ended is taken up by whichever producer notices first, from its
 * beginning: it has sent nothing, so there is nothing to go on from.
 */
export class CheckDesk {
  readonly #parts: CheckDeskParts;
  readonly #closing = new AbortController();
  #waiting: Order[] = [];
  readonly #running = new Map<string, Run>();
  #rounds: Promise<void> = Promise.resolve();

  constructor(parts: CheckDeskParts) {
    this.#parts = parts;
  }

  /** Begins to look for checks that were left behind. */
  open(): void {
    this.#rounds = this.#goRound();
  }

  /**
   * Runs the check that `campaign` has just begun, for the API key `asker`, as soon as it is its turn; an earlier one of the campaign is stopped,
   * since its plan is void. Never throws; the campaign tells what came of it.
   */
  start(campaign: Campaign, asker?: string): void {
    const { check, id } = campaign;
    if (check === undefined || this.#has(id, check.planVersion)) return;
    this.#waiting = this.#waiting.filter((order) => order.campaign.id !== id);
    this.#running.get(id)?.stop.abort(new CheckOvertaken());
    const order: Order = { campaign, planVersion: check.planVersion, asker };
    this.#waiting.push(order);
    void this.#queue(order);
  }

  /** Whether another check may be asked for with this API key, by how many of its checks run or wait here. */
  hasRoomFor(asker: string): boolean {
    const underWay = [...this.#waiting, ...this.#running.values()].filter((check) => check.asker === asker);
    return underWay.length < CHECKS_PER_KEY_MAX;
  }

  /** Begins a check, or says that it waits for others. */
  async #queue(order: Order): Promise<void> {
    order.rows = await this.#rowsOf(order.campaign);
    this.#beginAll();
    if (!this.#waiting.includes(order)) return;
    const told = this.#parts.campaigns.noteChecked(order.campaign.id, order.planVersion, { waits: true });
    await told.catch(() => undefined); // Every round tells it again.
  }

  /** How large its file is. Never throws: what cannot be known now is taken for as large as can be. */
  async #rowsOf({ id, upload }: Campaign): Promise<number> {
    try {
      // A file that is gone costs nothing; the check says so as soon as it runs.
      return (await this.#parts.uploads.get(upload))?.rows ?? 0;
    } catch (err) {
      this.#parts.log.warn({ campaign: id, err }, "the size of a campaign's file is not known before its check");
      return Number.POSITIVE_INFINITY;
    }
  }

  /** Stops what runs. It is taken up again, here after a restart or by another process. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting = [];
    for (const { stop } of this.#running.values()) stop.abort(this.#closing.signal.reason);
    await Promise.all([this.#rounds, ...[...this.#running.values()].map(({ done }) => done)]);
  }

  #has(id: string, planVersion: number): boolean {
    return (
      this.#running.get(id)?.planVersion === planVersion ||
      this.#waiting.some((order) => order.campaign.id === id && order.planVersion === planVersion)
    );
  }

  /** Begins what fits beside the checks that run; in each lane none goes ahead of one whose turn is before its own. */
  #beginAll(): void {
    if (this.#closing.signal.aborted) return;
    const full = new Set<CheckLane>();
    for (const order of inTurn(this.#waiting, [...this.#running.values()])) {
      const { rows, asker } = order;
      // The check before it of the same campaign is still being stopped.
      if (rows === undefined || this.#running.has(order.campaign.id) || full.has(laneOf(rows))) continue;
      const running = [...this.#running.values()];
      const fits = fitsBeside(
        rows,
        running.map((run) => run.rows),
      );
      if (fits || fitsAsGuest({ rows, asker }, running)) this.#begin(order, rows);
      else full.add(laneOf(rows));
    }
  }

  #begin(order: Order, rows: number): void {
    const { id } = order.campaign;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== order);
    const stop = new AbortController();
    const progress = { rowsChecked: 0 };
    const done = this.#run(order, { progress, signal: stop.signal }).finally(() => {
      this.#running.delete(id);
      this.#beginAll();
    });
    this.#running.set(id, { planVersion: order.planVersion, asker: order.asker, rows, progress, stop, done });
  }

  async #run(
    { campaign, planVersion }: Pick<Order, "campaign" | "planVersion">,
    { progress, signal }: { progress: CheckProgress; signal: AbortSignal },
  ): Promise<void> {
    const { clock, log, campaigns } = this.#parts;
    const { id } = campaign;
    const startedAtMs = clock.monotonicMs();
    const say = (outcome: string, err?: unknown) => {
      const durationMs = Math.round(clock.monotonicMs() - startedAtMs);
      const fields = { campaign: id, planVersion, outcome, durationMs, ...(err !== undefined && { err }) };
      if (err === undefined) log.info(fields, "campaign check ended");
      else log.warn(fields, "campaign check ended");
    };
    try {
      if (!(await campaigns.noteChecked(id, planVersion, progress))) throw new CheckOvertaken();
      // Whatever an earlier check has left of its plan is of no use to anybody.
      await campaigns.plans.drop(id, planVersion - 1);
      await runCheck(this.#parts, campaign, { progress, signal });
      say("ready");
    } catch (error) {
      if (this.#closing.signal.aborted) return say("interrupted");
      // What cannot be told now is told by the silence of this check, and the check is run again.
      const cause = signal.aborted ? signal.reason : error;
      await this.#settle({ campaign, planVersion }, cause).catch((err: unknown) => say("not told", err));
      say(outcomeOf(cause), cause instanceof CheckOvertaken ? undefined : cause);
    }
  }

  async #settle({ campaign, planVersion }: Pick<Order, "campaign" | "planVersion">, error: unknown): Promise<void> {
    const { campaigns } = this.#parts;
    const { id } = campaign;
    if (error instanceof LedgerUnavailableError) return;
    if (!(error instanceof CheckOvertaken)) await campaigns.giveUpCheck(id, planVersion, explain(error));
    await campaigns.plans.drop(id, planVersion);
  }

  async #goRound(): Promise<void> {
    const { clock, log } = this.#parts;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await clock.sleep(ROUND_MS, signal);
        await this.#tellOwn();
        await this.#takeUpSilent();
      } catch (err) {
        if (!signal.aborted) log.warn({ err }, "no look for checks that were left behind");
      }
    }
  }

  /** A check may be busy with one chunk for long, when the provider is asked for every number of it. */
  async #tellOwn(): Promise<void> {
    const { campaigns } = this.#parts;
    for (const { campaign, planVersion } of this.#waiting) {
      await campaigns.noteChecked(campaign.id, planVersion, { waits: true });
    }
    for (const [id, { planVersion, progress, stop }] of this.#running) {
      const isOurs = await campaigns.noteChecked(id, planVersion, progress);
      if (!isOurs) stop.abort(new CheckOvertaken());
    }
  }

  async #takeUpSilent(): Promise<void> {
    const { campaigns, log } = this.#parts;
    const nowMs = await campaigns.nowMs();
    for (const id of await campaigns.checking()) {
      const campaign = await campaigns.find(id);
      const check = campaign?.check;
      if (campaign?.state !== "checking" || check === undefined || this.#has(id, check.planVersion)) continue;
      if (nowMs - check.atMs < SILENT_MS_MAX) continue;
      // Of two producers that see the silence one is first; the other is refused.
      const givenUp = await campaigns.giveUpCheck(id, check.planVersion, "The process that ran the check has ended.");
      if (givenUp.kind !== "changed") continue;
      const begun = await campaigns.beginCheck(id, givenUp.campaign.version);
      if (begun.kind !== "changed") continue;
      log.info({ campaign: id }, "campaign check taken up again");
      this.start(begun.campaign);
    }
  }
}

function outcomeOf(error: unknown): string {
  return error instanceof CheckOvertaken ? "overtaken" : "given up";
}

/** Why a check was given up, for whoever asked for it. */
function explain(error: unknown): string {
  if (error instanceof CheckImpossible) return error.message;
  if (error instanceof Problem) return `${error.details.detail} Check again later.`;
  return "The server failed. Check again; report the campaign's id if it fails once more.";
}
