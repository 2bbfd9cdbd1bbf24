import { toneOf } from "../colour.js";
import type { Surroundings } from "../surroundings.js";
import { campaignAnswer, commandAnswer, headAnswer, listAnswer } from "./answers.js";
import type { Api } from "./api.js";
import { checkCampaign } from "./check-file.js";
import { shortPlanHash, wholePlanHash } from "./plan-hash.js";
import { describePlan } from "./plan-report.js";
import { describeProgress, describeWaits } from "./progress-report.js";
import { describeState } from "./state-report.js";
import { grouped, rowsText, textTable } from "./text-table.js";
import { watch } from "./watch-campaign.js";

type JsonFlag = { json?: true };

const at = (id: string, action = "") => `/v1/campaigns/${encodeURIComponent(id)}${action}`;

/** `surefill campaign start`. */
export async function start(
  api: Api,
  around: Surroundings,
  id: string,
  flags: JsonFlag & { plan: string; watch?: true },
): Promise<boolean> {
  const request = { method: "POST", json: { planHash: await wholePlanHash(api, id, flags.plan) } } as const;
  const campaign = await api.ask(at(id, "/start"), headAnswer, request);
  if (!flags.json) around.print(`${describeState(campaign)}.`, toneOf(campaign.state));
  else if (!flags.watch) around.print(JSON.stringify(campaign));
  return flags.watch ? watch(api, around, id, flags) : true;
}

/** `surefill campaign pause`. */
export function pause(api: Api, around: Surroundings, id: string, flags: JsonFlag): Promise<boolean> {
  return command(api, around, id, "pause", flags);
}

/** `surefill campaign resume`. With `plan`, at the prices that rose since the start. */
export async function resume(
  api: Api,
  around: Surroundings,
  id: string,
  flags: JsonFlag & { plan?: string },
): Promise<boolean> {
  if (flags.plan === undefined) return command(api, around, id, "resume", flags);
  const query = new URLSearchParams({ planHash: await wholePlanHash(api, id, flags.plan) });
  return command(api, around, id, "resume", flags, `?${query}`);
}

/** `surefill campaign cancel`. */
export function cancel(api: Api, around: Surroundings, id: string, flags: JsonFlag): Promise<boolean> {
  return command(api, around, id, "cancel", flags);
}

async function command(
  api: Api,
  around: Surroundings,
  id: string,
  action: "pause" | "resume" | "cancel",
  { json }: JsonFlag,
  query = "",
): Promise<boolean> {
  const answer = await api.ask(at(id, `/${action}${query}`), commandAnswer, { method: "POST" });
  if (json) {
    around.print(JSON.stringify(answer));
    return true;
  }
  const { rows, cost } = answer.stillInFlight;
  const flying =
    rows === 0
      ? "Nothing is in flight."
      : `${rowsText(rows)} in flight, to settle by themselves; they may cost up to ${cost}.`;
  const text = action === "resume" ? `${describeState(answer)}.` : `${describeState(answer)}. ${flying}`;
  around.print(text, toneOf(answer.state));
  return true;
}

/** `surefill campaign retry`: a new campaign of the rows that failed, checked at once. */
export async function retry(
  api: Api,
  around: Surroundings,
  id: string,
  flags: JsonFlag & { class: readonly string[]; name?: string },
): Promise<boolean> {
  const json = { classes: flags.class, ...(flags.name && { name: flags.name }) };
  const created = await api.ask(at(id, "/retry"), headAnswer, { method: "POST", json });
  if (!flags.json) around.print(`${created.id} is a retry of ${id}.`);
  return checkCampaign(api, around, created.id, flags);
}

/** `surefill campaign list`. */
export async function list(api: Api, around: Surroundings, { json }: JsonFlag): Promise<boolean> {
  const page = await api.ask("/v1/campaigns?limit=50", listAnswer);
  if (json) {
    for (const campaign of page.data) around.print(JSON.stringify(campaign));
    return true;
  }
  const lines = page.data.map(({ id, name, state, createdAt, rows }) => [
    id,
    state,
    rows === null ? "" : `${grouped(rows.final)}/${grouped(rows.planned)}`,
    createdAt.slice(0, 16).replace("T", " "),
    name ?? "",
  ]);
  const [head = "", ...rows] = textTable([["campaign", "state", "final", "made (UTC)", "name"], ...lines], [2]).split(
    "\n",
  );
  around.print(head, "heading");
  for (const [index, row] of rows.entries()) around.print(row, toneOf(page.data[index]?.state ?? ""));
  return true;
}

/** `surefill campaign show`. */
export async function show(api: Api, around: Surroundings, id: string, { json }: JsonFlag): Promise<boolean> {
  const campaign = await api.ask(at(id), campaignAnswer);
  if (json) {
    around.print(JSON.stringify(campaign));
    return true;
  }
  around.print(`${campaign.id}  ${campaign.name ?? ""}`, "heading");
  around.print(describeProgress(campaign), toneOf(campaign.state));
  for (const wait of describeWaits(campaign)) around.print(wait, "waiting");
  const failures = campaign.progress?.failures ?? [];
  if (failures.length > 0) {
    const rows = failures.map((failure) => [
      failure.class,
      failure.code,
      String(failure.operatorId),
      grouped(failure.rows),
    ]);
    around.print(`\n${textTable([["class", "code", "operator", "rows"], ...rows], [2, 3])}`);
  }
  around.print(`\n${describePlan(campaign)}`);
  const hashes = [campaign.planHash, campaign.repriced?.planHash].filter((hash) => typeof hash === "string");
  if (campaign.state === "ready" && campaign.planHash !== null) {
    around.print(`\nplan ${shortPlanHash(campaign.planHash, hashes)}`);
  }
  if (campaign.repriced?.agreed === false) {
    around.print(`\nPrices have risen since the start. To go on at them:`);
    around.print(
      `  surefill campaign resume ${campaign.id} --plan ${shortPlanHash(campaign.repriced.planHash, hashes)}`,
    );
  }
  return true;
}
