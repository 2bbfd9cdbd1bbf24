/** What the console weighs, and what its page may load. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ProducerUnderTest, startProducerUnderTest } from "../integration/producer/running-producer.js";

const folder = fileURLToPath(new URL("../../apps/console/web/", import.meta.url));

let producer: ProducerUnderTest;
beforeAll(async () => {
  producer = await startProducerUnderTest();
});
afterAll(() => producer.close());

const page = (path: string) => producer.call("GET", path, { key: null });

test("all JavaScript together is at most 100 kB as gzip, and the first view under 50 kB with its style", async () => {
  const names = await readdir(`${folder}console`);
  const sizeOf = async (name: string) => gzipSync(await readFile(`${folder}console/${name}`)).length;
  const scripts = await Promise.all(names.filter((name) => name.endsWith(".js")).map(sizeOf));
  const { text } = await page("/");
  const first = [...text.matchAll(/\/console\/([\w.-]+)/g)].map(([, name = ""]) => name);
  const firstView = await Promise.all(first.map(sizeOf));

  expect(scripts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(100_000);
  expect(firstView.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(50_000);
});

test("the page may load what is this server's, and nothing inline; its files may be kept for good, the page may not", async () => {
  const { headers, text } = await page("/campaigns/cmp_x");
  const policy = headers.get("content-security-policy") ?? "";
  const [, script = ""] = /src="(\/console\/[\w.-]+\.js)"/.exec(text) ?? [];

  expect(policy).toMatch(/^default-src 'self'; /);
  expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
  expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
  expect(headers.get("cache-control")).toBe("no-store");
  expect((await page(script)).headers.get("cache-control")).toContain("immutable");
});

test("paths of the API are not the console's: an unknown one is a problem document", async () => {
  for (const path of [
    "/v1/no-such",
    "/console/no-such.js",
    "/campaigns/a/b",
    "/etc/passwd",
    "/console/../package.json",
  ]) {
    const { status, json } = await page(path);
    expect([path, status, json["code"]]).toEqual([path, 404, "route_not_found"]);
  }
  expect((await producer.call("POST", "/", { key: null })).status).toBe(404);
});
