import { spawn } from "node:child_process";

/**
 * Runs a command to its end without a terminal behind it.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, show?: boolean }} [options] `show` passes the
 *   command's output on; otherwise it is kept and returned.
 * @returns {Promise<{ code: number, output: string }>} `code` is 127 when there is no such command, 128 when it was
 *   ended by a signal or by the timeout.
 */
export function runCommand(command, args, { cwd, env = process.env, timeoutMs, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    });
    let output = "";
    const keep = (chunk) => {
      output = (output + chunk).slice(-100_000); // The end of a long output is where its error stands.
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.on("close", (code) => resolve({ code: code ?? 128, output }));
  });
}

/** A progress line for the person who waits. On stderr, so that stdout stays what the command was asked for. */
export function progress(line) {
  process.stderr.write(`${line}\n`);
}
