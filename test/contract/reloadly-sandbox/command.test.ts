// The command, run as a child process from its compiled files the way a person runs it.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const BIN = fileURLToPath(new URL("../../../packages/reloadly-sandbox/bin/reloadly-sandbox.js", import.meta.url));

function run(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [BIN, ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

async function firstLine(child: ChildProcessWithoutNullStreams): Promise<string> {
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("the command ended without a line");
}

async function end(child: ChildProcessWithoutNullStreams): Promise<{ code: unknown; output: string }> {
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, "close");
  return { code, output: Buffer.concat(chunks).toString() };
}

async function file(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sandbox-command-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "file.json");
  await writeFile(path, content);
  return path;
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "it prints where it is, serves its books, and ends cleanly on %s",
  async (signal) => {
    const child = run("--json", "--balance", "12.5", "--currency", "EUR");
    const { url, pid } = JSON.parse(await firstLine(child));
    expect(pid).toBe(child.pid);
    const books = await (await fetch(`${url}/_sandbox/books`)).json();
    expect(books).toMatchObject({ wallet: { balance: "12.50000", currency: "EUR" } });
    const ended = end(child);
    child.kill(signal);
    expect((await ended).code).toBe(0);
  },
);

test("for people it prints one line with the URL and the place of the books", async () => {
  const child = run("--port", "0");
  expect(await firstLine(child)).toMatch(
    /^Reloadly sandbox on (http:\/\/127\.0\.0\.1:\d+), its books at \1\/_sandbox\/books$/,
  );
});

test("a fault plan is read from a file", async () => {
  const rules = [{ match: { operation: "token" }, fault: { kind: "empty-body", httpStatus: 503 } }];
  const child = run("--json", "--fault-plan", await file(JSON.stringify({ rules })));
  const { url } = JSON.parse(await firstLine(child));
  const reply = await fetch(`${url}/oauth/token`, { method: "POST", headers: { "content-type": "application/json" } });
  expect(reply.status).toBe(503);
});

test.each([
  [["--port", "many"], /--port.*whole number/],
  [["--balance", "-1"], /initialBalance/],
  [["--unknown"], /unknown option/],
  [["--webhook-url", "http://127.0.0.1:1"], /--webhook-secret/],
  [["--fault-plan", "/nowhere.json"], /nowhere\.json/],
])("%j ends with a complaint that names the fault", async (args, complaint) => {
  const { code, output } = await end(run(...args));
  expect(code).toBe(1);
  expect(output).toMatch(complaint);
});

test("a wrong fault plan file ends with the field's name", async () => {
  const { code, output } = await end(run("--fault-plan", await file('{"rules":[{"fault":{"kind":"explode"}}]}')));
  expect([code, output]).toEqual([1, expect.stringMatching(/fault/)]);
});

test("a port that is taken ends with a complaint", async () => {
  const first = run("--json");
  const { url } = JSON.parse(await firstLine(first));
  const { code, output } = await end(run("--port", new URL(url).port));
  expect([code, output]).toEqual([1, expect.stringMatching(/EADDRINUSE/)]);
});
