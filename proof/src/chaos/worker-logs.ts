/** What the workers' own logs tell: facts that leave no trace in the ledger or the books. */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { QUEUES, type QueueName } from "@surefill/topup";
import { z } from "zod";

/** Counts over all processes of all workers. */
export type LogFacts = {
  /** Jobs whose worker was lost and that the queue gave to another. */
  stalledJobs: number;
  /** Alarms that the sweeper replaced. */
  replacedAlarms: number;
  /** Answers of the provider that came when the claim was over. */
  lateAnswers: number;
  /** Lines at level error or worse, by message; none of the faults should make one that nobody expects. */
  errors: Record<string, number>;
};

const STALLED = "job stalled: its worker was lost";
const REPLACED = "overdue top-ups got a new alarm";
const LATE = "answer came after the claim was over";
const TAKES_JOBS = "queue worker takes jobs";
const ERRORS = new Set(["error", "fatal"]);

const lineSchema = z.object({
  msg: z.string(),
  level: z.string(),
  replaced: z.number().optional(),
  queue: z.string().optional(),
  workerId: z.string().optional(),
});
type Line = z.output<typeof lineSchema>;

/** Reads whole logs and counts. A last line that a kill cut off is left out. */
export async function readLogFacts(paths: readonly string[]): Promise<LogFacts> {
  const facts: LogFacts = { stalledJobs: 0, replacedAlarms: 0, lateAnswers: 0, errors: {} };
  for (const path of paths) {
    await eachLine(path, (line) => {
      if (line.msg === STALLED) facts.stalledJobs += 1;
      else if (line.msg === REPLACED) facts.replacedAlarms += line.replaced ?? 0;
      else if (line.msg === LATE) facts.lateAnswers += 1;
      if (ERRORS.has(line.level)) facts.errors[line.msg] = (facts.errors[line.msg] ?? 0) + 1;
    });
  }
  return facts;
}

const DIGITS = /\d{9,15}/g;

/** Lines that hold one of these numbers (digits without +): none ever should. Each as `file:line`. */
export async function findNumbersInLogs(paths: readonly string[], numbers: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(path) })) {
      line += 1;
      if (text.match(DIGITS)?.some((digits) => numbers.has(digits))) found.push(`${basename(path)}:${line}`);
    }
  }
  return found;
}

/** The ids under which a worker process holds its locks, by queue. */
export async function readWorkerIds(path: string): Promise<Map<QueueName, string>> {
  const ids = new Map<QueueName, string>();
  await eachLine(path, ({ msg, queue, workerId }) => {
    const known = Object.values(QUEUES).find((name) => name === queue);
    if (msg === TAKES_JOBS && known !== undefined && workerId !== undefined) ids.set(known, workerId);
  });
  return ids;
}

async function eachLine(path: string, read: (line: Line) => void): Promise<void> {
  for await (const text of createInterface({ input: createReadStream(path) })) {
    if (!text.startsWith("{")) continue;
    try {
      const parsed = lineSchema.safeParse(JSON.parse(text));
      if (parsed.success) read(parsed.data);
    } catch {
      // Half a line: its writer was killed.
    }
  }
}
