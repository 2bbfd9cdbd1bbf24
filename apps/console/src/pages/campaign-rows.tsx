import { surefill } from "../api.js";
import { money } from "../format.js";
import { useLoad } from "../load.js";
import { Chip } from "../parts/chip.js";
import { ErrorBox } from "../parts/error-box.js";
import { Pager, Table } from "../parts/table.js";
import { useQuery } from "../query.js";
import { t } from "../text/catalogue.js";

/** The states that rows can be looked for by. */
const STATES = [
  "succeeded",
  "failed",
  "rejected",
  "refunded",
  "processing",
  "unknown",
  "held",
  "parked",
  "review",
  "waiting",
  "not-sent",
] as const;

/** The rows of a campaign, fifty at a time, read by the server; filter and place stand in the URL. */
export function CampaignRows({ id }: { id: string }) {
  const [{ state, cursor }, change] = useQuery();
  const chosen = STATES.find((known) => known === state);
  const page = useLoad(
    async (signal) => {
      const query = { limit: 50, ...(chosen && { state: chosen }), ...(cursor && { cursor }) };
      return (await surefill.api.GET("/v1/campaigns/{id}/rows", { params: { path: { id }, query }, signal })).data;
    },
    [id, chosen, cursor],
  );
  const text = t().campaign;
  return (
    <section>
      <h2>{text.rowsTitle}</h2>
      <label>
        {t().campaigns.state}
        <select
          value={chosen ?? ""}
          onChange={({ currentTarget }) => change({ state: currentTarget.value, cursor: undefined })}
        >
          <option value="">{text.all}</option>
          {STATES.map((one) => (
            <option key={one} value={one}>
              {t().state[one]}
            </option>
          ))}
        </select>
      </label>
      <ErrorBox error={page.error} again={page.reload} />
      {page.data && (
        <Table
          caption={text.rowsTitle}
          rows={page.data.data}
          keyOf={({ row }) => row}
          empty={t().none}
          columns={[
            { title: text.line, isNumber: true, cell: ({ line, row }) => line ?? row },
            {
              title: text.recipient,
              cell: ({ reference, phone, email }) =>
                reference === null ? (
                  (phone ?? email ?? "–")
                ) : (
                  <a href={`/topups/${encodeURIComponent(reference)}`}>{phone ?? email ?? reference}</a>
                ),
            },
            { title: text.amount, isNumber: true, cell: ({ amount }) => amount ?? "–" },
            { title: text.cost, isNumber: true, cell: ({ cost, costCurrency }) => money(cost, costCurrency) },
            { title: t().campaigns.state, cell: ({ state: one }) => <Chip state={one} /> },
            { title: text.reason, cell: ({ reason, problems }) => problems[0]?.hint ?? reason ?? "" },
          ]}
        />
      )}
      <Pager cursor={cursor} next={page.data?.nextCursor} go={(next) => change({ cursor: next })} />
    </section>
  );
}
