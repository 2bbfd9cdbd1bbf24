import type { Topup } from "@surefill/sdk";
import { money } from "../format.js";
import { t } from "../text/catalogue.js";
import { Chip } from "./chip.js";
import { Table } from "./table.js";

/** Top-ups as a list, each a link to its page. */
export function TopupTable({ caption, topups }: { caption: string; topups: readonly Topup[] }) {
  const text = t().topup;
  return (
    <Table
      caption={caption}
      rows={topups}
      keyOf={({ reference }) => reference}
      empty={t().none}
      columns={[
        {
          title: text.title,
          cell: ({ reference }) => <a href={`/topups/${encodeURIComponent(reference)}`}>{reference}</a>,
        },
        { title: text.recipient, cell: recipientOf },
        { title: text.amount, isNumber: true, cell: ({ amount }) => amount },
        {
          title: text.cost,
          isNumber: true,
          cell: ({ settlement }) => money(settlement?.cost, settlement?.costCurrency),
        },
        { title: text.state, cell: ({ state }) => <Chip state={state} /> },
      ]}
    />
  );
}

/** Who is topped up, as far as the API shows it. */
export function recipientOf({ recipientPhone, recipientEmail }: Topup): string {
  return recipientPhone ? `+${recipientPhone.number}` : (recipientEmail ?? "–");
}
