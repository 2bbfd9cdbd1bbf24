/** Whoever asks why top-ups wait is answered: by API, command, log and metric, for every cause. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { topupTo } from "../../support/pipeline.js";
import { runSurefill } from "../../support/surefill.js";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, openCampaignWorld } from "../campaigns/campaign-world.js";

let world: CampaignWorld;
beforeEach(async () => {
  world = await openCampaignWorld();
});
afterEach(() => world.close());

type Line = Record<string, unknown> & { msg: string };
type Gate = Record<"name" | "gates" | "reason" | "code" | "since" | "nextTryAt" | "whatToDo", string> & {
  waiting: number;
  closings: number;
};
type Held = { state: string; code: string | null; hold: { reason: string; explanation: string; gate: Gate | null } };

/** What workers have logged. */
class Log {
  text = "";
  write(line: string): void {
    this.text += line;
  }
  lines(msg: string): Line[] {
    const lines = this.text.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as Line).filter((line) => line.msg === msg);
  }
}

const gatesShown = async () => (await world.call("GET", "/v1/gates")).json as { data: Gate[]; closed: number };
const heldTopup = async (reference: string) =>
  (await world.call("GET", `/v1/topups/${reference}`)).json as unknown as Held;
const surefillGates = (...args: string[]) =>
  runSurefill({ SUREFILL_URL: world.producer.url, SUREFILL_KEY: world.producer.key }, "gates", ...args);

/** Resolves when so many top-ups are parked at a gate. */
const untilWaiting = (name: string, count: number) =>
  waitFor(async () => expect((await world.pipeline.ledger.gates.waitingAt([name])).get(name)).toBe(count), {
    interval: 20,
  });

/** Longer than the test, so that what is asked about is still closed then. */
const LONG_GATES = { GATE_FIRST_MS: "600000", GATE_DELAY_MS_MAX: "900000" };

test("no gate is closed: the list is empty, and the command says so with exit code 0", async () => {
  expect(await gatesShown()).toEqual({ data: [], closed: 0, hasMore: false });
  expect(await surefillGates()).toMatchObject({
    code: 0,
    printed: "No gate is closed: nothing keeps top-ups from being sent.\n",
  });
});

test("a wrong client secret is told as such in gates, top-up, command, log and metric", async () => {
  const log = new Log();
  const worker = await world.pipeline.startWorker({ ...LONG_GATES, RELOADLY_CLIENT_SECRET: "wrong" }, log);
  await world.pipeline.enqueue(topupTo("1000", "t-1"));
  await world.pipeline.enqueue(topupTo("1001", "t-2"));
  await untilWaiting("account", 2);

  const reason = "token refused: wrong client id or secret (HTTP 401)";
  const { data } = await gatesShown();
  expect(data).toEqual([
    {
      name: "account",
      gates: "all top-ups of the account",
      reason,
      code: "INVALID_CREDENTIALS",
      since: expect.stringMatching(/^\d{4}-/),
      nextTryAt: expect.stringMatching(/^\d{4}-/),
      closings: 1,
      waiting: 2,
      whatToDo: expect.stringContaining("RELOADLY_CLIENT_SECRET"),
    },
  ]);
  expect(await heldTopup("t-1")).toMatchObject({
    state: "held",
    code: "INVALID_CREDENTIALS",
    hold: {
      reason: "gate:account",
      explanation: reason,
      gate: { code: "INVALID_CREDENTIALS", since: data[0]?.since, nextTryAt: data[0]?.nextTryAt },
    },
  });
  const listed = (await world.call("GET", "/v1/topups?state=held")).json as { data: Held[] };
  expect(listed.data.map(({ hold }) => hold.explanation)).toEqual([reason, reason]);

  const run = await surefillGates();
  expect(run).toMatchObject({ code: 1, told: [] });
  expect(run.printed).toContain(reason);
  expect(run.printed).toContain("2 wait; next try ");
  expect(JSON.parse((await surefillGates("--json")).printed)).toMatchObject({ data: [{ name: "account" }] });

  await waitFor(() => expect(log.lines("gate closed")).toHaveLength(1));
  expect(log.lines("gate closed")).toMatchObject([
    { level: "warn", gate: "account", reason, code: "INVALID_CREDENTIALS" },
  ]);
  const metrics = await (await fetch(`${worker.url}/metrics`)).text();
  expect(metrics).toMatch(/surefill_gate_changes_total\{kind="account",change="closed"[^}]*\} 1/);
});

