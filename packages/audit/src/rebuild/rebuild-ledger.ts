import type { ProviderTransaction } from "@surefill/provider";
import { DeadlineSignals } from "@surefill/runtime";
import type { TopupRecord } from "@surefill/topup";
import type {
  CancelledCampaign,
  Decision,
  Intent,
  LedgerLoss,
  LedgerRebuild,
  Undecided,
  VoidedIntent,
} from "@surefill/topup-store";
import type { AuditClient } from "../live/report-walk.js";
import { walkReport } from "../live/report-walk.js";
import { attemptOf } from "../provider-transaction.js";
import { type KnownElsewhere, type Plan, planRecreation } from "./plan-recreation.js";

export type RebuildParts = {
  ledger: LedgerRebuild;
  /** Absent: the provider is not asked, and only the journals are believed. */
  client?: Pick<AuditClient, "findTransactions">;
  /** What the journals tell of, in no order of the files; read anew with each call. */
  intents: () => AsyncIterable<Intent | VoidedIntent | Decision | Undecided | CancelledCampaign>;
  /** Resolves when nothing that was claimed before the loss can be sent any more. */
  untilNothingIsSent: () => Promise<void>;
  /** Told now and then how far it has come. */
  onProgress: (text: string) => void;
  signal: AbortSignal;
};

export type RebuildOptions = {
  /** From when on the provider's report is read, in milliseconds. */
  reportFromMs: number;
  /** Only say what would be done. */
  isDryRun: boolean;
};

/** What a rebuild found and did, or would do. */
export type RebuildReport = {
  /** What the ledger had lost; null when it accounts for all that was witnessed. */
  loss: LedgerLoss | null;
  /** The new epoch; null when there was nothing lost, or nothing was to be written. */
  epoch: string | null;
  /** Top-ups that the journals tell of. */
  intents: number;
  /** Transactions that the provider's report shows, and how many of them name no attempt of ours. */
  transactions: number;
  foreign: number;
  /** References that were made anew or brought forward, by the state that they got. */
  recreated: { unknown: string[]; processing: string[] };
  /** Of these, what is not sent again before a person confirms: the report shows nothing of it that is or may be paid. */
  toConfirm: string[];
  /** References that were ended again as a person had ended them, by a withdrawal or a verdict. */
  ended: string[];
  /** Campaigns that were cancelled again as a person had cancelled them: none of their rows is sent. */
  cancelledCampaigns: string[];
  /** References of which a person had accepted what the provider shows beside their end. */
  accepted: string[];
  /** Transactions that may be paid beside what the record tells of. */
  evidence: { reference: string; attempt: number; transactionId: number }[];
  /** Paid at the provider as it seems, and of no journal: the report says too little to make a record from. */
  unreadable: string[];
  /** Rows of the report that cannot be read and do not say which top-up they are of; any may be paid. */
  unreadableRows: number;
  /** Its transaction belongs to another top-up. */
  conflicts: string[];
};

const REFERENCES_PER_ROUND = 200;
const TRIES_MAX = 3;
const PROGRESS_EVERY = 10_000;

/**
 * Makes a ledger whole that has lost data: what the journals and the provider's report tell of and the ledger does not
 * know is made anew, as `unknown` or `processing`, so that the worker finds out the rest as it always does. Then the
 * ledger goes on under a new epoch. Everything may be repeated, also after it was killed half-way.
 */
