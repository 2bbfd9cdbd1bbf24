import { surefill } from "../api.js";
import { clockTime, count } from "../format.js";
import { useLoad } from "../load.js";
import { ErrorBox } from "../parts/error-box.js";
import { Stale } from "../parts/stale.js";
import { Table } from "../parts/table.js";
import { t } from "../text/catalogue.js";

/** Every closed gate: what it holds back, why, since when, until when, and what to do. */
export function Gates() {
  const gates = useLoad(
    async (signal) => (await surefill.api.GET("/v1/gates", { params: { query: { limit: 100 } }, signal })).data,
    [],
  );
  const text = t().gates;
  return (
    <>
      <h1>{text.title}</h1>
      <p>{text.intro}</p>
      <Stale loads={[gates]} />
      <ErrorBox error={gates.error} again={gates.reload} />
      {gates.data && (
        <Table
          caption={text.title}
          rows={gates.data.data}
          keyOf={({ name }) => name}
          empty={text.none}
          columns={[
            { title: text.name, cell: ({ gates: which, name }) => <span title={name}>{which}</span> },
            { title: text.why, cell: ({ reason, code }) => `${reason} (${code})` },
            { title: text.since, cell: ({ since }) => clockTime(since) },
            { title: text.next, cell: ({ nextTryAt }) => clockTime(nextTryAt) },
            { title: text.waiting, isNumber: true, cell: ({ waiting }) => count(waiting) },
            { title: text.todo, cell: ({ whatToDo }) => whatToDo },
          ]}
        />
      )}
    </>
  );
}
