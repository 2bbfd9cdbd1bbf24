import { t } from "../text/catalogue.js";

/** What a state means for a person: never by colour alone, a sign and the word say it too. */
const TONES: Record<string, readonly [tone: string, sign: string]> = {
  succeeded: ["good", "✓"],
  completed: ["good", "✓"],
  running: ["busy", "▶"],
  processing: ["busy", "…"],
  submitting: ["busy", "…"],
  checking: ["busy", "…"],
  completing: ["busy", "…"],
  ready: ["calm", "●"],
  scheduled: ["calm", "◷"],
  paused: ["warn", "❚❚"],
  held: ["warn", "◷"],
  parked: ["warn", "◷"],
  unknown: ["warn", "?"],
  review: ["bad", "!"],
  failed: ["bad", "✗"],
  rejected: ["bad", "✗"],
  conflict: ["bad", "!"],
};

/** A state as a small label. */
export function Chip({ state }: { state: string }) {
  const [tone, sign] = TONES[state] ?? ["calm", "○"];
  return (
    <span class={`chip ${tone}`}>
      <span aria-hidden="true">{sign} </span>
      {t().state[state] ?? state}
    </span>
  );
}