test("a Reloadly out of reach is told as unreachable, with the fault of the connection", async () => {
  const log = new Log();
  await world.pipeline.startWorker(LONG_GATES, log);
  await world.pipeline.sandbox.close();
  await world.pipeline.enqueue(topupTo("1000", "t-1"));
  await untilWaiting("account", 1);
  const reason = "unreachable: the token service gave no token (ECONNREFUSED)";
  expect((await gatesShown()).data).toMatchObject([{ name: "account", reason, waiting: 1 }]);
  expect(await heldTopup("t-1")).toMatchObject({ hold: { explanation: reason } });
  await waitFor(() => expect(log.lines("gate closed")).toMatchObject([{ reason }]));
});

test("a gate that opens again is reported once, by one of two workers", async () => {
  const log = new Log();
  const wrong = await world.pipeline.startWorker({ RELOADLY_CLIENT_SECRET: "wrong" }, log);
  await world.pipeline.enqueue(topupTo("1000", "t-1"));
  await untilWaiting("account", 1);
  await wrong.close();
  const workers = [await world.pipeline.startWorker({}, log), await world.pipeline.startWorker({}, log)];
  await world.pipeline.until("t-1", "succeeded");
  await waitFor(() => expect(log.lines("gate opened")).toHaveLength(1));
  expect((await gatesShown()).data).toEqual([]);
  const closings = log.lines("gate closed");
  expect(new Set(closings.map(({ since }) => since)).size).toBe(1);
  expect(log.lines("gate opened")).toMatchObject([{ gate: "account", since: closings[0]?.["since"] }]);
  const counts = await Promise.all(
    workers.map(async ({ url }) => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(/surefill_gate_changes_total\{kind="account",change="opened"[^}]*\} (\d+)/.exec(metrics)?.[1] ?? 0);
    }),
  );
  expect(counts.toSorted()).toEqual([0, 1]);
});

test("a phone stands in no gate: neither in the list, nor in the log", async () => {
  const log = new Log();
  await world.pipeline.startWorker({ FAILED_HOLD_MS: "600000" }, log);
  await world.pipeline.enqueue(topupTo("0005", "t-1"));
  await world.pipeline.until("t-1", "held");
  const answer = await world.call("GET", "/v1/gates");
  expect((answer.json as { data: Gate[] }).data).toMatchObject([
    { gates: "top-ups to one phone at operator 341", reason: expect.stringContaining("provider said FAILED") },
  ]);
  expect(answer.text + log.text).not.toMatch(/803123\d{4}/);
});

test("of more gates than the limit those that concern the most come first, and how many are closed is told", async () => {
  const { gates, nowMs } = world.pipeline.ledger;
  const untilMs = (await nowMs.call(world.pipeline.ledger)) + 600_000;
  for (const name of ["product:abc:341", "operator:341", "account"]) await gates.close(name, { reason: "X", untilMs });
  const answer = await world.call("GET", "/v1/gates?limit=2");
  expect(answer.json).toMatchObject({
    closed: 3,
    hasMore: true,
    data: [{ name: "account" }, { name: "operator:341" }],
  });
  expect((await world.call("GET", "/v1/gates?limit=0")).status).toBe(422);
  expect((await world.call("GET", "/v1/gates?Limit=2")).status).toBe(422);
});
