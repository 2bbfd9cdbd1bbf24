import {
  type AcceptedContradiction,
  type Evidence,
  type ExtraDebit,
  type FailedSeen,
  type HoldReason,
  type LookupTally,
  type PinDetail,
  type RecordPatch,
  type Settlement,
  STATES,
  type TopupRecord,
  type TopupRequest,
  type TopupState,
} from "@surefill/topup";
import { LedgerCorruptError } from "./errors.js";

/**
 * How a record lies in its Redis hash. Values stay short (under 64 bytes), because one long value turns Redis's
 * compact hash encoding into one three times the size. Zero counters and absent fields are not stored.
 */
export type RecordFields = Record<string, string>;

/** Pairs as Redis returns them (`[field, value, …]`) become a plain object. */
export function fieldsOf(flat: readonly unknown[]): RecordFields {
  const fields: RecordFields = {};
  for (let index = 0; index + 1 < flat.length; index += 2) fields[String(flat[index])] = String(flat[index + 1]);
  return fields;
}

/** The fields that hold what was asked for, and by which API key; they never change. */
export function encodeAsked({
  request,
  spelling,
  caller,
}: Pick<TopupRecord, "request" | "spelling" | "caller">): RecordFields {
  return {
    ...encodeRequest(request),
    ...(spelling !== undefined && { spelling }),
    ...(caller !== undefined && { caller }),
  };
}

/** The fields by which a record is a campaign's row: CLAIM and MOVE count it there. None where no campaign fed it. */
export function encodeRow({ row, reserveUnits }: Pick<TopupRecord, "row" | "reserveUnits">): RecordFields {
  if (row === undefined || reserveUnits === undefined) return {};
  return { row: String(row), reserve: String(reserveUnits) };
}

function encodeRequest(request: TopupRequest): RecordFields {
  const { recipientPhone, recipientEmail, senderPhone } = request;
  return {
    operator: String(request.operatorId),
    ...(request.operatorId !== "auto" && { operatorId: String(request.operatorId) }),
    amount: request.amount,
    ...(request.useLocalAmount && { local: "1" }),
    ...(recipientPhone && { country: recipientPhone.countryCode, phone: recipientPhone.number }),
    ...(recipientEmail && { email: recipientEmail }),
    ...(senderPhone && { sender: `${senderPhone.countryCode ?? ""}:${senderPhone.number ?? ""}` }),
    ...(request.campaign && { campaign: request.campaign }),
    ...(request.metadata && { metadata: JSON.stringify(request.metadata) }),
  };
}

/** Reads what the caller asked for. Throws `LedgerCorruptError` where a field is missing. */
export function decodeRequest(fields: RecordFields): TopupRequest {
  const [countryCode = "", number = ""] = fields.sender?.split(":") ?? [];
  return {
    operatorId: fields.operator === "auto" ? "auto" : integer(fields, "operator"),
    amount: text(fields, "amount"),
    useLocalAmount: fields.local === "1",
    ...(fields.phone !== undefined && {
      recipientPhone: { countryCode: text(fields, "country"), number: fields.phone },
    }),
    ...(fields.email !== undefined && { recipientEmail: fields.email }),
    ...(fields.sender !== undefined && {
      senderPhone: { ...(countryCode !== "" && { countryCode }), ...(number !== "" && { number }) },
    }),
    ...(fields.campaign !== undefined && { campaign: fields.campaign }),
    ...(fields.metadata !== undefined && { metadata: JSON.parse(fields.metadata) as Record<string, string> }),
  };
}

