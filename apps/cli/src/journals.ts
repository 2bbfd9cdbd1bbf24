import { lastLogLines, logFilesIn, readLogLines } from "@surefill/runtime";
import { type JournalLine, keepHighest, readJournalLine, type Witnessed, witnessedIn } from "@surefill/topup-store";

/** The journals of all processes, as they lie in their folders. */
export type Journals = {
  files: number;
  lines: number;
  /** Lines that no version has written: damaged, or of something else. */
  unreadable: number;
  /** How far the ledger had come, by everybody who saw it. */
  witnessed: readonly Witnessed[];
  /** The provider account of the process that wrote the latest line which names one. */
  account?: string;
};

/** Goes through every journal once. */
export async function surveyJournals(directories: readonly string[]): Promise<Journals> {
  const witnessed = new Map<string, Witnessed>();
  const journals = { files: 0, lines: 0, unreadable: 0 };
  let latest: { account: string; atMs: number } | undefined;
  for (const path of await filesIn(directories)) {
    journals.files += 1;
    for await (const text of readLogLines(path)) {
      journals.lines += 1;
      const line = readJournalLine(text);
      if (line?.kind === "witness" && line.account !== undefined && line.atMs >= (latest?.atMs ?? 0)) {
        latest = { account: line.account, atMs: line.atMs };
      }
      if (line === undefined) journals.unreadable += 1;
      else keepHighest(witnessed, line);
    }
  }
  return { ...journals, witnessed: [...witnessed.values()], ...(latest !== undefined && { account: latest.account }) };
}

/**
 * How far the ledger had come by the last lines of a folder's journals; nothing where there are none, or where only
 * the processes that write them may read them.
 */
export async function readWitnessed(directory: string): Promise<Witnessed[]> {
  try {
    const files = await logFilesIn(directory);
    return witnessedIn((await Promise.all(files.map(lastLogLines))).flat());
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EACCES") return [];
    throw error;
  }
}

/** Every claim and every decision that the journals tell of, and each of which they tell that nothing came. */
export async function* readIntents(
  directories: readonly string[],
): AsyncGenerator<Exclude<JournalLine, { kind: "witness" }>> {
  for (const path of await filesIn(directories)) {
    for await (const text of readLogLines(path)) {
      const line = readJournalLine(text);
      if (line !== undefined && line.kind !== "witness") yield line;
    }
  }
}

async function filesIn(directories: readonly string[]): Promise<string[]> {
  return (await Promise.all(directories.map(logFilesIn))).flat();
}
