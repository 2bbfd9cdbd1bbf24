/**
 * `surefill verify` as a person runs it: beside a ledger that real workers wrote, and the local Reloadly. What it
 * prints, and the code that it ends with, are what is judged.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { createCommand } from "@surefill/cli";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;

beforeEach(async () => {
  pipeline = await openPipeline({ sandbox: { recordPosts: true } });
});

afterEach(() => pipeline.close());

type Run = { code: number; output: string; errors: string };

/** Runs the command with these arguments, in the environment that the worker has. */
async function verify(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Run> {
  const run: Run = { code: 0, output: "", errors: "" };
  await createCommand({
    env: { ...pipeline.env, ...env },
    output: new PassThrough(),
    print: (text) => {
      run.output += `${text}\n`;
    },
    tell: (text) => {
      run.errors += `${text}\n`;
    },
    exitWith: (code) => {
      run.code = code;
    },
    user: "os-user",
    signal: AbortSignal.timeout(60_000),
  }).parseAsync(["node", "surefill", "verify", ...args]);
  return run;
}

async function send(ending: string, reference: string, ...states: Parameters<Pipeline["until"]>[1][]): Promise<void> {
  await pipeline.enqueue(topupTo(ending, reference));
  await pipeline.until(reference, ...states);
}

test("a ledger on which everything holds ends with 0, and says how much was gone through", async () => {
  await pipeline.startWorker();
  await send("0001", "paid", "succeeded");
  await send("0007", "answer-lost", "succeeded");

  const { code, output, errors } = await verify(["--settled", "--books"]);

  expect(output).toMatch(/top-ups +2, of which open: 0/);
  expect(output).toMatch(/transactions at Reloadly +2, of which not ours: 0/);
  expect(output).toMatch(/POSTs in the provider's books +2/);
  expect(output).toContain("No violation of S1,");
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
});

test("an over-payment ends with 1, and shows both transactions and no phone number", async () => {
  await pipeline.startWorker();
  await send("0029", "twice", "succeeded");

  const { code, output } = await verify();

  expect(code).toBe(1);
  expect(output).toMatch(/S1 paid-more-than-once {2}twice/);
  expect(output.match(/transaction \d+ {2}\w+ {2}twice/g)).toHaveLength(2);
  expect(output).toContain("VIOLATED");
  expect(output).not.toMatch(/0029/);
});

test("the same over-payment is one finding as JSON", async () => {
  await pipeline.startWorker();
  await send("0029", "twice", "succeeded");

  const { code, output } = await verify(["--json"]);

  expect(code).toBe(1);
  expect(JSON.parse(output)).toMatchObject({
    verdict: "violated",
    counts: { topups: 1, transactions: 2 },
    findings: [{ invariant: "S1", kind: "paid-more-than-once", reference: "twice" }],
  });
});

test("money that left the wallet for nothing that the ledger knows is found in the provider's books", async () => {
  await pipeline.startWorker();
  await send("0001", "paid", "succeeded");
  await pipeline.redis.client.hset(`${pipeline.redis.prefix}:{0}:t:paid`, "cost", "1");

  const { code, output } = await verify(["--settled", "--books"]);

  expect(code).toBe(1);
  expect(output).toMatch(/S11 cost-differs {2}paid/);
  expect(output).toMatch(/S11 books-differ {2}no top-up/);
});

test("a POST that nobody granted is found in the provider's books", async () => {
  await pipeline.startWorker();
  await send("0006", "refused", "rejected");
  await pipeline.redis.client.lpop(`${pipeline.redis.prefix}:{0}:h:refused`);

  const { code, output } = await verify(["--books"]);

  expect(code).toBe(1);
  expect(output).toMatch(/S3 not-granted {2}refused/);
});

test("a reference that was acknowledged and is unknown is found, whatever its case", async () => {
  const folder = await mkdtemp(join(tmpdir(), "surefill-verify-"));
  try {
    await pipeline.enqueue(topupTo("0001", "known"));
    const file = join(folder, "acknowledged.txt");
    await writeFile(file, "KNOWN\nunknown\n\n");

    const { code, output } = await verify(["--acknowledged", file]);

    expect(code).toBe(1);
    expect(output).toMatch(/S7 acknowledged-but-missing {2}unknown/);
    expect(output).not.toMatch(/acknowledged-but-missing {2}known/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what is open is a violation only for whoever says that nothing is under way", async () => {
  await pipeline.enqueue(topupTo("0001", "waiting"));

  expect(await verify()).toMatchObject({ code: 0, output: expect.stringContaining("(--settled)") });
  expect(await verify(["--settled"])).toMatchObject({
    code: 1,
    output: expect.stringMatching(/S7 not-ended {2}waiting/),
  });
});

test("an empty ledger passes in words that nobody takes for a proof", async () => {
  expect(await verify()).toMatchObject({ code: 0, output: expect.stringContaining("There was nothing to check.") });
});

test("the age that --since names leaves out what had ended before", async () => {
  await pipeline.startWorker();
  await send("0001", "paid", "succeeded");
  expect((await verify(["--since", "1h"])).output).toMatch(/top-ups +1,/);
  expect((await verify(["--since", new Date(Date.now() + 7_200_000).toISOString()])).output).toMatch(/top-ups +0,/);
  await expect(verify(["--since", "yesterday"])).rejects.toThrow("must be a date, or an age such as 72h, 30m or 7d");
});

test.each<[string, Record<string, string>, string]>([
  ["there is no ledger", { REDIS_PREFIX: "nobody-wrote-here" }, "there is no ledger under REDIS_PREFIX"],
  ["Redis is away", { REDIS_URL: "redis://127.0.0.1:1" }, "Cannot connect to Redis"],
  ["Reloadly is away", { RELOADLY_URL: "http://127.0.0.1:1" }, "Could not check"],
])("it ends with 2, and says why, when %s", async (_, env, why) => {
  const { code, errors } = await verify([], env);
  expect(errors).toContain(why);
  expect(code).toBe(2);
});

test("a setting that is wrong ends with 78, as it ends the start of a program", async () => {
  const { code, errors } = await verify([], { RELOADLY_CLIENT_ID: "" });
  expect(errors).toContain("RELOADLY_CLIENT_ID");
  expect(code).toBe(78);
});
