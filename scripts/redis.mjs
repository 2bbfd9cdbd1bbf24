/** Starts a private Redis and is sure to end it. */
import { spawn } from "node:child_process";
import { mkdtemp, realpath } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { findOrInstallRedisServer } from "./find-redis.mjs";
import { DURABLE_SETTINGS, redisArgs } from "./redis-settings.mjs";

const START_DEADLINE_MS = 60_000;
const DOCKER_START_DEADLINE_MS = 180_000; // The first start pulls the image.
const PORT_TRIES_MAX = 5;

const SETTINGS = { ...DURABLE_SETTINGS, save: "", loglevel: "warning" };

/**
 * The Redis of `REDIS_URL`, which is never stopped, or else a private one.
 * @returns {Promise<{ url: string, isOurs: boolean, stop: () => Promise<void> }>}
 */
export async function provideRedis() {
  const url = process.env.REDIS_URL;
  if (url !== undefined && url !== "") return { url, isOurs: false, stop: async () => undefined };
  const redis = await startRedis({ server: await findOrInstallRedisServer() });
  return { url: redis.url, isOurs: true, stop: redis.stop };
}

/**
 * Starts a Redis on a free loopback port with a folder of its own. It ends, and its folder goes, when `stop` is
 * called or this process ends, even by SIGKILL.
 * @param {{ server: import("./find-redis.mjs").RedisServer, settings?: Record<string, string> }} options `settings`
 *   replace ours by name.
 * @returns {Promise<import("./redis.d.mts").PrivateRedis>}
 */
export async function startRedis({ server, settings = {} }) {
  let lastError;
  for (let attempt = 0; attempt < PORT_TRIES_MAX; attempt += 1) {
    try {
      return await startOnFreePort(server, { ...SETTINGS, ...settings });
    } catch (error) {
      lastError = error;
      if (!/address already in use/i.test(error.message)) break; // A free port may be taken before Redis gets there.
    }
  }
  throw lastError;
}

async function startOnFreePort(server, settings) {
  const port = await freePort();
  const dir = await realpath(await mkdtemp(join(tmpdir(), "surefill-redis-")));
  const keeper = openKeeper({ ...serverCommand({ server, settings, port, dir }), removeDir: dir });
  const deadlineMs = server.kind === "docker" ? DOCKER_START_DEADLINE_MS : START_DEADLINE_MS;
  const redis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    get pid() {
      return keeper.state.pid;
    },
    async start() {
      keeper.start();
      const giveUpAtMs = Date.now() + deadlineMs;
      // Not before the keeper has told the process id: `kill` needs it, and another Redis may answer at the port.
      const isStarted = async () =>
        keeper.state.pid !== undefined &&
        (await isUp({ port, pid: server.kind === "docker" ? undefined : keeper.state.pid }));
      while (!(await isStarted())) {
        if (keeper.state.exited !== undefined) throw new Error(`Redis did not start: ${keeper.state.exited}`);
        if (Date.now() > giveUpAtMs) throw new Error(`Redis did not answer within ${deadlineMs} ms.`);
        await sleep(10);
      }
    },
    async kill() {
      process.kill(keeper.state.pid, "SIGKILL");
      await keeper.exited();
    },
    exited: keeper.exited,
    stop: keeper.stop,
  };
  try {
    await redis.start();
    return redis;
  } catch (error) {
    await keeper.stop();
    throw error;
  }
}

function serverCommand({ server, settings, port, dir }) {
  const flags = redisArgs(settings);
  if (server.kind === "program") {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, ...flags];
    // Its files go with it, so there is nothing to save; asked politely, it waits for a rewrite of them.
    return { command: server.path, args, stopSignal: "SIGKILL" };
  }
  const run = ["run", "--rm", "--publish", `127.0.0.1:${port}:6379`, server.image, "redis-server"];
  // The docker client passes this one on to the container; killed, it would leave the container behind.
  return { command: "docker", args: [...run, ...flags], stopSignal: "SIGTERM" };
}

function openKeeper(job) {
  const keeperPath = fileURLToPath(new URL("./redis-keeper.mjs", import.meta.url));
  const child = spawn(process.execPath, [keeperPath, JSON.stringify(job)], {
    stdio: ["pipe", "pipe", "inherit"],
    detached: true, // Out of the terminal's process group, so that Ctrl-C does not reach Redis before us.
  });
  const state = { pid: undefined, exited: undefined };
  const waiters = [];
  const gone = new Promise((resolve) => child.once("close", resolve));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    if ("pid" in message) state.pid = message.pid;
    if ("exited" in message) {
      state.exited = message.exited;
      for (const resolve of waiters.splice(0)) resolve();
    }
  });
  child.stdin.on("error", () => undefined); // The keeper is gone; `gone` says so.
  // Neither the keeper nor its pipes keep a finished script alive; its end is what the keeper waits for.
  child.unref();
  child.stdout.unref();
  child.stdin.unref();
  return {
    state,
    start() {
      state.pid = undefined;
      state.exited = undefined;
      child.stdin.write("start\n");
    },
    async exited() {
      child.stdout.ref();
      if (state.exited === undefined) await new Promise((resolve) => waiters.push(resolve));
      child.stdout.unref();
    },
    async stop() {
      child.ref();
      child.stdin.end();
      await gone;
    },
  };
}

/** Ready to serve, and the very process that was started: another Redis may sit on that port. */
function isUp({ port, pid }) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    let answer = "";
    const settle = (up) => {
      socket.destroy();
      resolve(up);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.on("error", () => settle(false));
    socket.on("close", () => settle(false));
    socket.on("connect", () => socket.write("INFO server\r\nPING\r\n"));
    socket.on("data", (chunk) => {
      answer += chunk;
      if (answer.includes("-LOADING")) settle(false);
      if (answer.includes("+PONG")) settle(pid === undefined || answer.includes(`process_id:${pid}\r`));
    });
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
