/**
 * The short form of `npm run chaos:campaign`: a campaign of mixed outcomes whose feeder is killed twice and Redis once,
 * as processes of their own. It judges itself by the provider's books; this test asks for its verdict, and that the
 * kills met something.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../scripts/campaign-kills.mjs", import.meta.url));
const DEADLINE_MS = 300_000;

type Kill = { whom: string; waiting: number; inFlight: number };

async function runKills(...args: string[]): Promise<{ code: number | null; printed: string; told: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM"); // It stops everything that it has started.
    await gone;
  });
  let printed = "";
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    told += chunk;
  });
  return { code: await gone, printed, told };
}

test(
  "a campaign whose feeder and whose Redis are killed on the way loses no row and pays nobody twice",
  async () => {
    const rows = 800;
    const { code, printed, told } = await runKills("--rows", String(rows), "--worker-kills", "2", "--json");
    expect(code, `${told}${printed}`).toBe(0);
    const run = JSON.parse(printed) as { kills: Kill[]; wrong: string[]; duplicates: number; byState: object };
    expect(run).toMatchObject({ wrong: [], duplicates: 0, pack: "verified" });
    expect(run.kills.map(({ whom }) => whom)).toEqual(["worker", "redis", "worker"]);
    for (const { waiting, inFlight } of run.kills) {
      expect(waiting).toBeGreaterThan(0);
      expect(inFlight).toBeGreaterThan(0);
    }
    // Of each hundred rows one is refused by the check, and one each ends refunded, failed and rejected.
    const each = rows / 100;
    expect(run.byState).toMatchObject({ refunded: each, failed: each, rejected: each, "not-sent": each });
  },
  DEADLINE_MS,
);
