import {
  BECAUSE,
  type ClosedGate,
  explainGate,
  explainRefusal,
  gateOf,
  type HistoryEntry,
  type HoldReason,
  identifierOf,
  isFinal,
  maskEmail,
  maskPhone,
  type Phone,
  STATES,
  type TopupRecord,
} from "@surefill/topup";
import { z } from "zod";

const time = z.iso.datetime().describe("UTC, with milliseconds");
const phone = z.object({
  countryCode: z.string().describe("ISO 3166-1 alpha-2"),
  number: z.string().describe("E.164 digits without +. Masked in lists"),
});

const pin = z
  .object({
    serial: z.string().optional(),
    code: z.string().optional(),
    value: z.string().optional().describe("An amount, or words"),
    ivr: z.string().optional(),
    validity: z.string().optional(),
    info: z.string().optional(),
    info1: z.string().optional(),
    info2: z.string().optional(),
    info3: z.string().optional(),
  })
  .describe("The voucher of a PIN operator: whoever reads it can use it. Not in lists");

/** A top-up as the API shows it. */
export const topupViewSchema = z
  .object({
    reference: z.string(),
    state: z.enum(STATES),
    final: z.boolean().describe("The state will not change any more"),
    operatorId: z.number().int().nullable().describe('The operator sent to; null while "auto" is not resolved'),
    operatorRequested: z.union([z.number().int(), z.literal("auto")]),
    amount: z.string().describe("Decimal text, in the account's currency or, with useLocalAmount, the operator's"),
    useLocalAmount: z.boolean(),
    recipientPhone: phone.optional(),
    recipientEmail: z.string().optional(),
    senderPhone: phone.partial().optional(),
    campaign: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    caller: z.string().optional().describe("Name of the API key that it came with; absent where it came without HTTP"),
    attempt: z.number().int().describe("The number of the current attempt, from 1"),
    customIdentifier: z.string().describe("What the current attempt is called at Reloadly"),
    transactionId: z.number().int().nullable().describe("Reloadly's id of the current attempt"),
    code: z.string().nullable().describe("The latest provider code that explains the state"),
    hold: z
      .object({
        reason: z.string().describe("failed, or the closed gate"),
        until: time.nullable().describe("When it is tried again"),
        explanation: z.string().describe("The reason in plain words"),
        gate: z
          .object({
            code: z.string().describe("Why the gate closed: the provider's code, or ours"),
            since: time.nullable().describe("Since when it has been closed"),
            nextTryAt: time.describe("When the gate is tried again"),
            whatToDo: z.string(),
          })
          .nullable()
          .describe("What is known of the gate; null when it waits at none that is known"),
      })
      .nullable()
      .describe("Why and until when the top-up waits; null when it is not held"),
    unknown: z
      .object({
        since: time.describe("When the outcome of the current attempt first became unknown"),
        reason: z.enum(["looked-up", "report-lags"]).describe("Why it is not settled yet"),
        reportLagsSince: time.nullable().describe("Since when Reloadly's report has been seen to lag"),
        nextLookUpAt: time.nullable(),
        explanation: z.string().describe("The reason in plain words"),
      })
      .nullable()
      .describe("Why nobody knows yet what became of it; null when its outcome is not unknown"),
    disowned: z
      .array(z.object({ attempt: z.number().int(), transactionId: z.number().int() }))
      .describe("Transactions that its attempts were answered with and that are another's, as later answers showed"),
    evidence: z
      .array(z.object({ attempt: z.number().int(), transactionId: z.number().int() }))
      .describe("Further transactions at Reloadly that name one of its attempts: for the person who decides a review"),
    settlement: z
      .object({
        cost: z.string().optional(),
        costCurrency: z.string().optional(),
        delivered: z.string().optional(),
        deliveredCurrency: z.string().optional(),
        operatorTransactionId: z.string().optional(),
        pin: pin.optional(),
      })
      .nullable()
      .describe("What was debited and delivered, as far as Reloadly said"),
    resolution: z
      .object({
        by: z.string(),
        reason: z.string(),
        forced: z.boolean().describe("Against what the provider showed, or without its answer"),
        key: z.string().optional().describe("Name of the API key that the verdict came with"),
      })
      .nullable()
      .describe("Who decided a review, and why"),
    extraDebits: z
      .object({
        paidTwice: z.boolean().describe("The recipient was paid more than once, or may be"),
        foundAt: time.nullable(),
        transactions: z.array(
          z.object({
            transactionId: z.number().int(),
            status: z.string(),
            cost: z.string().nullable(),
            costCurrency: z.string().nullable(),
          }),
        ),
      })
      .nullable()
      .describe("What Reloadly debited, or may, beyond what the state accounts for; null where nothing is known"),
    accepted: z
      .object({
        by: z.string().nullable(),
        reason: z.string().nullable(),
        key: z.string().nullable(),
        transactions: z.array(z.object({ transactionId: z.number().int(), status: z.string() })),
      })
      .nullable()
      .describe("Who accepted what Reloadly shows of it, and why; null while nobody has"),
    counts: z
      .object({ submits: z.number().int(), polls: z.number().int(), interruptions: z.number().int() })
      .describe("Sends, polls of this attempt and lost workers, counted apart"),
    acceptedAt: time,
    enteredAt: time.describe("When the current state was entered"),
    nextCheckAt: time.nullable().describe("When it will next be looked at; null in final states and in review"),
    version: z.number().int().describe("Grows with every write"),
  })
  .meta({ id: "Topup" });

