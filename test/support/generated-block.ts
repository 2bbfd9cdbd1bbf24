/**
 * Parts of documents that are made from code stand between `<!-- name:start -->` and `<!-- name:end -->`. A test
 * compares them; `UPDATE_DOCS=1 npm test` writes them anew.
 */
import { readFile, writeFile } from "node:fs/promises";
import { expect } from "vitest";

/** Fails when the block of the document is not `wanted`, and says how to regenerate it. */
export async function expectGeneratedBlock(path: string, name: string, wanted: string): Promise<void> {
  const document = await readFile(path, "utf8");
  const block = new RegExp(`(<!-- ${name}:start -->\\n)([\\s\\S]*?)(<!-- ${name}:end -->)`);
  const found = block.exec(document);
  if (found === null) throw new Error(`${path} has no block "${name}"`);
  const updated = document.replace(block, (_, start, __, end) => `${start}${wanted.trim()}\n${end}`);
  if (process.env.UPDATE_DOCS === "1") return writeFile(path, updated);
  expect(document, `${path}: the block "${name}" is out of date; UPDATE_DOCS=1 npm test -- test/unit writes it`).toBe(
    updated,
  );
}
