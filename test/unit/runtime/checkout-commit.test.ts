/** The commit that a program runs from, compared with what git says, in every form in which git keeps it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { withCheckoutCommit } from "@surefill/runtime";
import { afterEach, beforeEach, expect, test } from "vitest";

let dir: string;
let checkout: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "surefill-commit-"));
  checkout = join(dir, "checkout");
  mkdirSync(join(checkout, "apps", "worker"), { recursive: true });
  git("init", "--quiet");
  commit('{ "name": "surefill" }');
});
afterEach(() => rmSync(dir, { recursive: true }));

function git(...words: string[]): string {
  const author = ["-c", "user.name=Test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"];
  return execFileSync("git", ["-C", checkout, ...author, ...words], { encoding: "utf8", stdio: "pipe" }).trim();
}

function commit(packageJson: string): void {
  writeFileSync(join(checkout, "package.json"), packageJson);
  git("add", ".");
  git("commit", "--quiet", "--allow-empty", "--message", "Change");
}

const found = (folder = checkout, env = {}) =>
  withCheckoutCommit(env, pathToFileURL(join(folder, "apps", "worker", "main.js")).href)["BUILD_COMMIT"];
const head = () => git("rev-parse", "HEAD").slice(0, 12);

test("a branch, a packed branch, a detached commit and a worktree say their commit", () => {
  expect(found()).toBe(head());
  git("pack-refs", "--all");
  expect(found()).toBe(head());
  const before = head();
  commit('{ "name": "surefill", "private": true }');
  expect(found()).toBe(head());
  git("checkout", "--quiet", "--detach", "HEAD~1");
  expect(found()).toBe(before);
  git("worktree", "add", "--quiet", "-b", "other", join(dir, "worktree"));
  expect(found(join(dir, "worktree"))).toBe(before);
  git("pack-refs", "--all");
  expect(found(join(dir, "worktree"))).toBe(before);
});

test("what the settings say comes first, but for an empty setting", () => {
  expect(found(checkout, { BUILD_COMMIT: "v1.2" })).toBe("v1.2");
  expect(found(checkout, { BUILD_COMMIT: "" })).toBe(head());
});

test("nothing is said where there is no checkout, none of ours, or one that cannot be read", () => {
  expect(found(dir)).toBeUndefined();
  writeFileSync(join(checkout, ".git", "HEAD"), "ref: refs/heads/../../../etc/passwd\n");
  expect(found()).toBeUndefined();
  writeFileSync(join(checkout, ".git", "HEAD"), "ref: refs/heads/gone\n");
  expect(found()).toBeUndefined();
  writeFileSync(join(checkout, ".git", "HEAD"), "x".repeat(100));
  expect(found()).toBeUndefined();
  rmSync(join(checkout, ".git", "HEAD"));
  expect(found()).toBeUndefined();
});

test("another project's checkout around ours is not taken for ours", () => {
  commit('{ "name": "shop" }');
  expect(found()).toBeUndefined();
});
