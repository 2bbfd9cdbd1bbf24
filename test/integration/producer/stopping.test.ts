/** What a producer that stops waits for, and what it does not. */
import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { startProducerUnderTest } from "./running-producer.js";

test("connections on which nothing was ever asked do not keep a producer from stopping in good order", async () => {
  const producer = await startProducerUnderTest();
  const { hostname, port } = new URL(producer.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  // The server has taken it up: what was asked after it has been answered.
  expect((await producer.call("GET", "/healthz")).status).toBe(200);
  const gone = once(socket, "close");

  // Fails when a part does not end within its time.
  await producer.close();

  await gone;
});
