import { endMove } from "@surefill/topup";
import type { Campaign, Campaigns, Ledger } from "@surefill/topup-store";

export type WithdrawParts = { ledger: Pick<Ledger, "records" | "move">; campaigns: Pick<Campaigns, "rows"> };

/** Rows withdrawn in one turn, and at the same time. */
const WITHDRAWN_MAX = 2_000;
const TOGETHER = 100;

/**
 * Withdraws the rows of a cancelled campaign that wait to be sent: queued or at a gate. None of them can be claimed any
 * more, and each is moved only if it is as it was read. A row held on FAILED is left alone, since it may turn out as paid;
 * when its hold ends in another attempt, that attempt is withdrawn. Record, history and event name the API key that
 * cancelled the campaign. Answers how many were withdrawn.
 */
export async function withdrawRows(
  { ledger, campaigns }: WithdrawParts,
  { id, cancelledBy }: Pick<Campaign, "id" | "cancelledBy">,
): Promise<number> {
  const patch = cancelledBy === undefined ? {} : { commandKey: cancelledBy };
  let withdrawn = 0;
  for (const state of ["queued", "parked"] as const) {
    const { references } = await campaigns.rows(id, state, { limit: WITHDRAWN_MAX });
    for (let start = 0; start < references.length; start += TOGETHER) {
      const records = await ledger.records(references.slice(start, start + TOGETHER));
      const waiting = records.filter((record) => record.state === "queued" || record.state === "held");
      const moves = waiting.map((record) =>
        ledger.move(record, endMove("cancelled", "withdrawn", patch), { ifVersion: record.version }),
      );
      withdrawn += (await Promise.all(moves)).filter(({ kind }) => kind === "moved").length;
    }
  }
  return withdrawn;
}
