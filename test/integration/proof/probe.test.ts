/**
 * The probes against the local Reloadly, which is told to behave as we rely on, and then not to. A probe that gave the
 * same verdict on both would be worth nothing.
 */
import { PROBES, runProbe } from "@surefill/proof";
import { type ReloadlySandbox, type SandboxOptions, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { afterEach, expect, test } from "vitest";

let sandbox: ReloadlySandbox | undefined;

afterEach(async () => {
  await sandbox?.close();
  sandbox = undefined;
});

/** Times in which a provider of the same machine settles everything. */
const SHORT: SandboxOptions = { processingMs: { min: 10, max: 30 }, latencyMs: { min: 60, max: 60 } };
const PATIENCE = ["--patience-s", "2", "--hold-s", "1"];

async function probe(options: SandboxOptions, args: readonly string[]) {
  sandbox = await startReloadlySandbox({ ...SHORT, ...options });
  const env = {
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: sandbox.url,
    RELOADLY_CLIENT_ID: "sandbox-client",
    RELOADLY_CLIENT_SECRET: "sandbox-secret",
  };
  const { exitCode, lines, told } = await run(env, [...PATIENCE, "--json", ...args]);
  const results = lines.map((text) => JSON.parse(text) as { name: string; verdict: string; because: string });
  return { exitCode, told, results, verdicts: Object.fromEntries(results.map(({ name, verdict }) => [name, verdict])) };
}

async function run(env: Record<string, string>, args: readonly string[]) {
  const lines: string[] = [];
  const told: string[] = [];
  const exitCode = await runProbe(args, {
    env,
    line: (text) => lines.push(text),
    tell: (text) => told.push(text),
    signal: new AbortController().signal,
  });
  return { exitCode, lines, told };
}

test("every probe says that what we rely on holds where it does", async () => {
  const { exitCode, verdicts, told } = await probe({}, ["--failing-number", "08031230005"]);
  expect(verdicts).toEqual(Object.fromEntries(PROBES.map(({ name }) => [name, "holds"])));
  expect(exitCode).toBe(0);
  const most = PROBES.reduce((sum, { topupsMax }) => sum + topupsMax, 0);
  expect(told).toEqual([expect.stringContaining(`Up to ${most} top-ups of 1: at most ${most} from the wallet`)]);
});

test("a probe never costs more than it said", async () => {
  for (const { name, topupsMax } of PROBES) {
    await probe({ duplicateWindowMs: 300, phoneRechargeWindowMs: 0 }, ["--only", name]);
    expect(sandbox?.books().totals.executions, name).toBeLessThanOrEqual(topupsMax);
    await sandbox?.close();
  }
});

test("overlapping requests that are all executed are told as such, and are no failure, since nothing is built on them", async () => {
  const { exitCode, results } = await probe({ duplicateWindowMs: 300 }, ["--only", "overlapping-duplicates"]);
  expect(results).toMatchObject([
    { verdict: "does not hold", because: "5 of 5 requests with one identifier were executed" },
  ]);
  expect(exitCode).toBe(0);
});

test.each<[name: string, provider: SandboxOptions, args: string[], exitCode: number]>([
  ["report-visibility", { reportLagMs: 60_000 }, [], 1],
  ["failed-stays-failed", { changeOfMindMs: 200 }, ["--failing-number", "08031230021"], 1],
  ["recent-recharge", { phoneRechargeWindowMs: 0 }, [], 0],
])("%s says so where it does not hold", async (name, provider, args, wanted) => {
  const { exitCode, verdicts } = await probe(provider, ["--only", name, ...args]);
  expect(verdicts).toEqual({ [name]: "does not hold" });
  expect(exitCode).toBe(wanted);
});

test("a provider that takes nothing lets no probe tell anything, and none takes that for an answer", async () => {
  const { verdicts, exitCode } = await probe({ initialBalance: "0" }, []);
  expect(verdicts).toEqual(Object.fromEntries(PROBES.map(({ name }) => [name, "could not tell"])));
  expect(exitCode).toBe(0);
});

test("a provider that is away lets no probe tell anything", async () => {
  const env = {
    RELOADLY_ENVIRONMENT: "local",
    RELOADLY_URL: "http://127.0.0.1:9",
    RELOADLY_CLIENT_ID: "a",
    RELOADLY_CLIENT_SECRET: "b",
  };
  const { lines } = await run(env, ["--json", "--only", "sequential-duplicate", "--only", "refusal-leaves-nothing"]);
  expect(lines.map((text) => JSON.parse(text).verdict)).toEqual(["could not tell", "could not tell"]);
});

test("real money is refused until it is asked for by name, with the price", async () => {
  const env = { RELOADLY_ENVIRONMENT: "live", RELOADLY_CLIENT_ID: "a", RELOADLY_CLIENT_SECRET: "b" };
  const { exitCode, lines, told } = await run(env, ["--only", "sequential-duplicate", "--amount", "2.50"]);
  expect(exitCode).toBe(78);
  expect(lines).toEqual([]);
  expect(told).toEqual([expect.stringMatching(/LIVE.*Up to 2 top-ups of 2\.5: at most 5 from the wallet.*Say --live/)]);
});

test("a dry run needs no credentials and sends nothing", async () => {
  const { exitCode, lines } = await run({}, ["--dry-run"]);
  expect(exitCode).toBe(0);
  for (const { name, claims } of PROBES) {
    expect(lines.join("\n")).toContain(`${name} (`);
    expect(lines.join("\n")).toContain(claims);
  }
  expect(lines.at(-1)).toMatch(/^Nothing was sent\. Up to \d+ top-ups of 1: at most \d+ /);
});

test.each([
  [["--only", "nothing"], "--only takes sequential-duplicate"],
  [["--amount", "1e3"], "--amount must be a plain decimal"],
  [["--patience-s", "soon"], '--patience-s must be a whole number from 1 to 86400, was "soon"'],
  [["--country", "nigeria"], '--country must be an ISO country code such as NG, was "nigeria"'],
])("wrong arguments are refused with what would be right: %j", async (args, message) => {
  await expect(run({}, args)).rejects.toThrow(message);
});