export async function rebuildLedger(parts: RebuildParts, options: RebuildOptions): Promise<RebuildReport> {
  const { ledger } = parts;
  const report: RebuildReport = {
    loss: ledger.loss?.loss ?? null,
    epoch: null,
    intents: 0,
    transactions: 0,
    foreign: 0,
    recreated: { unknown: [], processing: [] },
    toConfirm: [],
    ended: [],
    cancelledCampaigns: [],
    accepted: [],
    evidence: [],
    unreadable: [],
    unreadableRows: 0,
    conflicts: [],
  };
  const { topups: intents, cancelled } = await readIntents(parts);
  report.intents = countClaims(intents);
  report.cancelledCampaigns = ledger.loss === undefined ? [] : [...cancelled.keys()];
  parts.onProgress(`${report.intents} top-ups in the journals`);
  const rows = parts.client === undefined ? new Map() : await readReport(parts, parts.client, intents, options, report);
  const isRebuilding = !options.isDryRun && ledger.loss !== undefined;
  // Before the rows: a row is its campaign's only where that is there.
  if (isRebuilding) for (const each of cancelled.values()) await ledger.campaigns.make(each);
  await apply(parts, { intents, rows }, options, report);
  if (!isRebuilding) return report;

  // A claim from before the loss may have been written down after the journals were read.
  await parts.untilNothingIsSent();
  const { topups: later, cancelled: allCancelled } = await readIntents(parts);
  report.intents = Math.max(report.intents, countClaims(later));
  for (const [reference, { intent, isVoid, decision }] of later) {
    const before = intents.get(reference);
    const isSameClaim = before?.intent?.fence === intent?.fence && before?.isVoid === isVoid;
    if (isSameClaim && before?.decision?.id === decision?.id) later.delete(reference);
  }
  for (const each of allCancelled.values()) await ledger.campaigns.make(each);
  await apply(parts, { intents: later, rows }, options, report);
  for (const each of allCancelled.values()) await ledger.campaigns.cancel(each);
  report.cancelledCampaigns = [...allCancelled.keys()];
  report.epoch = await ledger.begin();
  return report;
}

/** What the journals tell of a top-up: its latest claim, whether anything may have come of it, the latest decision. */
type Journalled = Pick<KnownElsewhere, "intent" | "isVoid" | "decision">;

function countClaims(journalled: ReadonlyMap<string, Journalled>): number {
  return [...journalled.values()].filter(({ intent }) => intent !== undefined).length;
}

type AllJournalled = { topups: Map<string, Journalled>; cancelled: Map<string, CancelledCampaign> };

/** The latest claim and the latest decision of each top-up, and every campaign that a person cancelled. */
async function readIntents({ intents, signal }: RebuildParts): Promise<AllJournalled> {
  const latest = new Map<string, Journalled>();
  const voided = new Set<string>();
  const undecided = new Set<string>();
  const decisions: Decision[] = [];
  const cancellations: CancelledCampaign[] = [];
  for await (const line of intents()) {
    signal.throwIfAborted();
    // Both are of one process, so they are in one file or in two that follow each other, read in any order.
    if (line.kind === "void") {
      voided.add(claimKey(line));
      continue;
    }
    if (line.kind === "undecided") {
      undecided.add(line.id);
      continue;
    }
    if (line.kind === "decision") {
      decisions.push(line);
      continue;
    }
    if (line.kind === "campaign-cancelled") {
      cancellations.push(line);
      continue;
    }
    const before = latest.get(line.reference)?.intent;
    const isLater = before === undefined || line.fence > before.fence;
    // Two claims with one fence are of two lives of a ledger: the later one may be under way still.
    const isOfLaterLife = line.fence === before?.fence && line.atMs > before.atMs;
    if (isLater || isOfLaterLife) latest.set(line.reference, { intent: line, isVoid: false });
  }
  for (const claim of latest.values()) {
    if (claim.intent !== undefined) claim.isVoid = voided.has(claimKey(claim.intent));
  }
  for (const decision of decisions) {
    if (undecided.has(decision.id)) continue;
    const known = latest.get(decision.reference) ?? {};
    const { fence = -1, atMs = 0 } = known.decision ?? {};
    const isLater = decision.fence > fence || (decision.fence === fence && decision.atMs >= atMs);
    if (isLater) latest.set(decision.reference, { ...known, decision });
  }
  const stand = cancellations.filter(({ id }) => !undecided.has(id));
  return { topups: latest, cancelled: new Map(stand.map((each) => [each.campaign, each])) };
}

/** A fence is given out once in the life of a ledger. */
function claimKey({ epoch, reference, fence }: Pick<Intent, "epoch" | "reference" | "fence">): string {
  return `${epoch} ${reference} ${fence}`;
}

