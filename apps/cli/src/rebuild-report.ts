import type { RebuildReport } from "@surefill/audit";
import type { Journals } from "./journals.js";

const LOSSES: Readonly<Record<NonNullable<RebuildReport["loss"]>, string>> = {
  missing: "The ledger was gone from Redis.",
  replaced: "Redis held another ledger than the one that the journals know.",
  behind: "Redis held an older state of the ledger than was acknowledged.",
  rebound: "The ledger belongs to another account.",
};

/** References that are listed for a person; `--json` has all of them. */
const SHOWN_MAX = 20;

type Row = [string, string];

/** What a rebuild found and did, for a person. */
export function describeRebuild(shown: RebuildReport & { dryRun: boolean; journals: Journals }): string {
  const { dryRun, journals, recreated, loss } = shown;
  const verb = dryRun ? "would be made" : "were made";
  const rows: Row[] = [
    ["journal files", `${journals.files}, ${journals.lines} lines, unreadable: ${journals.unreadable}`],
    ["top-ups in the journals", String(shown.intents)],
    ["transactions at Reloadly", `${shown.transactions}, of which not ours: ${shown.foreign}`],
    ...(shown.unreadableRows > 0
      ? [["rows that cannot be read", `${shown.unreadableRows}, any may be paid: look at them at Reloadly`] as Row]
      : []),
    [`${verb} unknown`, String(recreated.unknown.length)],
    [`${verb} processing`, String(recreated.processing.length)],
    ["ended as a person had ended", String(shown.ended.length)],
    ["campaigns cancelled again", String(shown.cancelledCampaigns.length)],
    ["accepted as a person had accepted", String(shown.accepted.length)],
    ["wait for your confirmation", String(shown.toConfirm.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    loss === null ? "The ledger accounts for everything that the journals know." : LOSSES[loss],
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    ...list("Paid, or still may be, beside what is recorded; look at each:", shown.evidence.map(describeEvidence)),
    ...list("At Reloadly, and the report says too little to make a record; send them again:", shown.unreadable),
    ...list("Left alone, because their transaction is another top-up's; look at each:", shown.conflicts),
    ending(shown),
  ].join("\n");
}

function describeEvidence({ reference, transactionId }: RebuildReport["evidence"][number]): string {
  return `${reference}  transaction ${transactionId}`;
}

function list(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length > SHOWN_MAX ? [`  and ${entries.length - SHOWN_MAX} more (--json)`] : [];
  return [title, ...entries.slice(0, SHOWN_MAX).map((entry) => `  ${entry}`), ...more];
}

function ending({ dryRun, epoch, toConfirm }: RebuildReport & { dryRun: boolean }): string {
  if (dryRun) return "Nothing was changed (--dry-run).";
  if (epoch === null) return "Nothing was lost, so the ledger goes on as it is.";
  return [
    `The ledger goes on under the epoch ${epoch}. Running processes follow by themselves, within a second.`,
    ...(toConfirm.length > 0
      ? [`Nothing of ${toConfirm.length} top-ups is sent again before you confirm: \`surefill recreated\` lists them.`]
      : []),
    "Have every caller send again what it sent since the loss, with the same references: nobody is paid twice.",
  ].join("\n");
}
