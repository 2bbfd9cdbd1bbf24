/**
 * `surefill campaign …` as a person types it, on a real producer, worker and Redis with the local Reloadly: how a
 * campaign is controlled and watched, and what is printed meanwhile. One world for all, so that each campaign is small.
 */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { endingsOf } from "../integration/campaigns/campaign-world.js";
import { type CampaignDesk, MAP, openCampaignDesk } from "../support/campaign-desk.js";
import { runSurefill } from "../support/surefill.js";
import { waitFor } from "../support/wait-for.js";

const BIN = fileURLToPath(new URL("../../apps/cli/bin/surefill.js", import.meta.url));

let desk: CampaignDesk;
beforeAll(async () => {
  desk = await openCampaignDesk();
});
afterAll(() => desk.close());

test("pause, resume and cancel each say where the campaign is and what is still in flight", async () => {
  const id = await desk.longCampaign("controlled", 803_200);
  await waitFor(async () => expect((await desk.world.get(id)).rows?.fed).toBeGreaterThan(0));

  const paused = await desk.campaign("pause", id);
  expect(paused.code).toBe(0);
  expect(paused.printed).toMatch(
    new RegExp(`^${id} is paused\\. (Nothing is in flight\\.|\\d+ rows? in flight, to settle by themselves; .*)\n$`),
  );
  expect(await desk.campaign("resume", id)).toMatchObject({ code: 0, printed: `${id} is running.\n` });

  const cancelled = await desk.campaign("cancel", id, "--json");
  const answer = JSON.parse(cancelled.printed) as { id: string; stillInFlight: object };
  expect(answer).toMatchObject({ id, stillInFlight: { rows: expect.any(Number), cost: expect.any(String) } });
  const watched = await desk.campaign("watch", id);
  expect(watched.code).toBe(1);
  expect(watched.printed).toContain("cancelled");
  expect((await desk.campaign("resume", id)).code).toBe(1);
});

test("with --json every line is one object: the plan, each look, the list, a refusal", async () => {
  const path = await desk.listOf("json", [...endingsOf(5), "0002"], 803_210);
  const made = JSON.parse((await desk.campaign("check", path, ...MAP, "--json")).printed) as {
    id: string;
    planHash: string;
  };
  const started = await desk.campaign("start", made.id, "--plan", made.planHash, "--watch", "--json");
  expect(started.code).toBe(0);
  const looks = started.printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string; state: string });
  expect(new Set(looks.map(({ id }) => id))).toEqual(new Set([made.id]));
  expect(looks.at(-1)?.state).toBe("completed");
  const list = (await desk.campaign("list", "--json")).printed
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(list).toContainEqual(expect.objectContaining({ id: made.id, state: "completed" }));
  const refused = await desk.campaign("pause", made.id, "--json");
  expect({ code: refused.code, problem: JSON.parse(refused.printed) }).toMatchObject({
    code: 1,
    problem: { code: expect.any(String), status: 409 },
  });
});

test("a budget below the plan's cost is warned of before anything is started", async () => {
  const { run } = await desk.checked(await desk.listOf("budget", endingsOf(4), 803_220), "--budget", "10");
  expect(run.printed).toMatch(/WARNING: the budget of 10 USD is below the plan's cost of [\d.]+ USD\./);
  const enough = await desk.checked(await desk.listOf("enough", endingsOf(4), 803_221), "--budget", "100");
  expect(enough.run.printed).not.toContain("WARNING");
});

test("amounts in the operators' own currencies are said to be that, and added up in each", async () => {
  const path = join(desk.dir, "local.csv");
  await writeFile(
    path,
    "number,amount,country,tolerance\n0712345681,50,KE,0\n0712345682,70.5,KE,0\n08031239701,1000,NG,0\n",
  );

  const { printed } = await desk.campaign("check", path);

  expect(printed).toMatch(/In the operators' own currencies\n +rows +amount\n +KES +2 +120\.5\n +NGN +1 +1000\n/);
  expect(printed).toMatch(/^ +3 {2}The amount names no currency: it was read in the operator's own, not in the acc/m);
});

test.each([
  ["a run", ["--run", "2026-12-salaries"]],
  ["a country", ["--country", "ke"]],
])(
  "%s that is named for a list of a known format leaves its amounts in the currency that they are in",
  async (_what, flags) => {
    const path = join(desk.dir, "salaries.csv");
    await writeFile(path, "number,amount,country,tolerance\n0712345671,50,KE,0\n");

    const run = await desk.campaign("check", path, ...flags, "--json");

    expect(JSON.parse(run.printed)).toMatchObject({
      plan: { byOperator: [{ rows: 1, local: { rows: 1, amount: "50", currency: "KES" } }] },
    });
  },
);

test("watch outlasts a producer that is away for a moment", async () => {
  const { id, plan } = await desk.checked(await desk.listOf("away", endingsOf(12), 803_240));
  let looks = 0;
  const front = createServer(async (request, response) => {
    looks += 1;
    if (looks === 2 || looks === 3) return request.socket.destroy();
    const headers = { authorization: request.headers.authorization ?? "" };
    const answer = await fetch(`${desk.world.producer.url}${request.url}`, { headers });
    response.writeHead(answer.status, { "content-type": "application/json", connection: "close" });
    return response.end(await answer.text());
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => front.close(() => resolve())));
  await desk.campaign("start", id, "--plan", plan);
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const run = await runSurefill({ ...desk.address(), SUREFILL_URL: url }, "campaign", "watch", id);
  expect(looks).toBeGreaterThan(3);
  expect(run.code, run.told.join("\n")).toBe(0);
  expect(run.told.filter((line) => line.startsWith("Surefill cannot be asked"))).toHaveLength(1);
  expect(run.printed).toContain("100 % completed");
});

test("Ctrl-C while watching ends the watching with code 130, and the campaign goes on", async () => {
  const id = await desk.longCampaign("watched", 803_250);
  const child = spawn(process.execPath, [BIN, "campaign", "watch", id], {
    env: { ...process.env, ...desk.address() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = new Promise<number | null>((resolve) => child.once("close", resolve));
  const told: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => told.push(line));
  createInterface({ input: child.stdout }).once("line", () => child.kill("SIGINT"));
  expect(await gone).toBe(130);
  expect(told).toEqual([`No longer watching; ${id} goes on.`]);
  const { rows } = await desk.world.get(id);
  await waitFor(async () => {
    const now = await desk.world.get(id);
    expect(now.state).toBe("running");
    expect(now.rows?.fed).toBeGreaterThan(rows?.fed ?? 0);
  });
  expect((await desk.campaign("cancel", id)).code).toBe(0);
  await desk.world.until(id, "cancelled");
});
