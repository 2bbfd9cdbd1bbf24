import type { Campaign } from "@surefill/sdk";
import { count, money } from "../format.js";
import { Bar } from "../parts/bar.js";
import { t } from "../text/catalogue.js";

type Progress = NonNullable<Campaign["progress"]>;

/** Where the money is: paid, with the provider, not confirmed, still to come, left of the budget. */
export function MoneyBar({ money: sums }: { money: Progress["money"] }) {
  const text = t().campaign;
  const { currency, confirmed, inFlight, atRisk, toCome, left, budget } = sums;
  const part = (name: string, amount: string | null, tone: "good" | "busy" | "warn" | "rest") => ({
    name,
    share: Math.max(0, Number(amount ?? 0)),
    shown: money(amount, currency),
    tone,
  });
  return (
    <>
      <Bar
        label={text.money}
        parts={[
          part(text.confirmed, confirmed, "good"),
          part(text.inFlight, inFlight, "busy"),
          part(text.atRisk, atRisk, "warn"),
          budget === null ? part(text.toCome, toCome, "rest") : part(text.left, left, "rest"),
        ]}
      />
      <p>
        {text.budget}: {budget === null ? text.noBudget : money(budget, currency)}
      </p>
    </>
  );
}

/** Where the rows are. What a screen reader hears changes in steps of a tenth, not with each row. */
export function RowBar({ rows }: { rows: Progress["rows"] }) {
  const text = t().campaign;
  const { state } = t();
  const bad = rows.failed + rows.rejected + rows.refunded + rows.review;
  const waiting = rows.waiting + rows.queued + rows.held + rows.parked;
  const part = (name: string, share: number, tone: "good" | "busy" | "warn" | "bad" | "rest") => ({
    name,
    share,
    shown: count(share),
    tone,
  });
  const tenth = Math.floor((rows.final / Math.max(1, rows.planned)) * 10) * 10;
  return (
    <>
      <Bar
        label={text.final(count(rows.final), count(rows.planned))}
        parts={[
          part(state["succeeded"] ?? "", rows.succeeded, "good"),
          part(text.inFlight, rows.submitting + rows.processing, "busy"),
          part(state["unknown"] ?? "", rows.unknown, "warn"),
          part(text.failed, bad, "bad"),
          part(state["waiting"] ?? "", waiting, "rest"),
        ]}
      />
      <p>{text.final(count(rows.final), count(rows.planned))}</p>
      <p class="unseen" role="status">
        {tenth} %
      </p>
    </>
  );
}
