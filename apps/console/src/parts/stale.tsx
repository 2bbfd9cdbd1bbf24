import { nowMs } from "../clock.js";
import { age } from "../format.js";
import type { Loaded } from "../load.js";
import { t } from "../text/catalogue.js";

/** Says how old the numbers are while no newer ones can be had. */
export function Stale({ loads }: { loads: readonly Loaded<unknown>[] }) {
  const old = loads.filter(({ error, atMs }) => error !== undefined && atMs !== undefined);
  const [oldest] = old.map(({ atMs }) => atMs ?? 0).toSorted((a, b) => a - b);
  if (oldest === undefined) return null;
  return (
    <p class="stale" role="status">
      {t().live.stale(age(nowMs() - oldest))}
    </p>
  );
}
