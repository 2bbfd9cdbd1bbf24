import type { components, TopupWithHistory } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { may, session, surefill } from "../api.js";
import { count, moment, money } from "../format.js";
import { useLoad } from "../load.js";
import { Chip } from "../parts/chip.js";
import { ErrorBox } from "../parts/error-box.js";
import { Stale } from "../parts/stale.js";
import { Pager } from "../parts/table.js";
import { useQuery } from "../query.js";
import { t } from "../text/catalogue.js";

type Item = components["schemas"]["AttentionPage"]["data"][number];
type ReviewOf = NonNullable<TopupWithHistory["review"]>;
type Verdict = components["schemas"]["Verdict"];

const KINDS = ["review", "paid-twice", "contradicted"] as const;

/** Everything that waits for a person: reviews, what was paid twice, what Reloadly shows in another way. */
export function Attention() {
  const [{ kind, cursor }, change] = useQuery();
  const chosen = KINDS.find((known) => known === kind);
  const page = useLoad(
    async (signal) => {
      const query = { limit: 20, ...(chosen && { kind: chosen }), ...(cursor && { cursor }) };
      return (await surefill.api.GET("/v1/attention", { params: { query }, signal })).data;
    },
    [chosen, cursor],
  );
  const text = t().attention;
  const { home } = t();
  const counts = page.data?.counts;
  const names = {
    review: [home.review, counts?.review],
    "paid-twice": [home.paidTwice, counts?.paidTwice],
    contradicted: [home.contradicted, counts?.contradicted],
  } as const;
  return (
    <>
      <h1>{text.title}</h1>
      <p class="actions">
        {KINDS.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === chosen}
            onClick={() => change({ kind: one === chosen ? undefined : one, cursor: undefined })}
          >
            {names[one][0]}: {count(names[one][1] ?? 0)}
          </button>
        ))}
      </p>
      <Stale loads={[page]} />
      <ErrorBox error={page.error} again={page.reload} />
      {page.data?.data.length === 0 && <p class="empty">{text.none}</p>}
      {page.data?.data.map((item) => (
        <Card key={`${item.kind} ${item.topup.reference}`} item={item} reload={page.reload} />
      ))}
      <Pager cursor={cursor} next={page.data?.nextCursor} go={(next) => change({ cursor: next })} />
    </>
  );
}

function Card({ item: { kind, topup, whatToDo }, reload }: { item: Item; reload: () => void }) {
  const text = t().attention;
  return (
    <article class="card">
      <h2>
        <a href={`/topups/${encodeURIComponent(topup.reference)}`}>{topup.reference}</a> <Chip state={topup.state} />
      </h2>
      <p>
        {topup.recipientPhone ? `+${topup.recipientPhone.number}` : topup.recipientEmail} · {topup.amount} ·{" "}
        {moment(topup.enteredAt)}
      </p>
      {topup.extraDebits?.transactions.map(({ transactionId, status, cost, costCurrency }) => (
        <p key={transactionId}>
          {transactionId}: {status}, {money(cost, costCurrency)}
        </p>
      ))}
      <p>
        <b>{text.whatToDo}:</b> {whatToDo}
      </p>
      {may("resolve") &&
        (kind === "review" ? (
          <Review reference={topup.reference} done={reload} />
        ) : (
          <Accept reference={topup.reference} done={reload} />
        ))}
    </article>
  );
}

/** The evidence is read when the card is shown, and the verdict that it supports is chosen beforehand. */
function Review({ reference, done }: { reference: string; done: () => void }) {
  const { data, error, reload } = useLoad((signal) => surefill.topups.get(reference, { signal }), [reference], {
    isLive: false,
  });
  if (data?.review === undefined) return <ErrorBox error={error} again={reload} />;
  return (
    <>
      <Evidence review={data.review} />
      <Decide reference={reference} suggestion={data.review.suggestion} done={done} />
    </>
  );
}

function Evidence({ review: { attempts, lookups, failed } }: { review: ReviewOf }) {
  const text = t().attention;
  return (
    <ul>
      {attempts.map(({ attempt, customIdentifier, requests, transactionIds }) => (
        <li key={attempt}>
          {text.attempt(count(attempt), customIdentifier, count(requests.length))} {transactionIds.join(", ")}
        </li>
      ))}
      <li>{text.lookups(count(lookups.withoutResult))}</li>
      {failed.map(({ transactionId, until }) => (
        <li key={transactionId}>{text.failedUntil(String(transactionId), moment(until))}</li>
      ))}
    </ul>
  );
}

function Decide({
  reference,
  suggestion,
  done,
}: {
  reference: string;
  suggestion: ReviewOf["suggestion"];
  done: () => void;
}) {
  const [verdict, setVerdict] = useState<string>(suggestion.verdict ?? "failed");
  const [transactionId, setTransactionId] = useState(String(suggestion.transactionId ?? ""));
  const [isForced, setForced] = useState(false);
  const text = t().attention;
  const decide = (reason: string, by: string) => {
    const common = { reason, by, ...(isForced && { force: true }) };
    const body = verdict === "succeeded" ? { verdict, transactionId, ...common } : { verdict, ...common };
    return surefill.topups.resolve(reference, body as Verdict);
  };
  return (
    <Reasoned submit={text.decide} act={decide} done={done}>
      <p>
        {text.suggestion}: <b>{text.resolve[suggestion.verdict ?? ""] ?? "–"}</b>. {suggestion.reason}
      </p>
      <label>
        {text.verdict}
        <select value={verdict} onChange={({ currentTarget }) => setVerdict(currentTarget.value)}>
          {Object.entries(text.resolve).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {verdict === "succeeded" && (
        <label>
          {t().topup.transaction}
          <input
            required
            inputMode="numeric"
            value={transactionId}
            onInput={({ currentTarget }) => setTransactionId(currentTarget.value)}
          />
        </label>
      )}
      {may("force") && verdict !== "resubmit" && (
        <label class="check">
          <input
            type="checkbox"
            checked={isForced}
            onChange={({ currentTarget }) => setForced(currentTarget.checked)}
          />{" "}
          {text.insist}
        </label>
      )}
    </Reasoned>
  );
}

function Accept({ reference, done }: { reference: string; done: () => void }) {
  const accept = (reason: string, by: string) =>
    surefill.api.POST("/v1/topups/{reference}/accept-contradiction", {
      params: { path: { reference } },
      body: { reason, by },
    });
  return <Reasoned submit={t().attention.accept} act={accept} done={done} />;
}

/** A command that goes into the record with a name and a reason. */
function Reasoned(props: {
  submit: string;
  act: (reason: string, by: string) => Promise<unknown>;
  done: () => void;
  children?: preact.ComponentChildren;
}) {
  const [reason, setReason] = useState("");
  const [by, setBy] = useState(session.value?.user ?? "");
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const text = t().attention;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await props.act(reason, by);
      props.done();
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  return (
    <form class="row" onSubmit={submit}>
      {props.children}
      <label>
        {text.reason}
        <input required value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
      </label>
      <label>
        {text.by}
        <input required value={by} onInput={({ currentTarget }) => setBy(currentTarget.value)} />
      </label>
      <button type="submit" class="primary" disabled={isBusy}>
        {props.submit}
      </button>
      <ErrorBox error={error} />
    </form>
  );
}
