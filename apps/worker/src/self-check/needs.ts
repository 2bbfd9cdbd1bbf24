import { QUEUES } from "@surefill/topup";
import type { IntentJournal } from "../journal/intent-journal.js";
import type { ProviderBreaker } from "./provider-breaker.js";
import type { Need } from "./self-check.js";

/** A claim is written to STATE_DIR before it is sent, so a process that cannot write there sends nothing. */
export function stateFolderNeed(journal: Pick<IntentJournal, "isWritable">): Need {
  return {
    name: "state folder",
    queues: [QUEUES.submit],
    problem: () =>
      journal.isWritable
        ? undefined
        : "STATE_DIR takes no writes, or its files were removed or replaced: free its disk or restore the folder",
  };
}

/**
 * Reloadly, as this process reaches it. Its jobs go to others, unless `isSharedByAll`: where no process reaches it the
 * account's gate is closed, and top-ups are held there with the reason.
 */
export function reloadlyNeed(breaker: Pick<ProviderBreaker, "cutOff">, isSharedByAll: () => boolean): Need {
  return {
    name: "reloadly",
    get queues() {
      return isSharedByAll() ? [] : [QUEUES.submit, QUEUES.poll];
    },
    problem: () => {
      const { cutOff } = breaker;
      if (cutOff === undefined) return undefined;
      return `this process does not reach Reloadly (${cutOff.code}): check its network, CA certificates and RELOADLY_CLIENT_SECRET`;
    },
  };
}