export type TopupView = z.output<typeof topupViewSchema>;

/** One line of the history as the API shows it. */
export const historyViewSchema = z
  .object({
    at: time,
    from: z.enum(STATES),
    to: z.enum(STATES),
    attempt: z.number().int(),
    because: z.enum(BECAUSE),
    code: z.string().optional(),
    latencyMs: z.number().int().optional().describe("How long the provider took to answer"),
    key: z.string().optional().describe("Name of the API key that gave the command"),
    by: z.string().optional().describe("The person whose verdict it was"),
    note: z.string().optional(),
  })
  .meta({ id: "HistoryEntry" });

export type HistoryView = z.output<typeof historyViewSchema>;

/** What is known of the gates that records wait at, by name. */
export type KnownGates = ReadonlyMap<string, ClosedGate>;

/** Shows a record in full. For the one top-up that a caller asked for by its reference. */
export function topupView(record: TopupRecord, gates: KnownGates = new Map()): TopupView {
  const { request, settlement, resolvedBy, resolvedReason } = record;
  return {
    reference: record.reference,
    state: record.state,
    final: isFinal(record.state),
    operatorId: record.operatorId ?? null,
    operatorRequested: request.operatorId,
    amount: request.amount,
    useLocalAmount: request.useLocalAmount,
    ...(request.recipientPhone && { recipientPhone: request.recipientPhone }),
    ...(request.recipientEmail && { recipientEmail: request.recipientEmail }),
    ...(request.senderPhone && { senderPhone: request.senderPhone }),
    ...(request.campaign && { campaign: request.campaign }),
    ...(request.metadata && { metadata: request.metadata }),
    ...(record.caller !== undefined && { caller: record.caller }),
    attempt: record.attempt,
    customIdentifier: identifierOf(record),
    transactionId: record.transactionId ?? null,
    code: record.code ?? gates.get(gateOf(record) ?? "")?.reason ?? null,
    hold: holdView(record, gates),
    unknown: unknownView(record),
    disowned: [...(record.disowned ?? [])],
    evidence: [...(record.evidence ?? [])],
    settlement: settlement ?? null,
    resolution:
      resolvedBy === undefined || resolvedReason === undefined
        ? null
        : {
            by: resolvedBy,
            reason: resolvedReason,
            forced: record.forced === true,
            ...(record.commandKey !== undefined && { key: record.commandKey }),
          },
    ...contradictionView(record),
    counts: { submits: record.submits, polls: record.polls, interruptions: record.interruptions },
    acceptedAt: requiredTimeText(record.acceptedAtMs),
    enteredAt: requiredTimeText(record.enteredAtMs),
    nextCheckAt: timeText(record.dueAtMs),
    version: record.version,
  };
}

