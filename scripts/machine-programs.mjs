/** Programs of this machine: where they may be, and how the machine's package manager brings them. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runCommand } from "./run-command.mjs";

const INSTALL_TIMEOUT_MS = 10 * 60_000;
/** Looked at after the PATH, which often lacks them for ordinary users. */
const MORE_FOLDERS = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"];

/**
 * Every path at which one of the programs may be, the likeliest first.
 * @param {readonly string[]} names
 */
export function whereProgramsAre(names) {
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== ""), ...MORE_FOLDERS];
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** @param {string} path */
export function isExecutable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** @param {string} program */
export async function isOnPath(program) {
  const { code } = await runCommand("sh", ["-c", `command -v ${program}`], { timeoutMs: 5_000 });
  return code === 0;
}

/** @param {{ needsRoot: boolean, script: string }} install */
export async function runAsRoot({ needsRoot, script }) {
  const isRoot = process.getuid?.() === 0;
  // -n: without a password or not at all; a prompt in the middle of a script would hang it.
  const [command, ...args] = needsRoot && !isRoot ? ["sudo", "-n", "sh", "-c", script] : ["sh", "-c", script];
  return runCommand(command, args, { timeoutMs: INSTALL_TIMEOUT_MS });
}
