/** `npm run events` as an operator or a script uses it. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../support/pipeline.js";

const script = fileURLToPath(new URL("../../scripts/events.mjs", import.meta.url));

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
  await pipeline.enqueue(topupTo("0006", "told-1"));
  await pipeline.until("told-1", "rejected");
  await pipeline.enqueue(topupTo("7001", "told-2"));
  await pipeline.until("told-2", "succeeded");
});
afterAll(() => pipeline.close());

const runEvents = (...args: string[]) => runEventsOf(pipeline.redis.prefix, ...args);

async function runEventsOf(prefix: string, ...args: string[]) {
  const env = { ...process.env, REDIS_URL: pipeline.redis.url, REDIS_PREFIX: prefix };
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stderr, lines: stdout.split("\n").filter(Boolean) };
}

test("with --json each event is one line, and its id is the cursor to go on from", async () => {
  const all = await runEvents("--once", "--json");
  const events = all.lines.map((line) => JSON.parse(line));
  expect(events.map(({ type, reference }) => [type, reference])).toEqual([
    ["topup.rejected", "told-1"],
    ["topup.succeeded", "told-2"],
  ]);
  const rest = await runEvents("--once", "--json", "--after", events[0].id);
  expect(rest.lines.map((line) => JSON.parse(line).reference)).toEqual(["told-2"]);
});

test("--caller tells only what was sent with that API key, and a name that no key can have is refused", async () => {
  const { client, prefix } = pipeline.redis;
  const sent = { type: "topup.cancelled", state: "cancelled", attempt: "1", version: "2", because: "withdrawn" };
  for (const caller of ["billing", "shop"]) {
    const fields = { ...sent, atMs: "1795397719631", reference: `of-${caller}`, caller };
    await client.xadd(`${prefix}-shared:{0}:events`, "*", ...Object.entries(fields).flat());
  }
  const { lines } = await runEventsOf(`${prefix}-shared`, "--once", "--json", "--caller", "billing");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ reference: "of-billing", caller: "billing" }]);

  const { code, stderr } = await runEventsOf(`${prefix}-shared`, "--caller", "two words");
  expect(code).toBe(1);
  expect(stderr).toContain("--caller must be the name of an API key: 1 to 40 characters");
});

test("no line names a recipient", async () => {
  const { lines } = await runEvents("--once");
  expect(lines).toHaveLength(2);
  expect(lines.join("\n")).not.toMatch(/234803/);
});

test.each(["yesterday", "1795397719631", "99999999999999999999-0", "1-18446744073709551616"])(
  "the cursor %s is refused with what it must look like",
  async (cursor) => {
    const { code, stderr } = await runEvents("--after", cursor);
    expect(code).toBe(1);
    expect(stderr).toContain("--after must be an event id such as");
  },
);

test("it says which ledger it reads, and that there is nothing yet, beside its output and not in it", async () => {
  const all = await runEvents("--once");
  // Where another command of this clone is being set up, this one says first that it waits.
  const said = all.stderr.replace("Another set-up is running; waiting for it…\n", "");
  expect(said).toBe(`Reading the events under "${pipeline.redis.prefix}".\n`);

  const nowhere = `${pipeline.redis.prefix}-other`;
  const none = await runEventsOf(nowhere, "--once", "--json");
  expect(none).toMatchObject({ code: 0, lines: [] });
  expect(none.stderr).toContain(`no events under "${nowhere}" yet`);
});
