import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { AuditChainCheck, type AuditEntry, endLine } from "@surefill/access";
import { grouped } from "../campaign/text-table.js";
import { describeFileError } from "../file-errors.js";
import type { Surroundings } from "../surroundings.js";
import { type AccessStores, draftOf } from "./access-stores.js";

/** The chain does not hold. */
const EXIT_BROKEN = 1;
const EXIT_NOT_DONE = 2;
const CHUNK_ENTRIES = 500;
const SHOWN_MAX = 20;

/** `surefill audit-log export`. */
export async function exportLog(
  { auditLog }: AccessStores,
  { from }: { from: number },
  around: Surroundings,
): Promise<void> {
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
}

/** `surefill audit-log verify`. */
export async function verify(
  file: string,
  { json }: { json?: true },
  { print, tell, exitWith }: Surroundings,
): Promise<void> {
  const chain = new AuditChainCheck();
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      chain.take(line);
    }
  } catch (error) {
    tell(`Not done: ${describeFileError(error, file) ?? String(error)}`, "bad");
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
