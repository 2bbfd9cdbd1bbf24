/**
 * The short profile of `npm run chaos`, in processes of its own as a person runs it. It must have had kills, zombies,
 * broken lines to the provider and to Redis, a disk that refuses (where that can be done) and a provider that fails. It
 * judges itself by the provider's books; this test asks for its verdict and shows its report.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../../proof/dist/chaos/main.js", import.meta.url));
const DEADLINE_MS = 240_000;

async function runChaos(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM"); // It stops everything that it has started; killed, it could not.
    await gone;
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk;
    });
  }
  return { code: await gone, output };
}

test(
  "kills and faults lose no top-up, pay nobody twice, and end as the provider's books say",
  async () => {
    const { code, output } = await runChaos("--minutes", "0.6", "--seed", "1");
    console.log(output);
    expect(output).toContain("verdict: 0 violations");
    expect(code, output).toBe(0);
  },
  DEADLINE_MS,
);
