/** How endpoints share a process's slots. Time stands still unless a test lets it pass. */
import { EndpointSlots, OPEN_PER_ENDPOINT_MAX } from "@surefill/worker";
import { beforeEach, expect, test } from "vitest";
import { TestClock } from "../../support/test-clock.js";

const ENTERED = { kind: "entered" };

let clock: TestClock;
let slots: EndpointSlots;
beforeEach(() => {
  clock = new TestClock();
  slots = new EndpointSlots(clock);
});

const fill = (endpointId: string, count = OPEN_PER_ENDPOINT_MAX) =>
  Promise.all(Array.from({ length: count }, () => slots.enter(endpointId)));

async function failInARow(endpointId: string, count: number): Promise<void> {
  for (let failed = 0; failed < count; failed += 1) {
    await slots.enter(endpointId);
    slots.leave(endpointId, { heldMs: 1_000, failed: true });
  }
}

test("ten requests to one endpoint are open at a time, and the eleventh follows when one has ended", async () => {
  expect(await fill("one")).toEqual(Array.from({ length: OPEN_PER_ENDPOINT_MAX }, () => ENTERED));
  const eleventh = slots.enter("one");
  expect(await Promise.race([eleventh, Promise.resolve("waits")])).toBe("waits");
  slots.leave("one", { heldMs: 10, failed: false });
  expect(await eleventh).toEqual(ENTERED);
});

test("an endpoint that is full holds no other up", async () => {
  await fill("full");
  expect(await slots.enter("other")).toEqual(ENTERED);
});

test("who has waited for a second goes back to the queue", async () => {
  await fill("hangs");
  const waiting = slots.enter("hangs");
  clock.advance(1_000);
  expect(await waiting).toMatchObject({ kind: "deferred" });
  expect(clock.sleepers).toBe(0);
});

test("what waits for one that hangs is sent back, each to a later time, and nothing beyond a minute", async () => {
  await fill("hangs");
  clock.advance(20_000);
  const delays: number[] = [];
  for (let count = 0; count < 20_000; count += 1) {
    const entry = await slots.enter("hangs");
    if (entry.kind === "deferred") delays.push(entry.delayMs);
  }
  expect(delays).toHaveLength(20_000);
  expect(delays.every((delayMs, index) => delayMs > (delays[index - 1] ?? 0) || delayMs === 60_000)).toBe(true);
  expect(delays.at(-1)).toBe(60_000);
});

test("few wait for one that has taken nothing yet, and the others come back a second later", async () => {
  await fill("new");
  const waiting = Array.from({ length: 20 }, () => slots.enter("new"));
  for (let count = 0; count < 1_000; count += 1) {
    const entry = await slots.enter("new");
    if (entry.kind !== "deferred") throw new Error("must be sent back");
    expect(entry.delayMs).toBe(1_000);
  }
  for (let count = 0; count < 20; count += 1) slots.leave("new", { heldMs: 10, failed: false });
  expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(["entered"]));
});

test("the longer no slot gets free, the fewer wait and the later the others come back", async () => {
  await fill("hangs");
  clock.advance(20_000);
  const [first, second] = [await slots.enter("hangs"), await slots.enter("hangs")];
  if (first.kind !== "deferred" || second.kind !== "deferred") throw new Error("both must be sent back");
  expect(second.delayMs - first.delayMs).toBe(2_000);
});

test("one that keeps pace has as many wait as it takes in a second, and nothing is sent back", async () => {
  for (let count = 0; count < 50; count += 1) {
    await slots.enter("fast");
    slots.leave("fast", { heldMs: 10, failed: false });
  }
  await fill("fast");
  const waiting = Array.from({ length: 300 }, () => slots.enter("fast"));
  for (let count = 0; count < 300; count += 1) slots.leave("fast", { heldMs: 10, failed: false });
  expect(new Set((await Promise.all(waiting)).map(({ kind }) => kind))).toEqual(new Set(["entered"]));
});

test("an endpoint that failed five times in a row has two slots, until it succeeds once", async () => {
  await failInARow("fails", 5);
  expect(await fill("fails", 2)).toEqual([ENTERED, ENTERED]);
  expect(await slots.enter("fails")).toMatchObject({ kind: "deferred" });
  slots.leave("fails", { heldMs: 10, failed: false });
  expect(await fill("fails", 9)).toEqual(Array.from({ length: 9 }, () => ENTERED));
});

test("a slot that was given back without an attempt teaches nothing", async () => {
  await failInARow("fails", 4);
  await slots.enter("fails");
  slots.leave("fails");
  expect(await fill("fails", 10)).toEqual(Array.from({ length: 10 }, () => ENTERED));
});
