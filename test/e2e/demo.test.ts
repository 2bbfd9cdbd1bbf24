/** The demo as a stranger runs it, on the run's shared Redis: it is the first promise that this project makes. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/demo.mjs", import.meta.url));

/** Runs the demo; `onLine` sees each line of its output and may act on the process. */
async function runDemo(
  args: string[],
  onLine: (line: string, pid: number, soFar: readonly string[]) => void = () => undefined,
) {
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, REDIS_URL: inject("redisUrl") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const stdout: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      if (stream === child.stdout) stdout.push(line);
      onLine(line, child.pid ?? 0, lines);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, lines, stdout };
}

test("the demo pays 200 recipients through every kind of trouble, and our books agree with the provider's", async () => {
  const { code, lines } = await runDemo(["--once"]);
  expect(lines.join("\n")).toContain("The account has run dry");
  expect(lines.join("\n")).toContain("200 of 200 rows will be sent");
  const summary = JSON.parse(lines.at(-1) ?? "");
  expect(summary).toMatchObject({
    states: { failed: 4, refunded: 8, rejected: 6, succeeded: 182 },
    duplicates: 0,
    disagreements: 0,
    verified: true,
  });
  expect(lines.join("\n")).toMatch(/top-ups +200, of which open: 0/);
  expect(lines.join("\n")).toContain("No violation of S1,");
  // 182 paid, 8 refunded, 8 FAILED before they succeeded, 4 that FAILED three times.
  expect(summary.executions).toBe(182 + 8 + 8 + 12);
  expect(code).toBe(0);
});

test("after the campaign it stays up until Ctrl-C, and the summary is its last word on stdout all the same", async () => {
  let answered: Promise<Response> | undefined;
  let signedIn: Promise<Response> | undefined;
  const { code, stdout } = await runDemo([], (line, pid, soFar) => {
    if (!line.startsWith("Everything stays up")) return;
    const [, api = "", key = ""] = /^ {2}API=(\S+) KEY=(\S+)$/m.exec(soFar.join("\n")) ?? [];
    const [, ledger = ""] = /^ {2}REDIS_PREFIX=(\S+) npm run events$/m.exec(soFar.join("\n")) ?? [];
    const [, user = "", password = ""] = /^Console +\S+ +\(sign in as (\S+) \/ (\S+), /m.exec(soFar.join("\n")) ?? [];
    answered = fetch(`${api}/v1/topups?campaign=${ledger}`, { headers: { authorization: `Bearer ${key}` } });
    const body = JSON.stringify({ user, password });
    signedIn = fetch(`${api}/v1/session`, { method: "POST", headers: { "content-type": "application/json" }, body });
    Promise.all([answered, signedIn])
      .finally(() => process.kill(pid, "SIGINT"))
      .catch(() => undefined);
  });
  expect((await answered)?.status).toBe(200);
  expect((await signedIn)?.status).toBe(200);
  expect(code).toBe(130);
  expect(JSON.parse(stdout.at(-1) ?? "")).toMatchObject({ duplicates: 0, disagreements: 0 });
});

test("Ctrl-C in the middle of the demo stops everything it started", async () => {
  const { code, lines } = await runDemo([], (line, pid) => {
    if (/^cmp_\S+ is running\.$/.test(line)) process.kill(pid, "SIGINT");
  });
  expect(code).toBe(130);
  const addresses = lines.flatMap(
    (line) => /^(?:API docs|Worker metrics|Provider books)\s+(\S+)/.exec(line)?.[1] ?? [],
  );
  expect(addresses).toHaveLength(3);
  for (const address of addresses) await expect(fetch(address)).rejects.toThrow("fetch failed");
});
