import type { TopupWithHistory } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { may, surefill } from "../api.js";
import { moment, money } from "../format.js";
import { useLoad } from "../load.js";
import { Chip } from "../parts/chip.js";
import { Confirm } from "../parts/confirm.js";
import { ErrorBox } from "../parts/error-box.js";
import { Stale } from "../parts/stale.js";
import { Table } from "../parts/table.js";
import { recipientOf } from "../parts/topup-table.js";
import { t } from "../text/catalogue.js";

/** One top-up: what it is, what it cost, and all that happened to it. */
export function TopupPage() {
  const { reference = "" } = useRoute().params;
  const load = useLoad((signal) => surefill.topups.get(reference, { signal }), [reference]);
  return (
    <>
      <Stale loads={[load]} />
      <ErrorBox error={load.error} again={load.reload} />
      {load.data && <Shown topup={load.data} reload={load.reload} />}
    </>
  );
}

function Shown({ topup, reload }: { topup: TopupWithHistory; reload: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const { reference, state, hold } = topup;
  const text = t().topup;
  const canWithdraw = may("send") && (state === "queued" || (state === "held" && hold?.reason !== "failed"));
  return (
    <>
      <h1>
        {reference} <Chip state={state} />
      </h1>
      {hold && (
        <p class="warning">
          {hold.explanation} {hold.until && `${t().campaign.until} ${moment(hold.until)}.`} {hold.gate?.whatToDo}
        </p>
      )}
      <ExtraDebits topup={topup} />
      {canWithdraw && (
        <p class="actions">
          <button type="button" onClick={() => setAsking(true)}>
            {text.cancel}
          </button>
        </p>
      )}
      {isAsking && (
        <Confirm
          question={{
            title: reference,
            says: text.cancel,
            yes: text.cancel,
            act: () => surefill.topups.cancel(reference),
          }}
          close={() => {
            setAsking(false);
            reload();
          }}
        />
      )}
      <Facts topup={topup} />
      <History topup={topup} />
    </>
  );
}

function ExtraDebits({ topup: { extraDebits, accepted } }: { topup: TopupWithHistory }) {
  if (extraDebits === null) return null;
  return (
    <div class="error">
      <strong>{t().topup.extra}</strong>
      <ul>
        {extraDebits.transactions.map(({ transactionId, status, cost, costCurrency }) => (
          <li key={transactionId}>
            {transactionId}: {status}, {money(cost, costCurrency)}
          </li>
        ))}
      </ul>
      {accepted ? (
        <p>
          {accepted.by}: {accepted.reason}
        </p>
      ) : (
        <a href="/attention?kind=paid-twice">{t().attention.title}</a>
      )}
    </div>
  );
}

function Facts({ topup }: { topup: TopupWithHistory }) {
  const { amount, operatorId, settlement, customIdentifier, transactionId, campaign } = topup;
  const text = t().topup;
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    [text.recipient, recipientOf(topup)],
    [text.amount, amount],
    [text.operator, operatorId ?? "–"],
    [text.cost, money(settlement?.cost, settlement?.costCurrency)],
    [text.delivered, money(settlement?.delivered, settlement?.deliveredCurrency)],
    [text.identifier, customIdentifier],
    [text.transaction, transactionId ?? "–"],
    [
      text.campaign,
      campaign === undefined ? (
        "–"
      ) : campaign.startsWith("cmp_") ? (
        <a href={`/campaigns/${campaign}`}>{campaign}</a>
      ) : (
        campaign
      ),
    ],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt key={name}>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

function History({ topup: { history } }: { topup: TopupWithHistory }) {
  const text = t().topup;
  return (
    <Table
      caption={text.history}
      rows={history}
      keyOf={({ at, from, to, because }) => `${at} ${from} ${to} ${because}`}
      empty={t().none}
      columns={[
        { title: text.when, cell: ({ at }) => moment(at) },
        { title: text.what, cell: ({ to }) => <Chip state={to} /> },
        {
          title: text.why,
          cell: ({ because, code, note }) => [because.replaceAll("-", " "), code, note].filter(Boolean).join(": "),
        },
        { title: t().campaign.who, cell: ({ by, key }) => [by, key].filter(Boolean).join(", ") },
      ]}
    />
  );
}
