import { type Logger, systemClock } from "@surefill/runtime";
import { type Timings, UNREACHABLE_EVIDENCE, unreachableGate } from "@surefill/topup";
import type { Gates } from "@surefill/topup-store";
import type { IntentJournal } from "../journal/intent-journal.js";
import type { Provider } from "../provider.js";
import type { Chore } from "../sweep/housekeeping.js";
import { reloadlyNeed, stateFolderNeed } from "./needs.js";
import type { CutOff, ProviderBreaker } from "./provider-breaker.js";
import { SelfCheck } from "./self-check.js";

/** How soon a process leaves the queues when it cannot do its part, and comes back when it can. */
const SELF_CHECK_MS = 500;

/** The self-check of a worker, and the task that makes its rounds. */
export function openSelfCheck(parts: {
  journal: IntentJournal;
  breaker: ProviderBreaker;
  provider: Provider;
  gates: Pick<Gates, "closed" | "countFailure" | "open">;
  timings: Timings;
  log: Logger;
}): { selfCheck: SelfCheck; checking: Chore } {
  const { journal, breaker, provider, log } = parts;
  const selfCheck = new SelfCheck({
    needs: [stateFolderNeed(journal), reloadlyNeed(breaker)],
    clock: systemClock,
    log,
  });
  let reported: CutOff | undefined;
  const checking: Chore = {
    name: "self-check",
    everyMs: SELF_CHECK_MS,
    run: async () => {
      await selfCheck.check();
      const hasProbed = await breaker.probe(() => provider.balance());
      const { cutOff } = breaker;
      if (cutOff !== undefined && (hasProbed || reported === undefined)) await reportCutOff(parts, cutOff);
      if (cutOff === undefined && reported !== undefined) await openWhatIsReachable(parts.gates, reported);
      reported = cutOff;
    },
  };
  return { selfCheck, checking };
}

/** The account's gate closes when every process that runs is cut off: then it is not this one's fault alone. */
async function reportCutOff(
  { gates, timings }: { gates: Pick<Gates, "countFailure">; timings: Timings },
  { code }: CutOff,
): Promise<void> {
  const { kind: _, ...closing } = unreachableGate({ code }, timings);
  // The breaker has counted the failures.
  await gates.countFailure("account", { ...closing, evidence: { ...UNREACHABLE_EVIDENCE, failures: 1 } });
}

async function openWhatIsReachable(gates: Pick<Gates, "closed" | "open">, { code }: CutOff): Promise<void> {
  const isStillClosed = (await gates.closed()).some(({ name, reason }) => name === "account" && reason === code);
  if (isStillClosed) await gates.open("account");
}
