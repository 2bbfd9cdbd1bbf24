/**
 * Brings a fresh clone to life, or does next to nothing where that was done before: dependencies, then compiled
 * output. It runs before anything is installed, so it uses Node alone.
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { progress, runCommand } from "./run-command.mjs";

/** The folder that holds package.json. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

const INSTALL_TIMEOUT_MS = 10 * 60_000;
const BUILD_TIMEOUT_MS = 5 * 60_000;
const LOCK_WAIT_MS = 15 * 60_000;

/** Installs and builds. Safe to run twice, and from two terminals at once: the second waits for the first. */
export async function setUp() {
  const manifest = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8"));
  requireNode(manifest.engines.node.replace(/^>=/, ""));
  const unlock = await lock();
  try {
    await installDependencies(manifest.packageManager);
    await build();
  } finally {
    await unlock();
  }
}

function requireNode(floor) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [majorFloor, minorFloor] = floor.split(".").map(Number);
  if (major > majorFloor || (major === majorFloor && minor >= minorFloor)) return;
  throw new Error(`This is Node ${process.versions.node}; Surefill needs ${floor} or newer. See https://nodejs.org.`);
}

async function installDependencies(packageManager) {
  const stampPath = join(projectRoot, "node_modules", ".surefill-installed");
  const wanted = await fingerprintOfDependencies();
  if ((await readFile(stampPath, "utf8").catch(() => "")) === wanted) return;
  progress("Installing dependencies (about a minute the first time)…");
  // npx brings exactly the version that package.json names. Left to itself, pnpm 12 would also note its own packages
  // in the lockfile and, with a frozen one, refuse to go on.
  const install = ["--yes", packageManager, "install", "--frozen-lockfile", "--pm-on-fail=ignore"];
  const { code, output } = await runCommand("npx", install, {
    cwd: projectRoot,
    // Nobody is there to answer a question: with CI set, pnpm asks none.
    env: { ...withoutOuterNpx(process.env), CI: "true" },
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
  if (code !== 0) throw new Error(`Could not install the dependencies (npx ${packageManager} install):\n${output}`);
  await mkdir(join(projectRoot, "node_modules"), { recursive: true });
  await writeFile(stampPath, wanted);
}

/** Run under another npx (for another Node, say), ours would take over its command and packages. */
function withoutOuterNpx(env) {
  const { npm_config_call: _, npm_config_package: __, ...rest } = env;
  return rest;
}

/** Changes whenever an install could give another result: lockfile, manifests, Node's major version. */
async function fingerprintOfDependencies() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${process.versions.modules}`);
  const files = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "proof/package.json"];
  for (const group of ["apps", "packages"]) {
    for (const folder of (await readdir(join(projectRoot, group))).sort())
      files.push(`${group}/${folder}/package.json`);
  }
  for (const file of files) {
    hash.update(file).update(await readFile(join(projectRoot, file)).catch(() => ""));
  }
  return hash.digest("hex");
}

async function build() {
  const tsc = join(projectRoot, "node_modules", ".bin", "tsc");
  const { code, output } = await runCommand(tsc, ["-b"], { cwd: projectRoot, timeoutMs: BUILD_TIMEOUT_MS });
  if (code !== 0) throw new Error(`Could not compile (tsc -b):\n${output}`);
  await buildConsole();
}

/** The console's files, where their sources are others than those that were built last. */
async function buildConsole() {
  const folder = join(projectRoot, "apps", "console");
  const stampPath = join(folder, "web", ".built");
  const wanted = await fingerprintOf(
    ["apps/console/index.html", "apps/console/vite.config.js"],
    ["apps/console/src", "packages/sdk/src"],
  );
  if ((await readFile(stampPath, "utf8").catch(() => "")) === wanted) return;
  const vite = join(folder, "node_modules", ".bin", "vite");
  const { code, output } = await runCommand(vite, ["build", "--logLevel", "warn"], {
    cwd: folder,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (code !== 0) throw new Error(`Could not build the console (vite build):\n${output}`);
  await writeFile(stampPath, wanted);
}

/** Changes with the content of any of the files, or of those in the folders. */
async function fingerprintOf(files, folders) {
  const inFolders = folders.map(async (folder) => {
    const entries = await readdir(join(projectRoot, folder), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  });
  const paths = [...files.map((file) => join(projectRoot, file)), ...(await Promise.all(inFolders)).flat()].sort();
  const hash = createHash("sha256");
  for (const path of paths) hash.update(path.slice(projectRoot.length)).update(await readFile(path));
  return hash.digest("hex");
}

/** One set-up at a time for this clone. A lock whose owner is gone is taken over. */
async function lock() {
  const name = createHash("sha256").update(projectRoot).digest("hex").slice(0, 16);
  const path = join(tmpdir(), `surefill-setup-${name}.lock`);
  const mine = String(process.pid);
  const giveUpAtMs = Date.now() + LOCK_WAIT_MS;
  for (let round = 0; Date.now() < giveUpAtMs; round += 1) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(mine);
      await file.close();
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const owner = await readFile(path, "utf8").catch(() => mine);
      if (owner !== "" && !isAlive(Number(owner))) await rm(path, { force: true });
      else if (round === 0) progress("Another set-up is running; waiting for it…");
      await sleep(200);
      continue;
    }
    // Two waiters may have removed one stale lock, the second of them this new one. The file says whose it is.
    await sleep(20);
    if ((await readFile(path, "utf8").catch(() => "")) === mine) return () => rm(path, { force: true });
  }
  throw new Error(
    `Another set-up has held ${path} for ${LOCK_WAIT_MS / 60_000} minutes. If none runs, delete that file.`,
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    await setUp();
    progress("Ready.");
  } catch (error) {
    progress(error.message);
    process.exitCode = 1;
  }
}
