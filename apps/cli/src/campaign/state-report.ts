import type { HeadAnswer } from "./answers.js";

/** Where a campaign is, in a sentence without its full stop; of one that is scheduled, for when. */
export function describeState({ id, state, startAt, limits }: HeadAnswer): string {
  const wanted = limits.startAt;
  if (state !== "scheduled" || startAt === null || wanted === undefined) return `${id} is ${state}`;
  const utc = startAt.slice(0, "yyyy-mm-ddThh:mm:ss".length);
  return `${id} is scheduled: it starts at ${spaced(wanted.at)} ${wanted.zone} (${spaced(utc)} UTC)`;
}

function spaced(time: string): string {
  return time.replace("T", " ");
}
