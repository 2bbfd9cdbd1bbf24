import { type Logger, systemClock } from "@surefill/runtime";
import type { IntentJournal } from "../journal/intent-journal.js";
import type { Provider } from "../provider.js";
import type { Chore } from "../sweep/housekeeping.js";
import { reloadlyNeed, stateFolderNeed } from "./needs.js";
import type { ProviderBreaker } from "./provider-breaker.js";
import { SelfCheck } from "./self-check.js";

/** How soon a process leaves the queues when it cannot do its part, and comes back when it can. */
const SELF_CHECK_MS = 500;

/** The self-check of a worker, and the task that makes its rounds. */
export function openSelfCheck(parts: {
  journal: IntentJournal;
  breaker: ProviderBreaker;
  provider: Provider;
  log: Logger;
}): { selfCheck: SelfCheck; checking: Chore } {
  const { journal, breaker, provider, log } = parts;
  const selfCheck = new SelfCheck({
    needs: [stateFolderNeed(journal), reloadlyNeed(breaker)],
    clock: systemClock,
    log,
  });
  const checking: Chore = {
    name: "self-check",
    everyMs: SELF_CHECK_MS,
    run: async () => {
      await selfCheck.check();
      await breaker.probe(() => provider.balance());
    },
  };
  return { selfCheck, checking };
}
