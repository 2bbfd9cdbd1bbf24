import type { WebhookDelivery } from "@surefill/sdk";
import { useState } from "preact/hooks";
import { useRoute } from "preact-iso";
import { surefill } from "../api.js";
import { count, moment } from "../format.js";
import { useLoad } from "../load.js";
import { ErrorBox } from "../parts/error-box.js";
import { Stale } from "../parts/stale.js";
import { Pager, Table } from "../parts/table.js";
import { useQuery } from "../query.js";
import { t } from "../text/catalogue.js";

/** The endpoints that events are sent to, and the deliveries of the one that was chosen. */
export function Webhooks() {
  const { id } = useRoute().params;
  const endpoints = useLoad((signal) => surefill.webhookEndpoints.list({ signal }), []);
  const text = t().webhooks;
  return (
    <>
      <h1>{text.title}</h1>
      <Stale loads={[endpoints]} />
      <ErrorBox error={endpoints.error} again={endpoints.reload} />
      {endpoints.data && (
        <Table
          caption={text.title}
          rows={endpoints.data}
          keyOf={({ id: one }) => one}
          empty={text.none}
          columns={[
            { title: text.url, cell: ({ id: one, url }) => <a href={`/webhooks/${one}`}>{url}</a> },
            {
              title: text.state,
              cell: ({ state, disabledReason }) => [state, disabledReason].filter(Boolean).join(": "),
            },
            {
              title: text.events,
              cell: ({ eventTypes }) => (Array.isArray(eventTypes) ? eventTypes.join(", ") : (eventTypes ?? "all")),
            },
            { title: t().campaign.failures, isNumber: true, cell: ({ failures }) => count(failures) },
          ]}
        />
      )}
      {id && <Deliveries id={id} />}
    </>
  );
}

function Deliveries({ id }: { id: string }) {
  const [{ cursor }, change] = useQuery();
  const page = useLoad(
    async (signal) => {
      const params = { path: { id }, query: { limit: 50, ...(cursor && { cursor }) } };
      return (await surefill.api.GET("/v1/webhook-endpoints/{id}/deliveries", { params, signal })).data;
    },
    [id, cursor],
  );
  const [error, setError] = useState<unknown>();
  const [isAsked, setAsked] = useState(false);
  const ask = (call: Promise<unknown>) => {
    setError(undefined);
    call.then(() => setAsked(true), setError);
  };
  const text = t().webhooks;
  return (
    <section>
      <h2>{text.deliveries}</h2>
      <p class="actions">
        <button type="button" onClick={() => ask(surefill.webhookEndpoints.test(id))}>
          {text.test}
        </button>
        <span role="status">{isAsked && text.sent}</span>
      </p>
      <ErrorBox error={error ?? page.error} again={page.reload} />
      {page.data && (
        <Table
          caption={text.deliveries}
          rows={page.data.data}
          keyOf={({ eventId }) => eventId}
          empty={t().none}
          columns={[
            { title: text.event, cell: ({ type }) => type },
            { title: text.state, cell: ({ state }) => state },
            { title: text.time, cell: ({ attempts }) => moment(attempts.at(-1)?.at) },
            { title: text.status, cell: lastAnswer },
            { title: text.attempts, isNumber: true, cell: ({ attemptCount }) => count(attemptCount) },
            {
              title: text.redeliver,
              cell: ({ eventId }) => (
                <button type="button" onClick={() => ask(surefill.webhookEndpoints.redeliver(id, eventId))}>
                  {text.redeliver}
                </button>
              ),
            },
          ]}
        />
      )}
      <Pager cursor={cursor} next={page.data?.nextCursor} go={(next) => change({ cursor: next })} />
    </section>
  );
}

function lastAnswer({ attempts }: WebhookDelivery): string {
  const last = attempts.at(-1);
  return [last?.status ?? last?.outcome, last?.code ?? last?.reason].filter(Boolean).join(": ");
}