/** The provider's transactions that the ledger does not account for, by reference. */
async function readReport(
  parts: RebuildParts,
  client: Pick<AuditClient, "findTransactions">,
  intents: ReadonlyMap<string, Journalled>,
  { reportFromMs }: RebuildOptions,
  report: RebuildReport,
): Promise<Map<string, ProviderTransaction[]>> {
  const kept = new Map<string, ProviderTransaction[]>();
  const nowMs = await parts.ledger.nowMs();
  const manner = { deadlines: new DeadlineSignals(parts.signal), pause: async () => undefined };
  let told = 0;
  for await (const { rows: page, unreadable } of walkReport(client, { fromMs: reportFromMs, nowMs }, manner)) {
    for (const row of unreadable) {
      const reference = attemptOf(row)?.reference;
      if (reference === undefined) report.unreadableRows += 1;
      else report.unreadable.push(reference);
    }
    const references = new Set(page.flatMap((each) => attemptOf(each)?.reference ?? []));
    const records = await parts.ledger.records([...references]);
    for (const transaction of page) {
      report.transactions += 1;
      const reference = attemptOf(transaction)?.reference;
      if (reference === undefined) {
        report.foreign += 1;
        continue;
      }
      const known = { reference, transactions: [transaction], ...intents.get(reference) };
      if (isNothing(planRecreation(records.get(reference), known, nowMs))) continue;
      kept.set(reference, [...(kept.get(reference) ?? []), transaction]);
    }
    if (report.transactions - told >= PROGRESS_EVERY) {
      told = report.transactions;
      parts.onProgress(`${told} transactions of the provider's report`);
    }
  }
  parts.onProgress(`${report.transactions} transactions in the provider's report`);
  return kept;
}

function isNothing({ recreation, ended, accepted, evidence, isUnreadable }: Plan): boolean {
  const isKnown = recreation === undefined && ended === undefined && accepted === undefined;
  return isKnown && evidence.length === 0 && !isUnreadable;
}

type Elsewhere = {
  intents: ReadonlyMap<string, Journalled>;
  rows: ReadonlyMap<string, readonly ProviderTransaction[]>;
};

async function apply(
  parts: RebuildParts,
  elsewhere: Elsewhere,
  options: RebuildOptions,
  report: RebuildReport,
): Promise<void> {
  const references = [...new Set([...elsewhere.intents.keys(), ...elsewhere.rows.keys()])];
  for (let start = 0; start < references.length; start += REFERENCES_PER_ROUND) {
    parts.signal.throwIfAborted();
    const round = references.slice(start, start + REFERENCES_PER_ROUND);
    const [records, nowMs] = await Promise.all([parts.ledger.records(round), parts.ledger.nowMs()]);
    await Promise.all(
      round.map((reference) => {
        const left = { record: records.get(reference), known: knownOf(reference, elsewhere), nowMs };
        return applyOne(parts, left, options, report);
      }),
    );
    const done = start + round.length;
    if (done % PROGRESS_EVERY === 0) parts.onProgress(`${done} of ${references.length} top-ups compared`);
  }
}

function knownOf(reference: string, { intents, rows }: Elsewhere): KnownElsewhere {
  return { reference, transactions: rows.get(reference) ?? [], ...intents.get(reference) };
}

async function applyOne(
  { ledger }: RebuildParts,
  { record, known, nowMs }: { record: TopupRecord | undefined; known: KnownElsewhere; nowMs: number },
  { isDryRun }: RebuildOptions,
  report: RebuildReport,
): Promise<void> {
  const { reference } = known;
  let left = record;
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    const plan = planRecreation(left, known, nowMs);
    const { recreation, ended } = plan;
    if (recreation !== undefined || ended !== undefined) {
      const outcome = isDryRun ? "recreated" : await write(ledger, plan);
      if (outcome === "changed") {
        left = (await ledger.records([reference])).get(reference);
        continue;
      }
      if (outcome === "taken") report.conflicts.push(reference);
      else if (recreation === undefined) report.ended.push(reference);
      else {
        report.recreated[recreation.state].push(reference);
        if (recreation.needsConfirmation) report.toConfirm.push(reference);
      }
    }
    if (plan.isUnreadable) report.unreadable.push(reference);
    for (const each of plan.evidence) {
      if (!isDryRun) await ledger.addEvidence(reference, each.attempt, each.transactionId);
      report.evidence.push({ reference, ...each });
    }
    if (plan.accepted !== undefined) {
      if (!isDryRun) await ledger.acceptAgain(plan.accepted);
      report.accepted.push(reference);
    }
    return;
  }
  throw new Error(`${reference} changes while it is rebuilt: stop whoever writes to the ledger, and run it again`);
}

async function write(ledger: LedgerRebuild, { recreation, ended }: Pick<Plan, "recreation" | "ended">) {
  if (ended !== undefined) return ledger.recreateEnded(ended);
  if (recreation === undefined) throw new TypeError("nothing is to be written");
  return ledger.recreate(recreation);
}
