import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { AuditChainCheck, type AuditEntry, endLine } from "@surefill/access";
import { type Command, InvalidArgumentError } from "commander";
import { grouped } from "../campaign/text-table.js";
import { DESCRIPTIONS } from "../descriptions.js";
import type { Surroundings } from "../surroundings.js";
import { draftOf, withAccessStores } from "./access-stores.js";

/** The chain does not hold. */
const EXIT_BROKEN = 1;
const EXIT_NOT_DONE = 2;
const CHUNK_ENTRIES = 500;
const SHOWN_MAX = 20;

/** Adds `surefill audit-log` to the command. */
export function addAuditLog(program: Command, around: Surroundings): void {
  const auditLog = program.command("audit-log").description(DESCRIPTIONS["audit-log"]);
  auditLog
    .command("export")
    .description("Print the audit log, oldest first, one JSON object a line; the export is written into it")
    .option("--from <number>", "the first entry's number", entryNumber, 1)
    .action((options: { from: number }) => exportLog(options, around));
  auditLog
    .command("verify <file>")
    .description("Check an export without Redis: a changed, removed or moved entry is named")
    .option("--json", "one JSON object instead of text")
    .action((file: string, options: { json?: true }) => verify(file, options, around));
}

function entryNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be the number of an entry.");
}

function exportLog({ from }: { from: number }, around: Surroundings): Promise<void> {
  return withAccessStores(around, async ({ auditLog }) => {
    const { head } = await auditLog.head();
    await auditLog.append(draftOf(around, { action: "audit-log.exported", after: { from } }));
    let next = from;
    let last: AuditEntry | undefined;
    const summary = { entries: 0, first: null as number | null };
    while (next <= head.number) {
      const entries = (await auditLog.read(next, CHUNK_ENTRIES)).filter(({ number }) => number <= head.number);
      if (entries.length === 0) break;
      for (const entry of entries) around.print(JSON.stringify(entry));
      summary.first ??= entries[0]?.number ?? null;
      summary.entries += entries.length;
      last = entries.at(-1);
      next = (last?.number ?? head.number) + 1;
    }
    around.print(endLine({ ...summary, last: last === undefined ? null : { number: last.number, hash: last.hash } }));
  });
}

async function verify(file: string, { json }: { json?: true }, { print, tell, exitWith }: Surroundings): Promise<void> {
  const chain = new AuditChainCheck();
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      chain.take(line);
    }
  } catch (error) {
    tell(`Not done: ${error instanceof Error ? error.message : String(error)}`);
    return exitWith(EXIT_NOT_DONE);
  }
  const findings = chain.finish();
  const { entries, first, last } = chain.summary;
  if (findings.length > 0) exitWith(EXIT_BROKEN);
  if (json === true) return print(JSON.stringify({ holds: findings.length === 0, entries, first, last, findings }));
  for (const { line, what } of findings.slice(0, SHOWN_MAX)) print(`line ${line}: ${what}`);
  if (findings.length > SHOWN_MAX) print(`and ${grouped(findings.length - SHOWN_MAX)} more (--json)`);
  if (findings.length > 0) return print("The chain is broken: this is not the log as it was exported.");
  if (last === null) return print("The export has no entry.");
  const older = first === 1 ? "" : `; entries before ${first} are not in it`;
  print(
    `The chain holds: ${grouped(entries)} entries, up to entry ${last.number}${older}.\nHash of the last one: ${last.hash}`,
  );
}
