import { runModel, SAFEGUARDS } from "@surefill/proof";
import { describe, expect, test } from "vitest";

function run(...args: string[]) {
  const lines: string[] = [];
  const exitCode = runModel(args, { line: (text) => lines.push(text), progress: () => undefined });
  return { exitCode, text: lines.join("\n") };
}

describe("npm run model", () => {
  test("prints what happens without a safeguard as numbered sentences, and what it comes to", () => {
    const { exitCode, text } = run("--safeguard", "unknown after a 5xx");
    expect(exitCode).toBe(0);
    const [title, ...steps] = text.trim().split("\n");
    expect(title).toBe(`Without "unknown after a 5xx". ${SAFEGUARDS["unknown after a 5xx"]}`);
    expect(steps).toEqual([
      "    1. Worker A claims attempt 1: the ledger says submitting, fence 1.",
      "    2. Worker A sends the POST of attempt 1 (fence 1).",
      "    3. The POST of claim 1, attempt 1 reaches the provider, which knows no transaction of that identifier.",
      "    4. The provider books the POST of claim 1, attempt 1 as transaction 1, and answers with a 5xx.",
      "    5. Worker A writes its move: submitting becomes rejected.",
      "   => The ledger says that no money moved, and the provider has the top-up under way or paid.",
    ]);
  });

  test("prints one JSON object a line with --json", () => {
    const { text } = run("--safeguard", "fence", "--json");
    expect(JSON.parse(text)).toMatchObject({ safeguard: "fence", violation: "failure while paid", steps: 11 });
  });

  test.each([
    [["--claims", "8"], '--claims must be a whole number from 1 to 7, was "8"'],
    [["--attempts", "many"], '--attempts must be a whole number from 1 to 3, was "many"'],
    [["--safeguard", "luck"], "--safeguard takes one of: claim before the POST; "],
  ])("refuses %j with what would be right", (args, message) => {
    expect(() => run(...args)).toThrow(message);
  });
});
