/** Accepting never waits for a catalogue that is at hand, and never long for one that is not. Time stands still here. */
import type { Operator } from "@surefill/reloadly-client";
import { createLogger } from "@surefill/runtime";
import { expect, test } from "vitest";
import { LiveCatalogue } from "../../../apps/producer/src/operators/live-catalogue.js";
import { TestClock } from "../../support/test-clock.js";

const MINUTE_MS = 60_000;
const OPERATOR = { operatorId: 341, name: "MTN Nigeria", country: { isoName: "NG" } } as Operator;

/** A catalogue over a provider that answers when a test lets it, and counts how often it is asked. */
function openCatalogue() {
  const clock = new TestClock();
  const asked: { answer: () => void; fail: () => void }[] = [];
  const catalogue = new LiveCatalogue({
    client: {
      listOperators: () =>
        new Promise((resolve, reject) => {
          const page = { content: [OPERATOR], isLast: true } as Awaited<ReturnType<LiveClient["listOperators"]>>;
          asked.push({ answer: () => resolve(page), fail: () => reject(new Error("away")) });
        }),
    },
    clock,
    log: createLogger({ name: "producer", level: "silent" }),
  });
  return { catalogue, clock, asked };
}
type LiveClient = ConstructorParameters<typeof LiveCatalogue>[0]["client"];

test("everybody who asks at first shares one question, and nothing is asked for ten minutes", async () => {
  const { catalogue, clock, asked } = openCatalogue();
  const views = Promise.all([catalogue.view(), catalogue.view(), catalogue.view()]);
  expect(asked).toHaveLength(1);
  asked[0]?.answer();
  for (const view of await views) expect(view?.byId.has(341)).toBe(true);
  clock.advance(10 * MINUTE_MS);
  expect((await catalogue.view())?.byId.size).toBe(1);
  expect(asked).toHaveLength(1);
});

test("an old one is used while it is read anew, and no longer than for an hour", async () => {
  const { catalogue, clock, asked } = openCatalogue();
  const first = catalogue.view();
  asked[0]?.answer();
  await first;
  clock.advance(11 * MINUTE_MS);
  expect((await catalogue.view())?.byId.size).toBe(1);
  expect(asked).toHaveLength(2);
  asked[1]?.fail();
  clock.advance(50 * MINUTE_MS);
  expect(await catalogue.view()).toBeUndefined();
  clock.advance(MINUTE_MS);
  const late = catalogue.view();
  expect(asked).toHaveLength(3);
  clock.advance(1_500);
  expect(await late).toBeUndefined();
  expect(catalogue.lastKnown?.byId.size).toBe(1);
});

test("a provider that does not answer holds a request up for a second and a half", async () => {
  const { catalogue, clock } = openCatalogue();
  const view = catalogue.view();
  clock.advance(1_499);
  let isHere = false;
  void view.then(() => (isHere = true));
  await Promise.resolve();
  expect(isHere).toBe(false);
  clock.advance(1);
  expect(await view).toBeUndefined();
});

test("after a failure nobody waits, and the provider is left alone for half a minute", async () => {
  const { catalogue, clock, asked } = openCatalogue();
  const failing = catalogue.view();
  asked[0]?.fail();
  expect(await failing).toBeUndefined();
  for (let request = 0; request < 100; request += 1) expect(await catalogue.view()).toBeUndefined();
  expect(asked).toHaveLength(1);
  clock.advance(30_000);
  const again = catalogue.view();
  asked[1]?.answer();
  expect((await again)?.byId.size).toBe(1);
});
