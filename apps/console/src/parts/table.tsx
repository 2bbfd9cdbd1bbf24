import type { ComponentChildren } from "preact";
import { t } from "../text/catalogue.js";

/** A column: its title, and what stands in it. */
export type Column<Row> = { title: string; cell: (row: Row) => ComponentChildren; isNumber?: boolean };

/** A table of rows. `empty` stands there when there are none. */
export function Table<Row>(props: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  empty: ComponentChildren;
}) {
  const { caption, columns, rows, keyOf, empty } = props;
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and the keyboard must be able to scroll it.
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber }) => (
              <th key={title} scope="col" class={isNumber ? "number" : ""}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ title, cell, isNumber }) => (
                <td key={title} class={isNumber ? "number" : ""}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** To the next page of a list, and back to the first. Where it is stands in the URL. */
export function Pager({
  cursor,
  next,
  go,
}: {
  cursor: string | undefined;
  next: string | null | undefined;
  go: (cursor: string | undefined) => void;
}) {
  if (!cursor && !next) return null;
  return (
    <p class="actions">
      {cursor && (
        <button type="button" onClick={() => go(undefined)}>
          {t().table.first}
        </button>
      )}
      {next && (
        <button type="button" onClick={() => go(next)}>
          {t().table.next}
        </button>
      )}
    </p>
  );
}
