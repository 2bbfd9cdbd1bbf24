/** The health server over real HTTP, with callers that behave badly. */
import { once } from "node:events";
import { connect } from "node:net";
import { type HealthAnswer, type HealthServer, startHealthServer, systemClock } from "@surefill/runtime";
import { afterEach, expect, test } from "vitest";
import { TestClock } from "../../support/test-clock.js";

let server: HealthServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const ok = async (): Promise<HealthAnswer> => ({ status: 200, contentType: "text/plain", body: "ok\n" });

async function start(routes: Record<`/${string}`, () => Promise<HealthAnswer>>, clock = systemClock) {
  const errors: unknown[] = [];
  server = await startHealthServer({
    host: "127.0.0.1",
    port: 0,
    clock,
    routes,
    onError: (error) => errors.push(error),
  });
  return { errors, port: server.port, url: `http://127.0.0.1:${server.port}` };
}

test("routes answer on their exact path, with their own status, also with a query", async () => {
  const { url } = await start({
    "/healthz": ok,
    "/readyz": async () => ({ status: 503, contentType: "text/plain", body: "redis is away\n" }),
  });
  const healthy = await fetch(`${url}/healthz?verbose=1`);
  expect([healthy.status, await healthy.text()]).toEqual([200, "ok\n"]);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, "redis is away\n"]);
  expect((await fetch(`${url}/healthz/`)).status).toBe(404);
  expect((await fetch(`${url}/healthz`, { method: "HEAD" })).status).toBe(200);
});

test("other methods are refused, and a body that comes along is not read", async () => {
  const { url } = await start({ "/healthz": ok });
  const answer = await fetch(`${url}/healthz`, { method: "POST", body: "x".repeat(100) });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});

test("a route that throws answers 503 without the error's text, and the error is reported", async () => {
  const { url, errors } = await start({
    "/metrics": () => Promise.reject(new Error("canary")),
  });
  const answer = await fetch(`${url}/metrics`);
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain("canary");
  expect(errors).toMatchObject([{ message: "canary" }]);
});

test("a route that hangs answers 503 when its two seconds are over", async () => {
  const clock = new TestClock();
  const { url } = await start({ "/readyz": () => new Promise(() => undefined) }, clock);
  const answer = fetch(`${url}/readyz`);
  await expect.poll(() => clock.sleepers).toBe(1);
  clock.advance(2_000);
  expect((await answer).status).toBe(503);
});

test("oversized headers are refused and do not reach a route", async () => {
  const { port } = await start({ "/healthz": ok });
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nfiller: ${"x".repeat(9_000)}\r\n\r\n`);
  const [chunk] = await once(socket, "data");
  socket.destroy();
  expect(String(chunk)).toContain("431");
});

test("closing does not wait for a connection that says nothing", async () => {
  const { port } = await start({ "/healthz": ok });
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const closed = once(socket, "close");
  socket.resume();
  await server?.close();
  server = undefined;
  await closed;
});

test("a port that is taken rejects the start", async () => {
  const { port } = await start({ "/healthz": ok });
  const second = startHealthServer({
    host: "127.0.0.1",
    port,
    clock: systemClock,
    routes: {},
    onError: () => undefined,
  });
  await expect(second).rejects.toThrow("EADDRINUSE");
});