/** Reads a record from its hash. Throws `LedgerCorruptError` where a field is not what this version writes. */
export function decodeRecord(reference: string, fields: RecordFields): TopupRecord {
  const settlement = decodeSettlement(fields);
  return {
    reference,
    ...(fields.spelling !== undefined && { spelling: fields.spelling }),
    request: decodeRequest(fields),
    ...(fields.caller !== undefined && { caller: fields.caller }),
    ...optionalInteger(fields, "row", "row"),
    ...optionalInteger(fields, "reserve", "reserveUnits"),
    ...optionalInteger(fields, "operatorId", "operatorId"),
    state: stateOf(fields),
    attempt: integer(fields, "attempt"),
    fence: counter(fields, "fence"),
    version: integer(fields, "version"),
    submits: counter(fields, "submits"),
    polls: counter(fields, "polls"),
    interruptions: counter(fields, "interruptions"),
    rounds: counter(fields, "rounds"),
    ...optionalInteger(fields, "outageRounds", "outageRounds"),
    ...optionalInteger(fields, "unknownSince", "unknownSinceMs"),
    ...optionalInteger(fields, "reportLagsSince", "reportLagsSinceMs"),
    lookups: counter(fields, "lookups"),
    ...(fields.emptyLookups !== undefined && { emptyLookups: decodeTally(fields.emptyLookups) }),
    ...(fields.unansweredLookups !== undefined && { unansweredLookups: decodeTally(fields.unansweredLookups) }),
    acceptedAtMs: integer(fields, "acceptedAt"),
    enteredAtMs: integer(fields, "enteredAt"),
    ...optionalInteger(fields, "dueAt", "dueAtMs"),
    ...optionalInteger(fields, "grantedAt", "grantedAtMs"),
    ...optionalInteger(fields, "leaseUntil", "leaseUntilMs"),
    ...optionalInteger(fields, "holdUntil", "holdUntilMs"),
    ...optionalInteger(fields, "refusedSince", "refusedSinceMs"),
    ...optionalInteger(fields, "processingSince", "processingSinceMs"),
    ...optionalInteger(fields, "transactionId", "transactionId"),
    ...(fields.holdReason !== undefined && { holdReason: fields.holdReason as HoldReason }),
    ...(fields.code !== undefined && { code: fields.code }),
    ...(fields.evidence !== undefined && { evidence: decodeEvidence(fields.evidence) }),
    ...(fields.disowned !== undefined && { disowned: decodeEvidence(fields.disowned) }),
    ...(fields.failedSeen !== undefined && { failedSeen: decodeFailedSeen(fields.failedSeen) }),
    ...(settlement !== undefined && { settlement }),
    ...(fields.resolvedBy !== undefined && { resolvedBy: fields.resolvedBy }),
    ...(fields.resolvedReason !== undefined && { resolvedReason: fields.resolvedReason }),
    ...(fields.commandKey !== undefined && { commandKey: fields.commandKey }),
    ...(fields.extra !== undefined && { extraDebits: decodeExtra(fields.extra) }),
    ...optionalInteger(fields, "extraUnits", "extraUnits"),
    ...optionalInteger(fields, "extraAt", "extraAtMs"),
    ...(fields.acceptedAs !== undefined && { accepted: decodeAccepted(fields) }),
    ...(fields.forced === "1" && { forced: true }),
    identifierUsed: fields.identifierUsed === "1",
  };
}

/** `attempt:transactionId,` repeated, as the scripts append it. */
function decodeEvidence(text: string): Evidence[] {
  return [...text.matchAll(/(\d+):(\d+),/g)].map(([, attempt, transactionId]) => ({
    attempt: Number(attempt),
    transactionId: Number(transactionId),
  }));
}

/** `transactionId:status:cost:currency,` repeated, as the scripts write it. */
function decodeExtra(text: string): ExtraDebit[] {
  return [...text.matchAll(/(\d+):([^:,]*):([^:,]*):([^:,]*),/g)].map(([, id, status = "", cost, currency]) => ({
    transactionId: Number(id),
    status,
    ...(cost && { cost }),
    ...(currency && { costCurrency: currency }),
  }));
}

function decodeAccepted({
  acceptedAs = "",
  acceptedBy,
  acceptedReason,
  acceptedKey,
}: RecordFields): AcceptedContradiction {
  return {
    transactions: [...acceptedAs.matchAll(/(\d+):([^:,]*),/g)].map(([, id, status = ""]) => ({
      transactionId: Number(id),
      status,
    })),
    ...(acceptedBy !== undefined && { by: acceptedBy }),
    ...(acceptedReason !== undefined && { reason: acceptedReason }),
    ...(acceptedKey !== undefined && { key: acceptedKey }),
  };
}

/** `transactionId:time,` repeated, the time to the base of 36 so that three of them are short. */
function encodeFailedSeen(seen: readonly FailedSeen[]): string {
  return seen.map(({ transactionId, atMs }) => `${transactionId}:${atMs.toString(36)},`).join("");
}

function decodeFailedSeen(text: string): FailedSeen[] {
  return [...text.matchAll(/(\d+):([0-9a-z]+),/g)].map(([, transactionId, time]) => ({
    transactionId: Number(transactionId),
    atMs: Number.parseInt(time ?? "", 36),
  }));
}

/** `times:first:last`, both times to the base of 36. */
function encodeTally({ times, firstMs, lastMs }: LookupTally): string {
  return `${times}:${firstMs.toString(36)}:${lastMs.toString(36)}`;
}

