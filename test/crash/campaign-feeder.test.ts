/**
 * A worker process that is killed while it feeds a campaign, again and again, at moments that nobody chose. The worker is
 * the compiled one, as it runs in production; the local Reloadly counts what it sent.
 */
import { fileURLToPath } from "node:url";
import { Campaigns } from "@surefill/topup-store";
import { afterEach, expect, test } from "vitest";
import { type StartedProcess, startProcess } from "../../scripts/processes.mjs";
import { openPipeline, type Pipeline } from "../support/pipeline.js";
import { plannedRows, startedCampaign } from "../support/test-campaign.js";
import { waitFor } from "../support/wait-for.js";

const script = fileURLToPath(new URL("../../apps/worker/dist/main.js", import.meta.url));
const ROWS = 300;

let pipeline: Pipeline;
const started: StartedProcess[] = [];
afterEach(async () => {
  for (const worker of started.splice(0)) await worker.stop();
  await pipeline.close();
});

async function startWorkerProcess(): Promise<StartedProcess> {
  const env = { ...process.env, ...pipeline.env, CAMPAIGN_INTERVAL_MS: "30" };
  const worker = await startProcess({ name: "worker", script, env });
  started.push(worker);
  return worker;
}

test("a feeder that is killed twice loses no row and pays nobody twice", async () => {
  pipeline = await openPipeline({ sandbox: { initialBalance: "100000" } });
  const { client, prefix } = pipeline.redis;
  const campaigns = new Campaigns(client, { prefix });
  const rows = plannedRows(ROWS, (row) => ({ recipient: `23480${String(row).padStart(4, "0")}1111` }));
  const { id } = await startedCampaign(campaigns, rows, { limits: { window: 60 } });
  const fed = async () => (await campaigns.find(id))?.fed ?? 0;

  for (let kill = 1; kill <= 2; kill += 1) {
    const worker = await startWorkerProcess();
    const enough = kill * (ROWS / 5);
    await waitFor(async () => expect(await fed()).toBeGreaterThan(enough), { interval: 3 });
    process.kill(worker.pid, "SIGKILL");
    await worker.exited;
  }
  expect(await fed()).toBeLessThan(ROWS);
  await startWorkerProcess();
  await waitFor(async () => expect((await campaigns.find(id))?.state).toBe("completed"), {
    interval: 100,
  });

  const { totals, wallet } = pipeline.sandbox.books();
  expect(totals).toMatchObject({ executions: ROWS, identifiers: ROWS, identifiersWithSeveralExecutions: 0 });
  const progress = await campaigns.progress(id);
  expect(progress?.tally.rows).toMatchObject({ succeeded: ROWS, already: 0, conflict: 0 });
  expect((progress?.spentUnits ?? 0) / 1e5).toBe(Number(wallet.debited));
});
