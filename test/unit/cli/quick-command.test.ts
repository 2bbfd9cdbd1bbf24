/** The command loads only what is asked for, and says the same as when all of it is loaded. */
import { execFile } from "node:child_process";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createCommand } from "@surefill/cli";
import { expect, test } from "vitest";

const bin = fileURLToPath(new URL("../../../apps/cli/bin/surefill.js", import.meta.url));
const run = promisify(execFile);

const whole = createCommand({
  env: {},
  output: new PassThrough(),
  print: () => undefined,
  tell: () => undefined,
  exitWith: () => undefined,
  user: "os-user",
  signal: new AbortController().signal,
});

test("help lists every part as the whole command does", async () => {
  const { stdout } = await run(process.execPath, [bin, "--help"]);
  expect(stdout).toBe(whole.helpInformation());
});

test.each(whole.commands.map((part) => part.name()))("help of %s is that of the whole command", async (name) => {
  const { stdout } = await run(process.execPath, [bin, name, "--help"]);
  expect(stdout).toBe(whole.commands.find((part) => part.name() === name)?.helpInformation());
});

test("help and the version load no library but the one that reads command lines", async () => {
  const spy = `data:text/javascript,${encodeURIComponent("import {register} from 'node:module';const hook=`export async function resolve(s,c,n){const r=await n(s,c);process._rawDebug(r.url);return r}`;register('data:text/javascript,'+encodeURIComponent(hook))")}`;
  for (const flag of ["--version", "--help"]) {
    const { stderr } = await run(process.execPath, ["--import", spy, bin, flag]);
    const libraries = stderr.split("\n").flatMap((url) => /node_modules\/\.pnpm\/([^/@]+)/.exec(url)?.[1] ?? []);
    expect([...new Set(libraries)]).toEqual(["commander"]);
    expect(stderr).not.toContain("/packages/");
  }
});
