/** Real signals to a real process that runs the compiled package (npm test builds it first). */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const runtimeUrl = new URL("../../../packages/runtime/dist/index.js", import.meta.url).href;
const root = fileURLToPath(new URL("../../..", import.meta.url));

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill("SIGKILL");
  child = undefined;
});

/** Starts a process whose `stop` takes the given statement, and waits until its handlers stand. */
async function start(body: string) {
  const program = `
    import { createLogger, handleSignals } from ${JSON.stringify(runtimeUrl)};
    const log = createLogger({ name: "child", level: "info" });
    const alive = setInterval(() => undefined, 60_000);
    handleSignals({ process, log, stop: async () => { ${body} } });
    log.info({}, "up");
  `;
  const started = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child = started;
  let output = "";
  started.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const ended = once(started, "close").then(([code]: unknown[]) => ({ code, output }));
  await expect.poll(() => output).toContain('"up"');
  return { started, ended, output: () => output };
}

test.each(["SIGTERM", "SIGINT"] as const)("%s stops the process in good order with exit code 0", async (signal) => {
  const { started, ended } = await start("log.info({}, 'drained'); return true;");
  started.kill(signal);
  const { code, output } = await ended;
  expect(code).toBe(0);
  expect(output).toMatch(/stopping[\s\S]*drained[\s\S]*stopped/);
});

test("a second signal ends a stop that hangs", async () => {
  const { started, ended, output } = await start("return new Promise(() => undefined);");
  started.kill("SIGTERM");
  await expect.poll(output).toContain("stopping");
  started.kill("SIGINT");
  expect((await ended).code).toBe(130);
});
