/** What the documents point to is there: links between files, and files and npm scripts that they name. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  "packages/reloadly-client/README.md",
];
const textOf = (path: string) => readFileSync(join(root, path), "utf8");

test.each(documents)("every file that %s links to is there", (path) => {
  const links = [...textOf(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map(([, link = ""]) => link);
  expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
});

const IN_PROJECT =
  /`((?:apps|bench|docs|examples|packages|proof|scripts|test)\/[\w./-]+\.(?:ts|mjs|md|csv|json|yml))`/g;

test.each(documents)("every file of the project that %s names is there", (path) => {
  const named = [...textOf(path).matchAll(IN_PROJECT)].map(([, name = ""]) => name);
  expect(named.filter((name) => !existsSync(join(root, name)) && !name.includes("/dist/"))).toEqual([]);
});

test("every npm script that the documents name is there, and none has npx fetch a package of our name", () => {
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  for (const path of documents) {
    const named = [...textOf(path).matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name = ""]) => name);
    expect(
      named.filter((name) => scripts[name] === undefined),
      path,
    ).toEqual([]);
    expect(textOf(path), path).not.toMatch(/npx (?!--no-install)\s*(?:-\S+ )*surefill\b/);
  }
});
