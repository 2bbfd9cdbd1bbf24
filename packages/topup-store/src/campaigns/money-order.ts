import { GATE_EVIDENCE } from "@surefill/topup";
import type { Ledger } from "../ledger.js";
import type { Campaign } from "./campaign.js";
import type { Campaigns } from "./campaigns.js";

/** Top-ups that are looked at of those that wait for balance. */
const WAITING_ROWS_READ = 500;

/** So many waiting rows show that money is short. Fewer are rows above the balance: those wait alone. */
const SHORT_ROWS_MIN = GATE_EVIDENCE.account.recipients;

/** What the order of campaigns is read from. */
export type MoneyOrderParts = {
  ledger: Pick<Ledger, "records"> & { gates: Pick<Ledger["gates"], "parkedAt"> };
  campaigns: Pick<Campaigns, "find">;
};

/**
 * While money is short, campaigns take it in the order in which they were started: the first campaign that was started
 * before this one, runs, and has at least three rows that wait for balance. No row of this one is taken up before those
 * were sent. `undefined` when there is none.
 */
export async function campaignAhead(
  { ledger, campaigns }: MoneyOrderParts,
  { id, startedAtMs = 0 }: Pick<Campaign, "id" | "startedAtMs">,
): Promise<Campaign | undefined> {
  const waiting = await ledger.gates.parkedAt("balance", WAITING_ROWS_READ);
  if (waiting.length < SHORT_ROWS_MIN) return undefined;
  const waitingRows = new Map<string, number>();
  for (const { row, request } of await ledger.records(waiting)) {
    if (row === undefined || request.campaign === undefined || request.campaign === id) continue;
    waitingRows.set(request.campaign, (waitingRows.get(request.campaign) ?? 0) + 1);
  }
  const short = [...waitingRows].flatMap(([other, rows]) => (rows >= SHORT_ROWS_MIN ? [other] : []));
  const found = await Promise.all(short.map((other) => campaigns.find(other)));
  const place = (campaign: Campaign) => campaign.startedAtMs ?? 0;
  return found
    .filter((other) => other !== undefined)
    .filter((other) => other.state === "running" || other.state === "completing")
    .filter((other) => place(other) < startedAtMs || (place(other) === startedAtMs && other.id < id))
    .sort((left, right) => place(left) - place(right) || (left.id < right.id ? -1 : 1))[0];
}
