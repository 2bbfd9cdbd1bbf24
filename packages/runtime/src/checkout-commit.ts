import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Environment } from "./env.js";

/** The name in the package.json at the top of our checkout. Another project's repository around us says nothing of us. */
const PROJECT = "surefill";
const COMMIT = /^([0-9a-f]{12})[0-9a-f]{28}(?:[0-9a-f]{24})?$/;

/**
 * The environment with BUILD_COMMIT, where it has none and the program runs from a git checkout of ours: the first 12
 * digits of the commit that is checked out. Two or three small files are read for it, and git is not run. `moduleUrl` is
 * that of a file of the program.
 */
export function withCheckoutCommit(env: Environment, moduleUrl: string): Environment {
  if (env["BUILD_COMMIT"] !== undefined && env["BUILD_COMMIT"] !== "") return env;
  const commit = checkoutCommit(dirname(fileURLToPath(moduleUrl)));
  return commit === undefined ? env : { ...env, BUILD_COMMIT: commit };
}

/** The commit of the checkout around a folder; undefined where there is none of ours, or it cannot be read. */
function checkoutCommit(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const git = gitFolder(at);
    if (git !== undefined) return isOurs(at) ? headOf(git) : undefined;
    if (dirname(at) === at) return undefined;
  }
}

/** The git folder of a checkout at this place; that of a worktree is named in a file. */
function gitFolder(at: string): string | undefined {
  const path = join(at, ".git");
  try {
    if (statSync(path).isDirectory()) return path;
  } catch {
    return undefined;
  }
  const [, named] = /^gitdir: (.+)$/m.exec(read(path)) ?? [];
  return named === undefined ? undefined : resolve(at, named.trim());
}

function isOurs(at: string): boolean {
  try {
    return (JSON.parse(read(join(at, "package.json"))) as { name?: unknown }).name === PROJECT;
  } catch {
    return false;
  }
}

function headOf(git: string): string | undefined {
  const head = read(join(git, "HEAD")).trim();
  const [, ref] = /^ref: (refs\/[^\s]+)$/.exec(head) ?? [];
  if (ref === undefined) return COMMIT.exec(head)?.[1];
  // Of a worktree, branches are kept with the main checkout.
  const shared = resolve(git, read(join(git, "commondir")).trim() || ".");
  const packed = () =>
    read(join(shared, "packed-refs"))
      .split("\n")
      .find((line) => line.endsWith(` ${ref}`));
  return COMMIT.exec(read(join(shared, ref)).trim() || (packed()?.split(" ", 1)[0] ?? ""))?.[1];
}

/** The text of a file; empty where it cannot be read: a name for dashboards stops no program. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