function contradictionView({
  state,
  extraDebits,
  extraAtMs,
  accepted,
}: TopupRecord): Pick<TopupView, "extraDebits" | "accepted"> {
  const transactions = extraDebits?.map(({ transactionId, status, cost = null, costCurrency = null }) => {
    return { transactionId, status, cost, costCurrency };
  });
  const paidTwice = (extraDebits?.length ?? 0) + (state === "succeeded" ? 1 : 0) > 1;
  const { by = null, reason = null, key = null } = accepted ?? {};
  return {
    extraDebits: transactions === undefined ? null : { paidTwice, foundAt: timeText(extraAtMs), transactions },
    accepted: accepted === undefined ? null : { by, reason, key, transactions: [...accepted.transactions] },
  };
}

function unknownView(record: TopupRecord): TopupView["unknown"] {
  const { state, unknownSinceMs, enteredAtMs, reportLagsSinceMs, dueAtMs } = record;
  if (state !== "unknown") return null;
  const lags = reportLagsSinceMs !== undefined;
  return {
    since: requiredTimeText(unknownSinceMs ?? enteredAtMs),
    reason: lags ? "report-lags" : "looked-up",
    reportLagsSince: timeText(reportLagsSinceMs),
    nextLookUpAt: timeText(dueAtMs),
    explanation: lags
      ? "Reloadly's report does not show other top-ups that are paid for certain, so that not finding this one proves nothing: it is looked up until the report shows them, and not sent again before"
      : "no answer tells whether it was executed: Reloadly's report is searched for it, and it is not sent again before the quiet period is over",
  };
}

function holdView(record: TopupRecord, gates: KnownGates): TopupView["hold"] {
  const { holdUntilMs } = record;
  const holdReason = record.holdReason ?? closedGateOf(record, gates);
  if (holdReason === undefined) return null;
  const hold = { reason: holdReason, until: timeText(holdUntilMs) };
  const name = gateOf({ holdReason });
  if (holdReason === "refused") return { ...hold, explanation: explainRefusal(record.code), gate: null };
  if (name === undefined) return { ...hold, explanation: "provider said FAILED: it is asked again", gate: null };
  const gate = gates.get(name);
  const { reason: explanation, whatToDo } = explainGate(gate ?? { name, reason: record.code ?? "" });
  if (gate === undefined) return { ...hold, explanation, gate: null };
  const { reason: code, sinceMs, untilMs } = gate;
  const shown = { code, since: timeText(sinceMs), nextTryAt: requiredTimeText(untilMs), whatToDo };
  return { ...hold, explanation, gate: shown };
}

/** What a queued top-up will find closed when its turn comes: no worker may be there to hold it. */
function closedGateOf({ state }: TopupRecord, gates: KnownGates): HoldReason | undefined {
  const [name] = state === "queued" ? gates.keys() : [];
  return name === undefined ? undefined : `gate:${name}`;
}

/** Shows a record as lists do: recipients masked, vouchers left out. */
export function maskedTopupView(record: TopupRecord, gates?: KnownGates): TopupView {
  const view = topupView(record, gates);
  const { recipientPhone, recipientEmail, senderPhone, settlement } = view;
  const { pin: _, ...amounts } = settlement ?? {};
  return {
    ...view,
    ...(recipientPhone && { recipientPhone: masked(recipientPhone) }),
    ...(recipientEmail && { recipientEmail: maskEmail(recipientEmail) }),
    ...(senderPhone && {
      senderPhone: { ...senderPhone, ...(senderPhone.number && { number: maskPhone(senderPhone.number) }) },
    }),
    settlement: settlement === null ? null : amounts,
  };
}

/** Shows a line of the history. */
export function historyView(entry: HistoryEntry): HistoryView {
  const { atMs, ...rest } = entry;
  return { at: requiredTimeText(atMs), ...rest };
}

function masked({ countryCode, number }: Phone): Phone {
  return { countryCode, number: maskPhone(number) };
}

function timeText(ms: number | undefined): string | null {
  return ms === undefined ? null : requiredTimeText(ms);
}

/** A time of the ledger as text; this reads no clock. */
function requiredTimeText(ms: number): string {
  return new Date(ms).toISOString();
}
