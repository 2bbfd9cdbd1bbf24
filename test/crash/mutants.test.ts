/**
 * A harness that finds nothing may be blind. Here each safeguard of the money path is taken out of the compiled code
 * or of a Lua script by hand, one at a time, and the same runs must notice: single faults for the code, the comparison
 * of the two ledgers for the scripts.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { MUTANTS, type MutantResult } from "@surefill/proof";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestRedis, type TestRedis } from "../support/redis-server.js";

const program = fileURLToPath(new URL("../../proof/dist/mutants/main.js", import.meta.url));
const PARTS = 2;

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());

/** Runs one part of the mutants in a process of its own: their hooks change how its modules are loaded. */
function runPart(part: number): Promise<MutantResult[]> {
  const args = [program, "--redis-url", redis.url, "--prefix", redis.prefix, "--part", `${part}/${PARTS}`];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaints += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      if (complaints !== "") reject(new Error(complaints));
      else
        resolve(
          output
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line)),
        );
    });
  });
}

test("every safeguard that is taken away is missed, and a schedule says so", { timeout: 900_000 }, async () => {
  const parts = await Promise.all(Array.from({ length: PARTS }, (_, index) => runPart(index + 1)));
  const results = parts.flat();
  for (const { name, killedBy = "LIVED", tookMs } of results) console.log(`${name} (${tookMs} ms)\n    ${killedBy}`);
  console.log(`${results.length} mutants`);
  expect(results.filter(({ killedBy }) => killedBy === undefined).map(({ name }) => name)).toEqual([]);
  expect(results.map(({ name }) => name).toSorted()).toEqual(MUTANTS.map(({ name }) => name).toSorted());
});
