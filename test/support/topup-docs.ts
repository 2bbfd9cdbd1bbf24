/** The parts of docs/ that are made from packages/topup, as Markdown. */
import {
  DEFAULT_TIMINGS,
  isFinal,
  LOOKUP_OFFSETS_MS,
  LOOKUP_REPEAT_MS,
  MOVES,
  nextPollDelayMs,
  POLL_DELAYS_MS,
  REFUSALS,
  type RefusalAction,
  STATES,
  timingFields,
} from "@surefill/topup";
import { HIGHEST_CHANCE } from "./topup-record.js";

/** A Markdown table. Cells must not hold "|". */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** The first column of the tables under `head`, without backticks and stars. */
export function firstColumn(document: string, head: string): string[] {
  const lines = document.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (start < 0) throw new Error(`there is no table of "${head}"`);
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith("|"));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.split("|")[1]?.replace(/[`*]/g, "").trim() ?? "");
}

/** The state diagram, from the move table. */
export function movesBlock(): string {
  const moves = STATES.flatMap((from) => MOVES[from].filter((to) => to !== from).map((to) => `  ${from} --> ${to}`));
  const finals = STATES.filter(isFinal).map((state) => `  ${state} --> [*]`);
  return ["```mermaid", "stateDiagram-v2", "  [*] --> queued", ...moves, ...finals, "```"].join("\n");
}

/** A duration for people: milliseconds to seconds to days, exact. */
export function duration(ms: number): string {
  const units = [
    { ms: 86_400_000, name: "d" },
    { ms: 3_600_000, name: "h" },
    { ms: 60_000, name: "min" },
    { ms: 1_000, name: "s" },
  ];
  const unit = units.find((candidate) => ms >= 2 * candidate.ms && Number.isInteger((ms / candidate.ms) * 10));
  const fitting = unit ?? units.find((candidate) => ms >= candidate.ms && Number.isInteger((ms / candidate.ms) * 10));
  return fitting === undefined ? `${ms} ms` : `${ms / fitting.ms} ${fitting.name}`;
}

/** Each poll wait at the lowest, middle and highest chance. */
export function pollsBlock(): string {
  const at = (poll: number, random: number) => duration(nextPollDelayMs(poll, () => random, DEFAULT_TIMINGS));
  const rows = POLL_DELAYS_MS.map((_, index) => {
    const poll = index + 1;
    const name = poll === POLL_DELAYS_MS.length ? `${poll} and all later` : String(poll);
    return [name, at(poll, 0), at(poll, 0.5), at(poll, HIGHEST_CHANCE)];
  });
  return table(["poll", "shortest wait", "middle", "longest wait"], rows);
}

/** The look-ups' distances from the moment at which the outcome became unknown. */
export function lookupsBlock(): string {
  const rows = LOOKUP_OFFSETS_MS.map((offsetMs, index) => [String(index + 1), duration(offsetMs)]);
  return table(["look-up", "after"], [...rows, ["all later", `every ${duration(LOOKUP_REPEAT_MS)}`]]);
}

/** Holds and gates with the shipped settings. */
export function holdsBlock(): string {
  const { FAILED_HOLD_MS, FAILED_HOLD_JITTER_MS, PHONE_GATE_MS, GATE_FIRST_MS, GATE_DELAY_MS_MAX } = DEFAULT_TIMINGS;
  return table(
    ["wait", "from", "to"],
    [
      ["hold after FAILED", `${FAILED_HOLD_MS} ms`, `${FAILED_HOLD_MS + FAILED_HOLD_JITTER_MS} ms`],
      ["gate of a phone that was recharged a moment ago", duration(PHONE_GATE_MS), duration(PHONE_GATE_MS)],
      ["gate of an account or operator", duration(GATE_FIRST_MS), duration(GATE_DELAY_MS_MAX)],
    ],
  );
}

/** Every timing with its default and meaning. */
export function timingsBlock(): string {
  const rows = Object.entries(timingFields).map(([name, schema]) => {
    const value = DEFAULT_TIMINGS[name as keyof typeof timingFields];
    const text = name.includes("_MS") ? `${value} (${duration(value)})` : String(value);
    return [`\`${name}\``, text, schema.description ?? ""];
  });
  return table(["setting", "default", "meaning"], rows);
}

/** What each known error code of a refusal leads to. */
export function refusalsBlock(): string {
  const inWords = (action: RefusalAction) => (action.do === "wait" ? `wait at the ${action.gate} gate` : action.do);
  return table(
    ["code", "action"],
    Object.entries(REFUSALS).map(([code, action]) => [`\`${code}\``, inWords(action)]),
  );
}
