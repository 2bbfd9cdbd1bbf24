/** The line of the chaos runs on real sockets: each of its faults must do to a connection what its name says. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type FaultyLine, openFaultyLine } from "@surefill/proof";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

let echo: Server;
let line: FaultyLine;
let near: Socket;
/** Of the connection that was dialled last. */
let state: { heard: string; hasEnded: boolean };

beforeEach(async () => {
  echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  await once(echo.listen(0, "127.0.0.1"), "listening");
  const address = echo.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  line = await openFaultyLine(address.port);
  await dial();
});

afterEach(async () => {
  near.destroy();
  await line.close();
  await new Promise((resolve) => echo.close(resolve));
});

async function dial(): Promise<void> {
  const own = { heard: "", hasEnded: false };
  state = own;
  near = connect({ host: "127.0.0.1", port: line.port });
  near.on("data", (bytes) => {
    own.heard += bytes;
  });
  near.on("error", () => undefined); // A reset, or what came of it.
  near.on("close", () => {
    own.hasEnded = true;
  });
  await once(near, "connect");
}

const hears = (text: string) => expect.poll(() => state.heard).toBe(text);
const ends = () => expect.poll(() => state.hasEnded).toBe(true);

describe("a faulty line", () => {
  test("passes everything on while nothing is wrong", async () => {
    near.write("good day");
    await hears("good day");
  });

  test("that is reset ends its connections with a reset, and takes new ones", async () => {
    near.write("one");
    await hears("one");
    expect(line.reset()).toBe(1);
    await ends();
    await dial();
    near.write("two");
    await hears("two");
  });

  test("that is half-open swallows bytes and keeps connections, and ends those when it is mended", async () => {
    line.set({ kind: "half-open" });
    near.write("lost");
    const other = connect({ host: "127.0.0.1", port: line.port })
      .on("error", () => undefined)
      .resume();
    await once(other, "connect");
    other.write("also lost");
    await expect.poll(() => line.swallowedBytes()).toBe("lost".length + "also lost".length);
    expect(state).toEqual({ heard: "", hasEnded: false });
    line.set(undefined);
    await ends();
    await expect.poll(() => other.destroyed).toBe(true);
  });

  test("that is slow passes everything on, late and in order", async () => {
    line.set({ kind: "latency", delayMs: 60 });
    const startedMs = performance.now();
    near.write("first ");
    await once(near, "data");
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(110); // There and back, less a timer's rounding.
    near.write("second ");
    line.set(undefined);
    near.write("third");
    await hears("first second third");
  });

  test("never passes bytes on in another order, however its latency changes", async () => {
    const words = Array.from({ length: 400 }, (_, index) => `${index} `);
    for (const [index, word] of words.entries()) {
      // Up, down and off again while earlier words are still on their way.
      line.set(index % 3 === 0 ? undefined : { kind: "latency", delayMs: (index * 7) % 23 });
      near.write(word);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await hears(words.join(""));
  });

  test("that cuts answers passes half of the next one on, then resets", async () => {
    line.cutAnswers(1);
    near.write("12345678");
    await ends();
    expect("1234".startsWith(state.heard)).toBe(true); // The reset may overtake what was on its way.
    await dial();
    near.write("whole");
    await hears("whole");
  });
});
