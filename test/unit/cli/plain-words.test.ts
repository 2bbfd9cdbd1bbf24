/** What a person reads who mistypes, names a wrong file, or has not started anything yet. No server is needed for it. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeFileError } from "../../../apps/cli/src/file-errors.js";

const bin = fileURLToPath(new URL("../../../apps/cli/bin/surefill.js", import.meta.url));

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "surefill-words-"));
  await mkdir(join(dir, "folder"));
  await writeFile(join(dir, "empty.csv"), "");
  await writeFile(join(dir, "list.csv"), "number,amount\n+2348031551000,5\n");
});
afterAll(() => rm(dir, { recursive: true }));

/** Runs a command in the folder; what it says on both streams, and its exit code. */
function said(line: string): Promise<{ code: number; text: string }> {
  const env = { PATH: process.env["PATH"] ?? "", SUREFILL_KEY: "key", SUREFILL_URL: "http://127.0.0.1:9" };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...line.split(" ")], { cwd: dir, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
  });
}

describe("a word that no command has is answered with the one that was meant", () => {
  test.each([
    ["verfy", "verify"],
    ["campain list", "campaign"],
    ["campaign lst", "list"],
    ["campaign list --jsn", "--json"],
    ["campaign check list.csv --budgt 5", "--budget"],
    ["gates --jason", "--json"],
    ["people lst", "list"],
    ["keys revok x", "revoke"],
    ["audit-log exprt", "export"],
    ["rebind --reason x --sme-account", "--same-account"],
  ])("surefill %s", async (line, meant) => {
    const { code, text } = await said(line);
    expect(text).toContain(`Did you mean ${meant}?`);
    expect(text).toContain("See: surefill --help");
    expect(code).toBe(2);
  });
});

describe("a file that cannot be used is named, with what is wrong with it, before anything is asked", () => {
  test.each([
    ["campaign check gone.csv", /^There is no such file or folder: gone\.csv \(looked from .*\)\.\n$/],
    ["campaign check folder", /^A file is wanted, and this is a folder: folder \(looked from .*\)\.\n$/],
    ["campaign check empty.csv", /^The file is empty: empty\.csv \(looked from .*\)\.\n$/],
    ["campaign check list.csv/x", /^A folder is wanted, and a file stands in its place: list\.csv\/x /],
    ["campaign check list.csv --settings gone.json", /^There is no such file or folder: gone\.json /],
    ["campaign check list.csv --settings folder", /^A file is wanted, and this is a folder: folder /],
    ["campaign check list.csv --settings empty.csv", /^empty\.csv must be a JSON object /],
    ["campaign verify folder", /^There is no such file or folder: folder\/manifest\.json /],
    ["audit-log verify gone", /^Not done: There is no such file or folder: gone /],
    ["audit-log verify folder", /^Not done: A file is wanted, and this is a folder: folder /],
  ])("surefill %s", async (line, words) => {
    const { code, text } = await said(line);
    expect(text).toMatch(words);
    expect(code).toBe(2);
  });

  test("one that this user may not read", () => {
    const refused = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES", syscall: "open" });
    expect(describeFileError(refused, "/list.csv")).toBe("This user may not read or write: /list.csv.");
  });
});

test.each(["campaign list", "gates", "operators", "reviews"])(
  "surefill %s says that no producer answers, and which setting names it",
  async (line) => {
    const { code, text } = await said(line);
    expect(text).toMatch(/^Surefill cannot be asked at http:\/\/127\.0\.0\.1:9: .*SUREFILL_URL names another one\.\n$/);
    expect(code).toBe(2);
  },
);
