import type { Campaign, components } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { may, surefill } from "../api.js";
import { clockTime, count, moment, money } from "../format.js";
import { useLoad } from "../load.js";
import { Chart } from "../parts/chart.js";
import { Chip } from "../parts/chip.js";
import { Confirm, type Question } from "../parts/confirm.js";
import { ErrorBox } from "../parts/error-box.js";
import { Stale } from "../parts/stale.js";
import { Table } from "../parts/table.js";
import { t } from "../text/catalogue.js";
import { MoneyBar, RowBar } from "./campaign-bars.js";
import { CampaignRows } from "./campaign-rows.js";

type Progress = NonNullable<Campaign["progress"]>;

/** Above this planned cost a person types the campaign's name before money moves, or stops for good. */
export const TYPED_FROM = 1_000;

/** One campaign: money, rows, why rows wait, its controls, its rows, its results. */
export function CampaignPage() {
  const { id = "" } = useRoute().params;
  const load = useLoad((signal) => surefill.campaigns.get(id, { signal }), [id]);
  const campaign = load.data;
  return (
    <>
      <Stale loads={[load]} />
      <ErrorBox error={load.error} again={load.reload} />
      {campaign && <Shown campaign={campaign} reload={load.reload} />}
    </>
  );
}

function Shown({ campaign, reload }: { campaign: Campaign; reload: () => void }) {
  const { id, name, state, progress } = campaign;
  const text = t().campaign;
  return (
    <>
      <h1>
        {name ?? id} <Chip state={state} />
      </h1>
      <Controls campaign={campaign} reload={reload} />
      {progress && (
        <>
          <PaidTwice paidTwice={progress.paidTwice} currency={progress.money.currency} />
          <section>
            <h2>{text.money}</h2>
            <MoneyBar money={progress.money} />
          </section>
          <section>
            <h2>{text.rows}</h2>
            <RowBar rows={progress.rows} />
            {!campaign.over && <Pace progress={progress} />}
          </section>
          {!campaign.over && <Waits progress={progress} />}
          <Series id={id} />
          <Failures failures={progress.failures} />
        </>
      )}
      {campaign.plan && <Files id={id} />}
      {campaign.plan && <CampaignRows id={id} />}
      <History history={campaign.history} />
    </>
  );
}

function Controls({ campaign, reload }: { campaign: Campaign; reload: () => void }) {
  const [question, setQuestion] = useState<Question>();
  const questions = questionsAbout(campaign);
  if (questions.length === 0 || !may("control")) return null;
  return (
    <>
      <p class="actions">
        {questions.map((one) => (
          <button key={one.yes} type="button" onClick={() => setQuestion(one)}>
            {one.yes}
          </button>
        ))}
      </p>
      {question && (
        <Confirm
          question={question}
          close={() => {
            setQuestion(undefined);
            reload();
          }}
        />
      )}
    </>
  );
}

/** What can be done in the campaign's state, each with what it will do. */
function questionsAbout({ id, name, state, version, progress, plan, repriced }: Campaign): Question[] {
  const text = t().campaign;
  const rows = progress?.rows;
  const inFlight = count(rows?.inFlight ?? 0);
  const open = count((rows?.planned ?? 0) - (rows?.final ?? 0) - (rows?.inFlight ?? 0));
  const isLarge = Number(plan?.total.cost ?? 0) >= TYPED_FROM;
  const title = name ?? id;
  const pause = { title, yes: text.pause, says: text.pauseSays(inFlight), act: () => surefill.campaigns.pause(id) };
  const planHash = repriced && !repriced.agreed ? { planHash: repriced.planHash } : {};
  const resume = {
    title,
    yes: text.resume,
    says: text.resumeSays,
    act: () => surefill.campaigns.resume(id, { ifVersion: version, ...planHash }),
  };
  const cancel = {
    title,
    yes: text.cancel,
    says: text.cancelSays(open, inFlight),
    act: () => surefill.campaigns.cancel(id),
    ...(isLarge && { typed: title }),
  };
  switch (state) {
    case "running":
      return [pause, cancel];
    case "paused":
      return [resume, cancel];
    case "scheduled":
      return [cancel];
    default:
      return [];
  }
}

