/** What the command prints commands no terminal, and what it is told wrong is answered in plain words. */
import { expect, test } from "vitest";
import { visibleText } from "../../../apps/cli/src/visible-text.js";
import { runSurefill } from "../../support/surefill.js";

test.each([
  ["\u001b[2J\u001b[31mPaid", "\\u001b[2J\\u001b[31mPaid"],
  ["a\rb", "a\\u000db"],
  ["\u009b1A", "\\u009b1A"],
  ["\u202eevil", "\\u202eevil"],
  ["x\u2066y\u2069", "x\\u2066y\\u2069"],
  ["Kampagne März, تعبئة, 充值\n\tok", "Kampagne März, تعبئة, 充值\n\tok"],
])("%j is shown and not obeyed", (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test("JSON stays the same JSON", () => {
  const value = { name: "\u202ex\u001b" };
  expect(JSON.parse(visibleText(JSON.stringify(value)))).toEqual(value);
});

test("a file that is not there is named in plain words", async () => {
  const run = await runSurefill({ SUREFILL_KEY: "k" }, "campaign", "check", "no-such-file.csv");
  expect(run).toMatchObject({ code: 2 });
  expect(run.told.join("\n")).toMatch(/^There is no such file or folder: no-such-file\.csv \(looked from /);
});

test("--version prints the version", async () => {
  await expect(runSurefill({}, "--version")).rejects.toMatchObject({ exitCode: 0, message: "0.1.0" });
});
