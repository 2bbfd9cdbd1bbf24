import type { CampaignAnswer, ProgressAnswer } from "./answers.js";
import { grouped } from "./text-table.js";

const BAR_CHARACTERS = 24;

/** The states in the order in which a row goes through them, with the words that are shown. */
const SHOWN: ReadonlyArray<readonly [string, string]> = [
  ["succeeded", "succeeded"],
  ["refunded", "refunded"],
  ["failed", "failed"],
  ["rejected", "rejected"],
  ["cancelled", "cancelled"],
  ["already", "there already"],
  ["conflict", "in conflict"],
  ["paid-recently", "paid recently by others"],
  ["held", "held"],
  ["parked", "parked"],
  ["review", "in review"],
];

/** One line: how far a campaign is. */
export function describeProgress(campaign: CampaignAnswer): string {
  const { progress, state } = campaign;
  if (progress === null) return `${state}${describeCheck(campaign)}`;
  const { rows, money, rate, paidTwice } = progress;
  const share = rows.planned === 0 ? 1 : rows.final / rows.planned;
  const parts = [
    `${bar(share)} ${percent(share)} ${state}`,
    `${grouped(rows.final)}/${grouped(rows.planned)} final`,
    ...SHOWN.flatMap(([name, word]) => (rows[name] ? [`${grouped(rows[name] ?? 0)} ${word}`] : [])),
    ...(rows.inFlight > 0 ? [`${grouped(rows.inFlight)} in flight`] : []),
    `${money.confirmed} ${money.currency}`,
    ...(paidTwice === undefined || isZero(paidTwice.cost) ? [] : [describePaidTwice(paidTwice)]),
    ...(isZero(money.atRisk) ? [] : [`${money.atRisk} at risk`]),
    ...(rate.now > 0 ? [`${rate.now}/s`] : []),
    ...describeEnd(progress),
  ];
  return parts.join(" · ");
}

/** Why a campaign does not go on at this moment, in a sentence each. */
export function describeWaits({ progress }: CampaignAnswer): string[] {
  return (progress?.waitsFor ?? []).map(({ what, until, detail, text }) => {
    if (typeof text === "string") return text;
    const why = detail === null ? "" : ` (${detail})`;
    return `waits for ${what}${until === null ? "" : ` until ${until}`}${why}`;
  });
}

function describePaidTwice({ rows, cost }: { rows: number; cost: string }): string {
  return `${cost} of it debited too much${rows > 0 ? `, ${grouped(rows)} paid twice` : ""}`;
}

function describeCheck({ check, rows }: CampaignAnswer): string {
  if (check === null) return "";
  if (check.waiting) return ", waits for checks that were asked for before it";
  const total = rows === null ? "" : ` of ${grouped(rows.total)}`;
  return `, ${grouped(check.rowsChecked)}${total} rows checked`;
}

function describeEnd({ at, eta }: ProgressAnswer): string[] {
  return eta === null ? [] : [`done ${timeText(eta.earliest, at)} to ${timeText(eta.latest, at)} UTC`];
}

/** `2026-11-23T21:40:05.000Z` as `21:40:05`; with its date where that is not the day of `at`. Both are UTC. */
function timeText(text: string, at: string): string {
  const [date, time] = [text.slice(0, 10), text.slice(11, 19)];
  return at.startsWith(date) ? time : `${date} ${time}`;
}

function bar(share: number): string {
  const filled = Math.floor(Math.min(1, share) * BAR_CHARACTERS);
  return `[${"#".repeat(filled)}${"-".repeat(BAR_CHARACTERS - filled)}]`;
}

/** Rounded down: 100 % means all. */
function percent(share: number): string {
  return `${Math.floor(Math.min(1, share) * 100)} %`;
}

function isZero(amount: string): boolean {
  return /^-?0*(\.0*)?$/.test(amount);
}
