import type { Campaign, CampaignHead, components } from "@surefill/sdk";
import { may, surefill } from "../api.js";
import { clockTime, count, money } from "../format.js";
import { useLoad } from "../load.js";
import { Chip } from "../parts/chip.js";
import { ErrorBox } from "../parts/error-box.js";
import { Stale } from "../parts/stale.js";
import { Table } from "../parts/table.js";
import { t } from "../text/catalogue.js";

const RUNNING = ["running", "paused", "scheduled", "completing", "cancelling"] as const;
/** More than these run at a time nowhere that one person watches; the list has them all. */
const CAMPAIGNS_MAX = 10;

/** What is going on: balance, campaigns, what needs a person, why nothing is sent. */
export function Home() {
  const balance = useLoad((signal) => surefill.operators.balance({ signal }), []);
  const campaigns = useLoad(runningCampaigns, []);
  const attention = useLoad(
    async (signal) => (await surefill.api.GET("/v1/attention", { params: { query: { limit: 1 } }, signal })).data,
    [],
  );
  const gates = useLoad(async (signal) => (await surefill.api.GET("/v1/gates", { signal })).data, []);
  const text = t().home;
  return (
    <>
      <h1>{text.title}</h1>
      <Stale loads={[balance, campaigns, attention, gates]} />
      <div class="tiles">
        <section>
          <h2>{text.balance}</h2>
          <ErrorBox error={balance.error} again={balance.reload} />
          {balance.data && <p class="big">{money(balance.data.balance, balance.data.currencyCode)}</p>}
          {balance.data && campaigns.data && <Pays balance={balance.data.balance} campaigns={campaigns.data} />}
        </section>
        <section>
          <h2>{text.needs}</h2>
          <ErrorBox error={attention.error} again={attention.reload} />
          {attention.data && <Needs counts={attention.data.counts} />}
        </section>
      </div>
      <section>
        <h2>{text.why}</h2>
        <ErrorBox error={gates.error} again={gates.reload} />
        {gates.data && <WhyNothing gates={gates.data} />}
      </section>
      <section>
        <h2>{text.running}</h2>
        <ErrorBox error={campaigns.error} again={campaigns.reload} />
        {campaigns.data && <Running campaigns={campaigns.data} />}
        {may("prepare") && (
          <p class="actions">
            <a class="button primary" href="/new-payment">
              {text.start}
            </a>
          </p>
        )}
      </section>
    </>
  );
}

async function runningCampaigns(signal: AbortSignal): Promise<Campaign[]> {
  const lists = await Promise.all(
    RUNNING.map(
      async (state) =>
        (await surefill.api.GET("/v1/campaigns", { params: { query: { state, limit: CAMPAIGNS_MAX } }, signal })).data,
    ),
  );
  const heads: CampaignHead[] = lists.flatMap((page) => page?.data ?? []).slice(0, CAMPAIGNS_MAX);
  return Promise.all(heads.map(({ id }) => surefill.campaigns.get(id, { signal })));
}

/** How many more recipients of what runs the balance pays, at the mean cost so far. */
function Pays({ balance, campaigns }: { balance: string; campaigns: readonly Campaign[] }) {
  const paid = campaigns.reduce((sum, { progress }) => sum + (progress?.rows.succeeded ?? 0), 0);
  const spent = campaigns.reduce((sum, { progress }) => sum + Number(progress?.money.confirmed ?? 0), 0);
  if (paid === 0 || spent === 0) return null;
  return <p>{t().home.pays(count(Math.floor(Number(balance) / (spent / paid))))}</p>;
}

function Needs({ counts }: { counts: components["schemas"]["AttentionPage"]["counts"] }) {
  const text = t().home;
  const kinds = [
    ["review", counts.review, text.review],
    ["paid-twice", counts.paidTwice, text.paidTwice],
    ["contradicted", counts.contradicted, text.contradicted],
  ] as const;
  if (kinds.every(([, number]) => number === 0)) return <p>{text.nobodyNeeded}</p>;
  return (
    <ul class="plain">
      {kinds
        .filter(([, number]) => number > 0)
        .map(([kind, number, name]) => (
          <li key={kind}>
            <a href={`/attention?kind=${kind}`}>
              <b>{count(number)}</b> {name}
            </a>
          </li>
        ))}
    </ul>
  );
}

function WhyNothing({ gates }: { gates: components["schemas"]["ClosedGates"] }) {
  const text = t().home;
  if (gates.data.length === 0) return <p>{text.nothingClosed}</p>;
  return (
    <ul class="plain">
      {gates.data.map(({ name, reason, since, nextTryAt, waiting, whatToDo }) => (
        <li key={name}>
          <b>{reason}</b> ({name.replace(/^gate:/, "")}; {text.since} {clockTime(since)}, {text.next}{" "}
          {clockTime(nextTryAt)}, {count(waiting)} {text.waiting}). {whatToDo}
        </li>
      ))}
    </ul>
  );
}

function Running({ campaigns }: { campaigns: readonly Campaign[] }) {
  const text = t().campaigns;
  return (
    <Table
      caption={t().home.running}
      rows={campaigns}
      keyOf={({ id }) => id}
      empty={t().home.noneRunning}
      columns={[
        { title: text.name, cell: ({ id, name }) => <a href={`/campaigns/${id}`}>{name ?? id}</a> },
        { title: text.state, cell: ({ state }) => <Chip state={state} /> },
        {
          title: text.rows,
          isNumber: true,
          cell: ({ rows }) => `${count(rows?.final ?? 0)} / ${count(rows?.planned ?? 0)}`,
        },
        {
          title: text.spent,
          isNumber: true,
          cell: ({ progress }) => money(progress?.money.confirmed, progress?.money.currency),
        },
        { title: text.rate, isNumber: true, cell: ({ progress }) => count(progress?.rate.now ?? 0) },
      ]}
    />
  );
}
