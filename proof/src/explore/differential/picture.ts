import {
  type ClosedGate,
  type HistoryEntry,
  isCampaignEvent,
  STATES,
  type TopupEvent,
  type TopupRecord,
} from "@surefill/topup";
import { type Ledger, ledgerKeys, readEvents } from "@surefill/topup-store";
import type { Redis } from "ioredis";
import { sorted } from "../memory-ledger/indexes.js";
import type { MemoryLedger } from "../memory-ledger/memory-ledger.js";

/** Everything that a ledger holds about a few top-ups, in one form for both ledgers. */
export type Picture = {
  records: TopupRecord[];
  /** Evidence that holds top-ups back from sending until it is weighed. */
  toWeigh: Record<string, "answer" | "contradiction">;
  histories: HistoryEntry[][];
  /** Without their ids, which are Redis's own. */
  events: Omit<TopupEvent, "id">[];
  states: Record<string, [string, number][]>;
  due: [string, number][];
  phones: Record<string, [string, number][]>;
  campaigns: Record<string, [string, number][]>;
  transactions: Record<string, string>;
  gates: Record<string, Omit<ClosedGate, "name">>;
  parked: Record<string, string[]>;
};

/** What the picture is taken of. */
export type Subjects = { references: readonly string[]; phoneHashes: readonly string[]; campaigns: readonly string[] };

const TRANSACTION_IDS = [1, 2, 3, 4, 5];
const EVENTS_MAX = 10_000;

/** The picture of a ledger in memory. */
export function pictureOfMemory(ledger: MemoryLedger, subjects: Subjects): Promise<Picture> {
  const { indexes, gates, story } = ledger;
  return ledger.records(subjects.references).then((records) => ({
    records,
    toWeigh: ledger.toWeigh(),
    histories: subjects.references.map((reference) => story.history(reference)),
    events: story.events().map(withoutId),
    states: Object.fromEntries(STATES.map((state) => [state, sorted(indexes.states.get(state) ?? new Map())])),
    due: sorted(indexes.due),
    phones: Object.fromEntries(
      subjects.phoneHashes.map((hash) => [hash, sorted(indexes.phones.get(hash) ?? new Map())]),
    ),
    campaigns: Object.fromEntries(
      subjects.campaigns.map((campaign) => [campaign, sorted(indexes.campaigns.get(campaign) ?? new Map())]),
    ),
    transactions: Object.fromEntries(indexes.transactions),
    gates: Object.fromEntries(gates.all().map(({ name, ...gate }) => [name, gate])),
    parked: gates.parked(),
  }));
}

/** The picture of a ledger in Redis. */
export async function pictureOfRedis(
  redis: Redis,
  prefix: string,
  ledger: Ledger,
  subjects: Subjects,
): Promise<Picture> {
  const keys = ledgerKeys(prefix);
  const scores = async (key: string) => pairs(await redis.zrange(key, "0", "-1", "WITHSCORES"));
  const scoresOf = async (names: readonly string[], keyOf: (name: string) => string) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await scores(keyOf(name))] as const)));
  const [records, flags, histories, events, states, due, phones, campaigns, owners] = await Promise.all([
    ledger.records(subjects.references),
    Promise.all(subjects.references.map((reference) => redis.hget(keys.record(reference), "contradicted"))),
    Promise.all(subjects.references.map((reference) => ledger.history(reference))),
    readEvents(redis, prefix, "0-0", EVENTS_MAX),
    scoresOf(STATES, (state) => keys.state(STATES.find((known) => known === state) ?? "queued")),
    scores(keys.due),
    scoresOf(subjects.phoneHashes, keys.phone),
    scoresOf(subjects.campaigns, keys.campaign),
    Promise.all(TRANSACTION_IDS.map((id) => redis.get(keys.transaction(id)))),
  ]);
  return {
    records,
    toWeigh: Object.fromEntries(
      subjects.references.flatMap((reference, index) => {
        const flag = flags[index] ?? null;
        return flag === null ? [] : [[reference, flag === "answered" ? "answer" : "contradiction"]];
      }),
    ),
    histories,
    events: events.filter((event) => !isCampaignEvent(event)).map(withoutId),
    states,
    due,
    phones,
    campaigns,
    transactions: Object.fromEntries(TRANSACTION_IDS.map((id, index) => [id, owners[index]]).filter(([, one]) => one)),
    ...(await gatesOfRedis(redis, keys, subjects)),
  };
}

/** The gates that top-ups of these phones can meet. */
async function gatesOfRedis(redis: Redis, keys: ReturnType<typeof ledgerKeys>, { phoneHashes }: Subjects) {
  const gates = pairs(await redis.zrange(keys.gates, "0", "-1", "WITHSCORES"));
  const infos = await redis.hgetall(keys.gateInfo);
  const operators = ["341", "342", "undefined"];
  const products = phoneHashes.flatMap((hash) => operators.map((operator) => `product:${hash}:${operator}`));
  const phones = phoneHashes.map((hash) => `phone:${hash}`);
  const names = ["account", ...operators.map((operator) => `operator:${operator}`), ...phones, ...products];
  const parked = await Promise.all(names.map(async (name) => [name, (await redis.smembers(keys.parked(name))).sort()]));
  return {
    gates: Object.fromEntries(
      gates.map(([name, untilMs]) => {
        const [closings = "", reason = "", since = "", detail = ""] = (infos[name] ?? "").split("|");
        const known = { closings: Number(closings), reason, sinceMs: Number(since), ...(detail !== "" && { detail }) };
        return [name, { untilMs, ...known }];
      }),
    ),
    parked: Object.fromEntries(parked.filter(([, rows]) => rows !== undefined && rows.length > 0)),
  };
}

function pairs(flat: readonly string[]): [string, number][] {
  return flat.flatMap((name, index) => (index % 2 === 0 ? [[name, Number(flat[index + 1])] as [string, number]] : []));
}

function withoutId({ id: _, ...event }: TopupEvent): Omit<TopupEvent, "id"> {
  return event;
}
