import { surefill } from "../api.js";
import { count, moment } from "../format.js";
import { useLoad } from "../load.js";
import { Chip } from "../parts/chip.js";
import { ErrorBox } from "../parts/error-box.js";
import { Stale } from "../parts/stale.js";
import { Pager, Table } from "../parts/table.js";
import { useQuery } from "../query.js";
import { t } from "../text/catalogue.js";

/** Every campaign, the newest first. */
export function Campaigns() {
  const [{ cursor }, change] = useQuery();
  const page = useLoad(
    async (signal) =>
      (await surefill.api.GET("/v1/campaigns", { params: { query: { limit: 50, ...(cursor && { cursor }) } }, signal }))
        .data,
    [cursor],
  );
  const text = t().campaigns;
  return (
    <>
      <h1>{text.title}</h1>
      <Stale loads={[page]} />
      <ErrorBox error={page.error} again={page.reload} />
      {page.data && (
        <Table
          caption={text.title}
          rows={page.data.data}
          keyOf={({ id }) => id}
          empty={text.empty}
          columns={[
            { title: text.name, cell: ({ id, name }) => <a href={`/campaigns/${id}`}>{name ?? id}</a> },
            { title: text.state, cell: ({ state }) => <Chip state={state} /> },
            {
              title: text.rows,
              isNumber: true,
              cell: ({ rows }) => (rows === null ? "–" : `${count(rows.final)} / ${count(rows.planned)}`),
            },
            { title: text.created, cell: ({ createdAt }) => moment(createdAt) },
            { title: text.by, cell: ({ createdBy }) => createdBy ?? "–" },
          ]}
        />
      )}
      <Pager cursor={cursor} next={page.data?.nextCursor} go={(next) => change({ cursor: next })} />
    </>
  );
}
