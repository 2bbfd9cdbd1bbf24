/**
 * Most of what a start of the command costs is loading modules. So it is counted which are loaded: that is the same on
 * every machine, and how much CPU time it takes is not.
 */
import { execFile } from "node:child_process";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { createCommand } from "@surefill/cli";
import { expect, test } from "vitest";

const bin = fileURLToPath(new URL("../../../apps/cli/bin/surefill.js", import.meta.url));

const whole = createCommand({
  env: {},
  output: new PassThrough(),
  print: () => undefined,
  tell: () => undefined,
  exitWith: () => undefined,
  user: "os-user",
  signal: new AbortController().signal,
});

/** Writes the URL of each module that is loaded to standard error. */
const SPY = `data:text/javascript,${encodeURIComponent("import {register} from 'node:module';const hook=`export async function resolve(s,c,n){const r=await n(s,c);process._rawDebug('loaded '+r.url);return r}`;register('data:text/javascript,'+encodeURIComponent(hook))")}`;

type Start = { code: number; output: string; libraries: string[]; packages: string[] };

/** Runs the command and says what it loaded: libraries of others, and packages of ours with the entry point. */
function start(words: readonly string[], env: Record<string, string> = {}): Promise<Start> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env["PATH"] ?? "", ...env } };
    execFile(process.execPath, ["--import", SPY, bin, ...words], options, (error, stdout, stderr) => {
      const loaded = stderr.split("\n").filter((line) => line.startsWith("loaded "));
      const found = (pattern: RegExp) => [...new Set(loaded.flatMap((line) => pattern.exec(line)?.[1] ?? []))].sort();
      resolve({
        code: error === null ? 0 : Number(error.code),
        output:
          stdout +
          stderr
            .split("\n")
            .filter((line) => !line.startsWith("loaded "))
            .join("\n"),
        libraries: found(/node_modules\/\.pnpm\/([^/@]+)/),
        packages: found(/\/packages\/([^/]+)\/dist\/index\.js/),
      });
    });
  });
}

/** Every command with the words that lead to it. */
function paths(command: typeof whole, before: readonly string[] = []): string[][] {
  return command.commands.flatMap((part) => {
    const path = [...before, part.name()];
    return [path, ...paths(part, path)];
  });
}

test("the version and every help load no library but the one that reads command lines, and no package", async () => {
  const all = paths(whole);
  expect(all.length).toBeGreaterThan(15);
  for (const words of [["--version"], ["--help"], ...all.map((path) => [...path, "--help"])]) {
    const { code, libraries, packages } = await start(words);
    expect({ words, code, libraries, packages }).toEqual({ words, code: 0, libraries: ["commander"], packages: [] });
  }
});

test.each(["list", "show cmp_x", "check gone.csv", "results cmp_x", "verify no-pack"])(
  "campaign %s says what is wrong with its settings or files before it loads more than what reads them",
  async (words) => {
    const { code, libraries, packages } = await start(["campaign", ...words.split(" ")]);
    expect(code).toBe(2);
    expect({ libraries, packages }).toEqual({ libraries: ["commander", "zod"], packages: [] });
  },
);

test.each(["campaign list", "gates", "reviews", "operators"])(
  "%s asks the producer without loading Redis, a log or phone numbers",
  async (words) => {
    const { code, output, libraries, packages } = await start(words.split(" "), {
      SUREFILL_KEY: "key",
      SUREFILL_URL: "http://127.0.0.1:9",
    });
    expect(output).toMatch(/Surefill cannot be asked at http:\/\/127\.0\.0\.1:9/);
    expect({ code, libraries, packages }).toEqual({ code: 2, libraries: ["commander", "zod"], packages: [] });
  },
);

test.each([
  "verify",
  "init",
  "recreated",
  "reopen",
  "rebind",
  "changes",
  "people list",
  "keys list",
  "audit-log export",
])("%s reads its settings and asks for Redis before it loads what works on the ledger", async (name) => {
  const words = [...name.split(" "), ...(name === "rebind" ? ["--reason", "test"] : [])];
  const settings = { RELOADLY_CLIENT_ID: "id", RELOADLY_CLIENT_SECRET: "secret" };
  for (const env of [{}, { ...settings, REDIS_URL: "redis://127.0.0.1:9" }]) {
    const { code, packages } = await start(words, env);
    expect(code).toBeGreaterThan(0);
    expect({ name, packages }).toEqual({ name, packages: ["runtime"] });
  }
});