function PaidTwice({ paidTwice, currency }: { paidTwice: Progress["paidTwice"]; currency: string }) {
  if (paidTwice.rows === 0) return null;
  return (
    <p class="error" role="alert">
      <a href="/attention?kind=paid-twice">
        {t().campaign.paidTwice(count(paidTwice.rows), money(paidTwice.cost, currency))}
      </a>
    </p>
  );
}

function Pace({ progress: { rate, eta } }: { progress: Progress }) {
  const text = t().campaign;
  return (
    <dl class="facts">
      <dt>{text.rate}</dt>
      <dd>
        {count(rate.now)} / {count(rate.limit)}
      </dd>
      <dt>{text.eta}</dt>
      <dd>{eta ? text.etaRange(clockTime(eta.earliest), clockTime(eta.latest)) : text.etaNone}</dd>
    </dl>
  );
}

function Waits({ progress: { waitsFor, rowsWait } }: { progress: Progress }) {
  const text = t().campaign;
  const until = (time: string | null) => (time === null ? "" : ` (${text.until} ${clockTime(time)})`);
  return (
    <section>
      <h2>{text.waits}</h2>
      {waitsFor.length + rowsWait.length === 0 && <p>{text.waitsNone}</p>}
      <ul class="plain">
        {waitsFor.map(({ what, until: time, detail, text: said }) => (
          <li key={what}>
            {said ?? detail ?? what}
            {until(time)}
          </li>
        ))}
        {rowsWait.map(({ why, until: time, text: said }) => (
          <li key={why}>
            {said}
            {until(time)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Series({ id }: { id: string }) {
  const load = useLoad(
    async (signal) => (await surefill.api.GET("/v1/campaigns/{id}/series", { params: { path: { id } }, signal })).data,
    [id],
  );
  const text = t().campaign;
  const points = (load.data?.points ?? []).map(({ at, succeeded, failed, rejected, refunded, spent }) => ({
    time: moment(at),
    values: [succeeded, failed + rejected + refunded],
    cells: [count(succeeded), count(failed + rejected + refunded), money(spent, load.data?.currency)],
  }));
  return <Chart title={text.chart} series={[text.succeeded, text.failed, text.spent]} points={points} />;
}

function Failures({ failures }: { failures: Progress["failures"] }) {
  const text = t().campaign;
  if (failures.length === 0) return null;
  return (
    <section>
      <h2>{text.failures}</h2>
      <Table
        caption={text.failures}
        rows={failures}
        keyOf={({ code, operatorId }) => `${code} ${operatorId}`}
        empty={t().none}
        columns={[
          { title: text.failureClass, cell: ({ class: kind }) => kind },
          { title: text.code, cell: ({ code }) => code },
          { title: text.operator, cell: ({ operator, operatorId }) => operator ?? operatorId },
          { title: text.count, isNumber: true, cell: ({ rows }) => count(rows) },
        ]}
      />
    </section>
  );
}

function Files({ id }: { id: string }) {
  const text = t().campaign;
  const base = `/v1/campaigns/${id}`;
  return (
    <section>
      <h2>{text.results}</h2>
      <p class="actions">
        <a class="button" href={`${base}/results.csv`} download target="_self">
          {text.resultsCsv}
        </a>
        <a class="button" href={`${base}/results.xlsx`} download target="_self">
          {text.resultsXlsx}
        </a>
        <a class="button" href={`${base}/problems.csv`} download target="_self">
          {text.problems}
        </a>
      </p>
    </section>
  );
}

function History({ history }: { history: components["schemas"]["Campaign"]["history"] }) {
  const text = t().campaign;
  return (
    <section>
      <h2>{text.history}</h2>
      <Table
        caption={text.history}
        rows={history}
        keyOf={({ at, command }) => `${at} ${command}`}
        empty={t().none}
        columns={[
          { title: text.time, cell: ({ at }) => moment(at) },
          { title: text.command, cell: ({ command }) => command },
          { title: t().campaigns.state, cell: ({ to }) => <Chip state={to} /> },
          { title: text.who, cell: ({ key }) => key ?? "–" },
        ]}
      />
    </section>
  );
}
