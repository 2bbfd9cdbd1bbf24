import { type Logger, systemClock } from "@surefill/runtime";
import { type GateReason, type Timings, UNREACHABLE_EVIDENCE, unreachableGate } from "@surefill/topup";
import type { Gates } from "@surefill/topup-store";
import type { IntentJournal } from "../journal/intent-journal.js";
import type { Provider } from "../provider.js";
import type { Chore } from "../sweep/housekeeping.js";
import { type WakeParts, wakeParked } from "../sweep/wake-parked.js";
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
  ledger: WakeParts["ledger"];
  alarms: WakeParts["alarms"];
  timings: Timings;
  log: Logger;
}): { selfCheck: SelfCheck; checking: Chore } {
  const { journal, breaker, provider, log } = parts;
  let isFirst = true;
  let reported: GateReason | undefined;
  let isSharedByAll = false;
  const selfCheck = new SelfCheck({
    needs: [stateFolderNeed(journal), reloadlyNeed(breaker, () => isSharedByAll)],
    clock: systemClock,
    log,
  });
  const checking: Chore = {
    name: "self-check",
    everyMs: SELF_CHECK_MS,
    run: async () => {
      await selfCheck.check();
      if (isFirst) await openForNewcomer(parts);
      isFirst = false;
      const hasProbed = await breaker.probe(() => provider.balance());
      const { cutOff } = breaker;
      if (cutOff !== undefined && (hasProbed || reported === undefined)) {
        reported = await reasonOf(provider, cutOff);
        isSharedByAll = await reportCutOff(parts, reported);
      }
      if (cutOff !== undefined || reported === undefined) return;
      await openAccount(parts, (reason) => reason === reported?.reason);
      reported = undefined;
      isSharedByAll = false;
    },
  };
  return { selfCheck, checking };
}

/** Why this process is cut off, as an operator is told: the breaker knows only the client's own code. */
async function reasonOf(provider: Provider, { code }: CutOff): Promise<GateReason> {
  const prepared = await provider.prepare();
  if (prepared.kind === "ready") return { reason: code };
  return { reason: prepared.code, ...(prepared.detail !== undefined && { detail: prepared.detail }) };
}

/**
 * The account's gate closes when every process that runs is cut off: then it is not this one's fault alone. Answers
 * whether it is closed.
 */
async function reportCutOff(
  { gates, timings }: { gates: Pick<Gates, "countFailure">; timings: Timings },
  { reason: code, detail }: GateReason,
): Promise<boolean> {
  const { kind: _, ...closing } = unreachableGate({ code, ...(detail !== undefined && { detail }) }, timings);
  // The breaker has counted the failures.
  return gates.countFailure("account", { ...closing, evidence: { ...UNREACHABLE_EVIDENCE, failures: 1 } });
}

/** Reasons of a gate that was closed since no process had a token or a connection. */
const UNREACHED = /^(?:RELOADLY_|INVALID_CREDENTIALS$)/;

/** Top-ups that are woken when the gate opens; the others continue when their own hold ends. */
const WOKEN_TOPUPS_MAX = 5_000;

type OpenParts = WakeParts & { gates: Pick<Gates, "closed" | "open"> };

/** A worker that starts with what the others lacked, a right secret say, need not wait for the end of their gate. */
async function openForNewcomer(parts: OpenParts & { provider: Provider }): Promise<void> {
  const isReached = async () => (await parts.provider.prepare()).kind === "ready";
  await openAccount(parts, (reason) => UNREACHED.test(reason), isReached);
}

async function openAccount(
  parts: OpenParts,
  isMeant: (reason: string) => boolean,
  isReached: () => Promise<boolean> = async () => true,
): Promise<void> {
  const account = (await parts.gates.closed()).find(({ name }) => name === "account");
  if (account === undefined || !isMeant(account.reason) || !(await isReached())) return;
  await parts.gates.open("account");
  await wakeParked(parts, "account", WOKEN_TOPUPS_MAX);
}
