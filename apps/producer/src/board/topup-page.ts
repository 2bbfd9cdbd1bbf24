import { referenceSchema } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import { type Html, html, page } from "../http/html.js";
import type { HttpResult } from "../http/result.js";
import { type HistoryView, historyView, maskedTopupView, type TopupView } from "../topups/topup-view.js";

/** Where the page of a top-up is. */
export function topupPagePath(reference: string): string {
  return `/admin/topups/${encodeURIComponent(reference)}`;
}

/** `GET /admin/topups/{reference}`: a top-up and its history, to read. Recipients are masked. */
export const getTopupPage =
  (deps: { ledger: Pick<Ledger, "look" | "history"> }) =>
  async ({ reference: given }: { reference: string }): Promise<HttpResult> => {
    const reference = referenceSchema.safeParse(given);
    if (!reference.success) return notFound();
    const [looked, history] = await Promise.all([
      deps.ledger.look(reference.data),
      deps.ledger.history(reference.data),
    ]);
    if (looked === undefined) return notFound();
    const view = maskedTopupView(looked.record);
    return page(
      view.reference,
      html`<p><a href="/admin/queues/">Queues</a></p>
<h1>${view.reference}</h1>
${factsTable(view)}
<h2>History</h2>
${historyTable(history.map(historyView))}`,
    );
  };

function notFound(): HttpResult {
  const body = html`<h1>There is no such top-up</h1>
<p>Nothing was accepted under this reference. A job that another service put into the queue makes its top-up only when
a worker takes it; one whose data is not valid never does, and says why in its failed reason.</p>
<p><a href="/admin/queues/">Queues</a></p>`;
  return page("No such top-up", body, 404);
}

function factsTable(view: TopupView): Html {
  const { hold, settlement, resolution, counts } = view;
  const facts: ReadonlyArray<readonly [string, string | number | null | undefined]> = [
    ["State", view.state],
    ["Recipient", view.recipientPhone?.number ?? view.recipientEmail],
    ["Country", view.recipientPhone?.countryCode],
    ["Operator", view.operatorId ?? view.operatorRequested],
    ["Amount", `${view.amount}${view.useLocalAmount ? " (operator's currency)" : ""}`],
    ["Attempt", view.attempt],
    ["Custom identifier", view.customIdentifier],
    ["Transaction", view.transactionId],
    ...view.evidence.map(
      ({ attempt, transactionId }) => ["Further transaction", `${transactionId}, of attempt ${attempt}`] as const,
    ),
    ["Code", view.code],
    ["Held because of", hold?.reason],
    ["Held until", hold?.until],
    ["Cost", settlement?.cost && `${settlement.cost} ${settlement.costCurrency ?? ""}`],
    ["Delivered", settlement?.delivered && `${settlement.delivered} ${settlement.deliveredCurrency ?? ""}`],
    ["Verdict by", resolution?.by],
    ["Verdict because", resolution?.reason],
    ["Campaign", view.campaign],
    ["API key", view.caller],
    ["Sends, polls, interruptions", `${counts.submits}, ${counts.polls}, ${counts.interruptions}`],
    ["Accepted", view.acceptedAt],
    ["State entered", view.enteredAt],
    ["Next look", view.nextCheckAt],
  ];
  const rows = facts.flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [html`<tr><th>${name}</th><td>${value}</td></tr>`],
  );
  return html`<div class="wide"><table>${rows}</table></div>`;
}

function historyTable(history: readonly HistoryView[]): Html {
  if (history.length === 0) return html`<p>It has not moved yet.</p>`;
  const rows = history.map(
    (entry) => html`<tr><td class="whole">${entry.at}</td><td class="whole">${entry.from}</td>
<td class="whole">${entry.to}</td><td>${entry.attempt}</td>
<td>${entry.because}</td><td>${entry.code ?? ""}</td><td>${entry.latencyMs ?? ""}</td>
<td>${[entry.by, entry.note].filter((part) => part !== undefined).join(": ")}</td></tr>`,
  );
  const head = ["When", "From", "To", "Attempt", "Because", "Code", "Answer, ms", "Person"];
  return html`<div class="wide"><table><tr>${head.map((name) => html`<th>${name}</th>`)}</tr>${rows}</table></div>`;
}
