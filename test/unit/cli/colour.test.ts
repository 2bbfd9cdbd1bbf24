/** Colour is for eyes: it is on a terminal only, and without it every byte is what it was. */
import { execFile } from "node:child_process";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { createCommand } from "@surefill/cli";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasColour, painted, type Tone } from "../../../apps/cli/src/colour.js";

const bin = fileURLToPath(new URL("../../../apps/cli/bin/surefill.js", import.meta.url));
const ESC = "\u001b";

describe("colour is", () => {
  test.each([
    ["on for a terminal", true, {}, true],
    ["off for a pipe", false, {}, false],
    ["off for a pipe of a terminal that has colour", false, { TERM: "xterm-256color", COLORTERM: "truecolor" }, false],
    ["off with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["on with an empty NO_COLOR, which says nothing", true, { NO_COLOR: "" }, true],
    ["off on a dumb terminal", true, { TERM: "dumb" }, false],
    ["on for a pipe with FORCE_COLOR", false, { FORCE_COLOR: "1" }, true],
    ["on with FORCE_COLOR whatever else is set", false, { FORCE_COLOR: "3", NO_COLOR: "1", TERM: "dumb" }, true],
    ["off with FORCE_COLOR=0", true, { FORCE_COLOR: "0" }, false],
    ["off with FORCE_COLOR=false", true, { FORCE_COLOR: "false" }, false],
  ])("%s", (_what, isTTY, env, expected) => {
    expect(hasColour({ isTTY }, env)).toBe(expected);
  });
});

test("a text in colour is the same text, and no line of it begins in the colour of another", () => {
  const tones = fc.constantFrom<Tone | undefined>("bad", "waiting", "good", "heading", undefined);
  const lines = fc.array(fc.constantFrom("WARNING: a", "VIOLATED: b", "true   c", "FALSE  d", "", "plain", "{}"));
  fc.assert(
    fc.property(lines, tones, (given, tone) => {
      const shown = painted(given.join("\n"), tone);
      expect(stripVTControlCharacters(shown)).toBe(given.join("\n"));
      for (const line of shown.split("\n")) {
        const codes = line.split(ESC).length - 1;
        expect([0, 2]).toContain(codes);
      }
    }),
  );
});

/** What a command writes to both of its streams, with these settings. */
function written(words: readonly string[], env: Record<string, string>): Promise<string> {
  const settings = { PATH: process.env["PATH"] ?? "", SUREFILL_KEY: "key", SUREFILL_URL: "http://127.0.0.1:9" };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...words], { env: { ...settings, ...env } }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

test.each([
  "campaign list",
  "campaign --help",
  "campaign nothing",
  "verify",
  "gates --nothing",
  "campaign verify /none",
])("surefill %s writes the same bytes to a pipe as it shows in colour, without the colours", async (words) => {
  const plain = await written(words.split(" "), { TERM: "xterm-256color", COLORTERM: "truecolor" });
  expect(plain).not.toContain(ESC);
  expect(await written(words.split(" "), { NO_COLOR: "1" })).toBe(plain);
  const coloured = await written(words.split(" "), { FORCE_COLOR: "1" });
  expect(coloured).toContain(ESC);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test("what comes from elsewhere commands no terminal, in colour either", async () => {
  const texts: string[] = [];
  const command = createCommand({
    env: { SUREFILL_URL: `http://127.0.0.1:9/${ESC}[31m`, SUREFILL_KEY: "key" },
    output: new PassThrough(),
    print: () => undefined,
    tell: (text) => texts.push(text),
    colour: { print: true, tell: true },
    exitWith: () => undefined,
    user: "os-user",
    signal: new AbortController().signal,
  });
  await command.parseAsync(["node", "surefill", "campaign", "verify", `/none/${ESC}[2J`]);
  expect(texts.join("\n")).toContain("\\u001b[2J");
  expect(texts.join("\n")).not.toContain(`${ESC}[2J`);
  expect(texts.join("\n").startsWith(`${ESC}[31m`)).toBe(true);
});
