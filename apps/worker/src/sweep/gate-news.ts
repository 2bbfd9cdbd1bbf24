import type { Logger } from "@surefill/runtime";
import { explainGate, type GateChange } from "@surefill/topup";
import type { Gates } from "@surefill/topup-store";

export type GateNewsParts = {
  gates: Pick<Gates, "takeNews" | "waitingAt">;
  log: Logger;
  metrics: { gateChanged: (kind: string, change: GateChange["change"]) => void };
  /** A gate whose time has ended counts as opened once it has stayed open for so long. */
  openMs: number;
};

/**
 * Reports gates that have closed and opened, one log line and one count for each, by one of all workers. Gates of one
 * phone are many and open by themselves: their lines are for debugging.
 */
export async function reportGateNews({ gates, log, metrics, openMs }: GateNewsParts): Promise<void> {
  const news = await gates.takeNews(openMs);
  if (news.length === 0) return;
  const waiting = await gates.waitingAt([...new Set(news.map(({ name }) => name))]);
  for (const change of news) {
    const { name, reason, detail, closings, sinceMs, atMs } = change;
    metrics.gateChanged(kindOf(name), change.change);
    const { reason: why, whatToDo } = explainGate({ name, reason, ...(detail !== undefined && { detail }) });
    const since = sinceMs === undefined ? undefined : timeText(sinceMs);
    const fields = { gate: name, reason: why, code: reason, since, closings, waiting: waiting.get(name) ?? 0 };
    const isOfOnePhone = name.startsWith("phone:") || name.startsWith("product:");
    if (change.change === "closed") {
      const closed = { ...fields, nextTryAt: timeText(atMs), whatToDo };
      if (isOfOnePhone) log.debug(closed, "gate closed");
      else log.warn(closed, "gate closed");
    } else if (isOfOnePhone) log.debug({ ...fields, at: timeText(atMs) }, "gate opened");
    else log.info({ ...fields, at: timeText(atMs) }, "gate opened");
  }
}

/** What a gate's name begins with: the full name may hold a phone's hash, or a campaign. */
function kindOf(name: string): string {
  return name.split(":", 1)[0] ?? name;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
