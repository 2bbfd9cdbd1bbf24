/** What a check holds a file against, besides judging its rows. Everything here throws `CheckImpossible`. */
import { choiceProblems, type FileTotal, type PlanSummary } from "@surefill/campaign";
import type { Campaign, Upload } from "@surefill/topup-store";
import { CheckImpossible } from "./check-impossible.js";

/** Refuses choices that contradict the file: the campaign may have been edited since it was made. */
export function refuseChoices(
  { firstRows, ...upload }: Upload,
  { mapping, options, retryOf }: Pick<Campaign, "mapping" | "options" | "retryOf">,
): void {
  // A retry has the choices of a campaign that was checked under them.
  if (retryOf !== undefined) return;
  const problems = choiceProblems({ ...upload, firstRows: firstRows.map(({ cells }) => cells) }, { mapping, options });
  if (problems.length === 0) return;
  const told = problems.map(({ pointer, detail }) => `${pointer.slice(1).replaceAll("/", ".")} ${detail}.`);
  throw new CheckImpossible(told.join(" "));
}

/** Refuses a file whose amounts come to something else than is expected. */
export function requireTotal(sum: FileTotal | undefined): void {
  const difference = sum?.difference();
  if (difference !== undefined) throw new CheckImpossible(difference);
}

/** Refuses a plan that does not tell of every row that was read. */
export function requireEveryRow({ rows }: Pick<PlanSummary, "rows">, upload: Pick<Upload, "rows">): void {
  if (rows.total === upload.rows) return;
  throw new CheckImpossible(`${rows.total} rows were judged, but ${upload.rows} were read; upload the file again.`);
}

/** The lines of the file, for the plan's summary. */
export function linesOf({ lines, rows, emptyRows }: Upload): Pick<PlanSummary, "lines"> {
  return lines === undefined ? {} : { lines: { ...lines, rows, empty: emptyRows } };
}
