/** Lines are on the disk when they are said to be, and a crash or a full disk costs at most the one under way. */
import {
  appendFile,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AppendLog,
  type AppendLogOptions,
  expireLogFiles,
  lastLogLines,
  logFilesIn,
  readLogLines,
  StateDirectoryError,
} from "@surefill/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let root: string;
let directory: string;
let nowMs: number;
const logs: AppendLog[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "surefill-append-"));
  directory = join(root, "state", "surefill");
  nowMs = Date.now(); // Files carry the machine's time.
});
afterEach(async () => {
  for (const log of logs.splice(0)) await log.close();
  await rm(root, { recursive: true });
});

async function open(options: Partial<AppendLogOptions> = {}): Promise<AppendLog> {
  const log = await AppendLog.open({ directory, name: "worker-1", clock: { nowMs: () => nowMs }, ...options });
  logs.push(log);
  return log;
}

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLogLines(path)) lines.push(line);
  return lines;
}

async function allLines(): Promise<string[]> {
  return (await Promise.all((await logFilesIn(directory)).map(linesOf))).flat();
}

const file = (number: number) => join(directory, `worker-1.${number}.jsonl`);

test("a line is in the file when its append resolves, and lines keep their order", async () => {
  const log = await open();
  await log.append("first");
  expect(await readFile(file(1), "utf8")).toBe("first\n");
  await Promise.all(Array.from({ length: 500 }, (_, index) => log.append(`line ${index}`)));
  expect(await linesOf(file(1))).toEqual(["first", ...Array.from({ length: 500 }, (_, index) => `line ${index}`)]);
});

test("folder and files are for the process's user alone", async () => {
  await open();
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
  expect((await stat(file(1))).mode & 0o777).toBe(0o600);
});

test("a folder that cannot be made is told at once, by its name", async () => {
  await writeFile(join(root, "state"), "not a folder");
  await expect(open()).rejects.toThrow(StateDirectoryError);
  await expect(open()).rejects.toThrow(directory);
});

test("a file of a name that was used before is never written on", async () => {
  await (await open()).append("earlier");
  await expect(open()).rejects.toThrow(StateDirectoryError);
});

test("nothing is left behind by a log into which nothing was written", async () => {
  await (await open()).close();
  expect(await readdir(directory)).toEqual([]);
});

describe("when a write fails", () => {
  test("all that waited are told, and the next line begins a new file once the disk is well", async () => {
    const log = await open();
    await log.append("kept");
    // The next file cannot be made, and the age of this one asks for it.
    nowMs += 86_400_000;
    await rm(directory, { recursive: true });
    await writeFile(directory, "in the way");
    const lost = await Promise.allSettled([log.append("lost"), log.append("lost too")]);
    expect(lost.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(log.isHealthy).toBe(false);
    await rm(directory);
    await (await open({ name: "somebody-else" })).append("x");
    await log.append("again");
    expect(log.isHealthy).toBe(true);
    expect((await allLines()).toSorted()).toEqual(["again", "x"]);
  });
});

describe("a file that was taken away under the log", () => {
  const damages: [string, () => Promise<void>][] = [
    ["removed", () => rm(file(1))],
    ["removed with its folder", () => rm(join(root, "state"), { recursive: true })],
    ["moved away with its folder", () => rename(join(root, "state"), join(root, "moved"))],
    [
      "replaced by another of its name",
      () => writeFile(join(root, "other"), "x").then(() => rename(join(root, "other"), file(1))),
    ],
  ];
  test.each(damages)("%s: the next line is refused, and the one after it is in a new file", async (_, damage) => {
    const log = await open();
    await log.append("before");
    await damage();
    await expect(log.append("lost")).rejects.toThrow("was removed or replaced");
    expect(log.isHealthy).toBe(false);
    await log.append("after");
    expect(log.isHealthy).toBe(true);
    expect(await linesOf(file(2))).toEqual(["after"]);
  });

  test("is noticed by a check that has nothing to write", async () => {
    const log = await open();
    await log.check();
    expect(log.isHealthy).toBe(true);
    await rm(join(root, "state"), { recursive: true });
    await log.check();
    expect(log.isHealthy).toBe(false);
  });
});

describe("files", () => {
  test("follow each other when one is full or a day old", async () => {
    const log = await open({ fileBytesMax: 10 });
    await log.append("0123456789");
    await log.append("second file");
    nowMs += 86_400_000;
    await log.append("third file");
    expect(await readdir(directory)).toEqual(["worker-1.1.jsonl", "worker-1.2.jsonl", "worker-1.3.jsonl"]);
    expect(await linesOf(file(3))).toEqual(["third file"]);
  });

  test("expire by the time of their last line, but for the newest of all", async () => {
    const days = (count: number) => new Date(nowMs - count * 86_400_000);
    await open();
    for (const [index, age] of [60, 50, 40].entries()) {
      const path = join(directory, `old-${index}.1.jsonl`);
      await writeFile(path, "x\n");
      await utimes(path, days(age), days(age));
    }
    await utimes(file(1), days(45), days(45));
    expect(await expireLogFiles(directory, nowMs - 55 * 86_400_000)).toBe(1);
    expect(await expireLogFiles(directory, nowMs)).toBe(2);
    expect(await readdir(directory)).toEqual(["old-2.1.jsonl"]);
  });

  test("that are too old go when a new one has its first line, and not before", async () => {
    const old = join(directory, "old.1.jsonl");
    const log = await open({ expireAfterMs: 1_000 });
    await writeFile(old, "all that is known\n");
    await utimes(old, new Date(nowMs - 2_000), new Date(nowMs - 2_000));
    await open({ name: "worker-2", expireAfterMs: 1_000 });
    expect(await readdir(directory)).toContain("old.1.jsonl");
    await log.append("known again");
    await expect.poll(() => readdir(directory)).not.toContain("old.1.jsonl");
  });
});

describe("reading", () => {
  test("leaves out a line that was torn off, whether in the middle of a character or not", async () => {
    const log = await open();
    await log.append("whole");
    await log.append("torn €");
    await truncate(file(1), (await stat(file(1))).size - 2);
    expect(await linesOf(file(1))).toEqual(["whole"]);
    expect(await lastLogLines(file(1))).toEqual(["whole"]);
  });

  test("of the last lines takes no half of one that began before them", async () => {
    await open();
    await appendFile(file(1), `${"x".repeat(70_000)}\nlast\n`);
    expect(await lastLogLines(file(1))).toEqual(["last"]);
  });

  test("finds nothing in a folder that is not there, and says when one may not be read", async () => {
    expect(await logFilesIn(join(root, "nowhere"))).toEqual([]);
    await writeFile(join(root, "file"), "");
    await expect(logFilesIn(join(root, "file"))).rejects.toThrow("ENOTDIR");
  });
});