function decodeTally(text: string): LookupTally {
  const [times, first, last] = text.split(":");
  const timeOf = (part: string | undefined) => Number.parseInt(part ?? "", 36);
  return { times: Number(times), firstMs: timeOf(first), lastMs: timeOf(last) };
}

function decodeSettlement(fields: RecordFields): Settlement | undefined {
  const { cost, costCurrency, delivered, deliveredCurrency, operatorTransactionId, pin } = fields;
  const settlement: Settlement = {
    ...(cost !== undefined && { cost }),
    ...(costCurrency !== undefined && { costCurrency }),
    ...(delivered !== undefined && { delivered }),
    ...(deliveredCurrency !== undefined && { deliveredCurrency }),
    ...(operatorTransactionId !== undefined && { operatorTransactionId }),
    ...(pin !== undefined && { pin: JSON.parse(pin) as PinDetail }),
  };
  return Object.keys(settlement).length === 0 ? undefined : settlement;
}

/** Fields of the patch that are not simply written down. */
type Encoded = "settlement" | "identifierUsed" | "forced" | "failedSeen" | "emptyLookups" | "unansweredLookups";

/** Field names of the patch that differ from the record's only by their unit. */
const PATCH_FIELDS: Readonly<Record<keyof Omit<RecordPatch, Encoded>, string>> = {
  attempt: "attempt",
  operatorId: "operatorId",
  polls: "polls",
  interruptions: "interruptions",
  rounds: "rounds",
  outageRounds: "outageRounds",
  unknownSinceMs: "unknownSince",
  reportLagsSinceMs: "reportLagsSince",
  lookups: "lookups",
  processingSinceMs: "processingSince",
  refusedSinceMs: "refusedSince",
  holdReason: "holdReason",
  holdUntilMs: "holdUntil",
  leaseUntilMs: "leaseUntil",
  transactionId: "transactionId",
  code: "code",
  resolvedBy: "resolvedBy",
  resolvedReason: "resolvedReason",
  commandKey: "commandKey",
};

/** Splits a patch into field-value pairs to set and fields to remove. */
export function encodePatch(patch: RecordPatch): { set: string[]; remove: string[] } {
  const set: string[] = [];
  const remove: string[] = [];
  const { settlement, identifierUsed, forced, failedSeen, emptyLookups, unansweredLookups, ...plain } = patch;
  for (const [key, value] of Object.entries(plain)) {
    const field = PATCH_FIELDS[key as keyof typeof PATCH_FIELDS];
    if (value === null || value === 0) remove.push(field);
    else if (value !== undefined) set.push(field, String(value));
  }
  if (identifierUsed === true) set.push("identifierUsed", "1");
  if (identifierUsed === false) remove.push("identifierUsed");
  if (forced === true) set.push("forced", "1");
  if (forced === false) remove.push("forced");
  for (const [field, tally] of Object.entries({ emptyLookups, unansweredLookups })) {
    if (tally === null) remove.push(field);
    else if (tally !== undefined) set.push(field, encodeTally(tally));
  }
  if (failedSeen === null) remove.push("failedSeen");
  else if (failedSeen !== undefined) set.push("failedSeen", encodeFailedSeen(failedSeen));
  if (settlement !== undefined) {
    const { pin, ...amounts } = settlement;
    for (const [field, value] of Object.entries(amounts)) set.push(field, value);
    if (pin !== undefined) set.push("pin", JSON.stringify(pin));
  }
  return { set, remove };
}

function text(fields: RecordFields, field: string): string {
  const value = fields[field];
  if (value === undefined) throw new LedgerCorruptError(`a record lacks its field ${field}`);
  return value;
}

function integer(fields: RecordFields, field: string): number {
  const value = Number(text(fields, field));
  if (!Number.isSafeInteger(value)) throw new LedgerCorruptError(`a record's field ${field} is not a whole number`);
  return value;
}

function counter(fields: RecordFields, field: string): number {
  return fields[field] === undefined ? 0 : integer(fields, field);
}

function optionalInteger<Key extends string>(fields: RecordFields, field: string, key: Key): { [K in Key]?: number } {
  return fields[field] === undefined ? {} : ({ [key]: integer(fields, field) } as { [K in Key]: number });
}

function stateOf(fields: RecordFields): TopupState {
  const state = STATES.find((known) => known === fields.state);
  if (state === undefined) throw new LedgerCorruptError("a record's state is not one of the known states");
  return state;
}
