/** Redis, the local Reloadly, a producer and, where wanted, workers: each a process of its own. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectRedis } from "@surefill/runtime";
import { createLedger } from "@surefill/topup-store";
import { startProcess } from "../../scripts/processes.mjs";
import { startRedis } from "../../scripts/redis.mjs";
import { campaignApi } from "./campaign-api.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const PREFIX = "campaigns";

/**
 * Starts everything but workers. `env` is added to what producer and workers are started with, `sandboxArgs` to the
 * local Reloadly's. `stop` ends all that runs and removes the logs.
 */
export async function openCampaignWorld({ server, env = {}, sandboxArgs = [] }) {
  const logDir = await mkdtemp(join(tmpdir(), "surefill-campaigns-"));
  const redis = await startRedis({ server });
  const running = [];
  let started = 0;

  async function start(name, script, ofProcess = {}, args = []) {
    started += 1;
    const logPath = join(logDir, `${name}-${started}.log`);
    const process_ = await startProcess({
      name,
      script: join(root, script),
      args,
      env: { ...process.env, ...ofProcess },
      logPath,
    });
    running.push(process_);
    return process_;
  }

  async function stop() {
    for (const process_ of running.reverse()) await process_.stop();
    await redis.stop();
    await rm(logDir, { recursive: true, force: true });
  }

  try {
    const sandbox = await start("local Reloadly", "packages/reloadly-sandbox/bin/reloadly-sandbox.js", {}, [
      ...["--port", "0", "--json", "--balance", "100000000"],
      ...sandboxArgs,
    ]);
    const key = randomBytes(24).toString("base64url");
    const ours = {
      REDIS_URL: redis.url,
      REDIS_PREFIX: PREFIX,
      RELOADLY_ENVIRONMENT: "local",
      RELOADLY_URL: sandbox.url,
      RELOADLY_CLIENT_ID: "sandbox-client",
      RELOADLY_CLIENT_SECRET: "sandbox-secret",
      API_KEYS: `bench:${createHash("sha256").update(key).digest("hex")}`,
      PRODUCER_PORT: "0",
      WORKER_PORT: "0",
      STATE_DIR: join(logDir, "state"),
      LOG_LEVEL: "warn",
      ...env,
    };
    const client = await connectRedis({ url: redis.url, role: "ledger", name: "init", onError: () => undefined });
    await createLedger(client, { prefix: PREFIX });
    client.disconnect();
    const producer = await start("producer", "apps/producer/dist/main.js", ours);
    return {
      redis,
      env: ours,
      sandboxUrl: sandbox.url,
      producer,
      key,
      api: campaignApi({ url: producer.url, key }),
      startWorker: () => start("worker", "apps/worker/dist/main.js", ours),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The most memory that a process has held so far, in MiB. */
export async function peakMemoryMib(pid) {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}
