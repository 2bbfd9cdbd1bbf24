import type { Campaign, CampaignPatch } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { surefill } from "../../api.js";
import { count, money } from "../../format.js";
import { ErrorBox } from "../../parts/error-box.js";
import { Table } from "../../parts/table.js";
import { t } from "../../text/catalogue.js";
import { Checking } from "./checking.js";
import { repairsFor } from "./repairs.js";

type Plan = NonNullable<Campaign["plan"]>;

/** What the check found: numbers first, then what is wrong, grouped by how it is mended, each with one click and an undo. */
export function CheckStep(props: {
  campaign: Campaign;
  changed: (campaign: Campaign) => void;
  back: () => void;
  next: () => void;
}) {
  const { campaign, changed } = props;
  const [undone, setUndone] = useState<CampaignPatch[]>([]);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const text = t().wizard;
  const { plan } = campaign;
  const apply = async (patch: CampaignPatch) => {
    setBusy(true);
    setError(undefined);
    try {
      await surefill.campaigns.edit(campaign.id, patch, { ifVersion: campaign.version });
      changed(await surefill.campaigns.check(campaign.id));
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  const repair = (patch: CampaignPatch) => {
    const before = Object.fromEntries(
      Object.keys(patch.options ?? {}).map((key) => [key, campaign.options[key as keyof Campaign["options"]] ?? null]),
    );
    setUndone([...undone, { options: before } as CampaignPatch]);
    return apply(patch);
  };
  const undo = async () => {
    const last = undone.at(-1);
    if (last === undefined) return;
    setUndone(undone.slice(0, -1));
    await apply(last);
  };
  return (
    <div class="stack">
      {plan === null ? <p class="error">{campaign.check?.problem ?? text.noPlan}</p> : <PlanSums plan={plan} />}
      {isBusy && <Checking id={campaign.id} />}
      <ErrorBox error={error} />
      {plan && <Problems plan={plan} isBusy={isBusy} repair={repair} id={campaign.id} />}
      {plan && plan.assumptions.length > 0 && (
        <section>
          <h2>{text.assumptions}</h2>
          <ul>
            {plan.assumptions.map(({ assumption, meaning, rows }) => (
              <li key={assumption}>
                {meaning} ({count(rows)})
              </li>
            ))}
          </ul>
        </section>
      )}
      <p class="actions">
        <button type="button" onClick={props.back}>
          {text.edit}
        </button>
        {undone.length > 0 && (
          <button type="button" disabled={isBusy} onClick={undo}>
            {text.undo}
          </button>
        )}
        <button
          type="button"
          class="primary"
          disabled={isBusy || plan === null || plan.rows.planned === 0}
          onClick={props.next}
        >
          {text.next}
        </button>
      </p>
    </div>
  );
}

/** How many go, how many do not, and that they add up to the lines of the file. */
export function PlanSums({ plan: { rows, lines, total, balance, currency, byOperator } }: { plan: Plan }) {
  const text = t().wizard;
  return (
    <>
      <div class="tiles">
        <section>
          <p class="big">{count(rows.planned)}</p>
          <p>{text.good}</p>
        </section>
        <section>
          <p class="big">{count(rows.rejected)}</p>
          <p>{text.bad}</p>
        </section>
        <section>
          <p class="big">{money(total.cost, currency)}</p>
          <p>{text.cost}</p>
        </section>
        {balance && (
          <section>
            <p class="big">{money(balance.after, currency)}</p>
            <p>{text.after}</p>
          </section>
        )}
      </div>
      {lines && (
        <p>
          {text.adds(
            count(lines.total),
            count(lines.titles + lines.header + lines.separator),
            count(lines.empty),
            count(lines.rows),
          )}
        </p>
      )}
      <Table
        caption={text.cost}
        rows={byOperator}
        keyOf={({ operatorId }) => operatorId}
        empty={t().none}
        columns={[
          { title: t().topup.operator, cell: ({ name, countryCode }) => `${name} (${countryCode})` },
          { title: t().campaign.count, isNumber: true, cell: ({ rows: number }) => count(number) },
          { title: text.face, isNumber: true, cell: ({ face }) => money(face, currency) },
          { title: text.discount, isNumber: true, cell: ({ discount }) => money(discount, currency) },
          { title: text.fee, isNumber: true, cell: ({ fee }) => money(fee, currency) },
          { title: t().campaign.cost, isNumber: true, cell: ({ cost }) => money(cost, currency) },
        ]}
      />
    </>
  );
}

function Problems({
  plan,
  isBusy,
  repair,
  id,
}: {
  plan: Plan;
  isBusy: boolean;
  repair: (patch: CampaignPatch) => void;
  id: string;
}) {
  const text = t().wizard;
  if (plan.problems.length === 0) return null;
  return (
    <section>
      <h2>{text.problems}</h2>
      {plan.problems.map((group) => (
        <article class="card" key={group.repair}>
          <h3>
            {count(group.rows)} · {group.action}
          </h3>
          <ul>
            {group.samples.slice(0, 3).map(({ line, value, hint }) => (
              <li key={line}>
                {t().campaign.line} {line}: <code>{value}</code> {hint}
              </li>
            ))}
          </ul>
          <p class="actions">
            {repairsFor(group.repair).map(({ name, patch, asks }) => (
              <Repair key={name} name={name} asks={asks} isBusy={isBusy} apply={(answer) => repair(patch(answer))} />
            ))}
          </p>
        </article>
      ))}
      <p>
        <a class="button" href={`/v1/campaigns/${id}/problems.csv`} download target="_self">
          {text.download}
        </a>
      </p>
    </section>
  );
}

/** One click, or one small question and a click. */
function Repair({
  name,
  asks,
  isBusy,
  apply,
}: {
  name: string;
  asks: string | undefined;
  isBusy: boolean;
  apply: (answer: string) => void;
}) {
  const [answer, setAnswer] = useState("");
  return (
    <>
      {asks && (
        <input
          aria-label={asks}
          placeholder={asks}
          size={12}
          value={answer}
          onInput={({ currentTarget }) => setAnswer(currentTarget.value)}
        />
      )}
      <button type="button" disabled={isBusy || (asks !== undefined && answer === "")} onClick={() => apply(answer)}>
        {name}
      </button>
    </>
  );
}
