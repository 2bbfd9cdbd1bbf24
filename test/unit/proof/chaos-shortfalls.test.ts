/** What a chaos run must have done: a run that was spared its faults must not pass. */
import { type Done, FAULTS, findShortfalls, profileOf } from "@surefill/proof";
import { expect, test } from "vitest";

const TEN_MINUTES = profileOf(10);

/** A run that did enough, if only just. */
function enough(): Done {
  const counts = new Map(Object.keys(FAULTS).map((kind) => [`redis ${kind}`, 15]));
  return {
    counts,
    acknowledged: 10_000,
    reviews: 10,
    verified: { violations: [], counts: { topups: 10_000, posts: 12_000 }, isComplete: true },
    effects: {
      redeliveries: 20,
      logs: { stalledJobs: 20, replacedAlarms: 0, lateAnswers: 0, errors: {} },
      staleMoves: 10,
      expiredLeases: 5,
      unknowns: 200,
      adopted: 100,
      sentAgain: 50,
      posts: 12_000,
      executions: 9_900,
      takeover: {
        jobs: 30,
        p50Ms: 10_000,
        p99Ms: 45_000,
        neverTaken: 0,
        midPost: { total: 1, adopted: 1, sentAgainAfterQuiet: 0, answeredMeanwhile: 0 },
      },
    },
  };
}

test("ten minutes that did just enough have no shortfall", () => {
  expect(findShortfalls(TEN_MINUTES, enough())).toEqual([]);
});

const withEffects = (done: Done, effects: Partial<Done["effects"]>): Done => ({
  ...done,
  effects: { ...done.effects, ...effects },
});
const withTakeover = (done: Done, takeover: Partial<Done["effects"]["takeover"]>): Done =>
  withEffects(done, { takeover: { ...done.effects.takeover, ...takeover } });

test.for<[string, (done: Done) => Done]>([
  ["top-ups: 9999", (done) => ({ ...done, acknowledged: 9_999, reviews: 0 })],
  ["kills and faults: 13", (done) => ({ ...done, counts: new Map([...done.counts.keys()].map((name) => [name, 1])) })],
  ["freeze: 0", (done) => ({ ...done, counts: new Map([...done.counts].filter(([name]) => name !== "redis freeze")) })],
  ["redeliveries: 19", (done) => withEffects(done, { redeliveries: 19 })],
  ["moves refused as stale: 9", (done) => withEffects(done, { staleMoves: 9 })],
  ["unknown outcomes adopted: 99", (done) => withEffects(done, { adopted: 99 })],
  ["takeover after kill -9, p50 in ms: 10001", (done) => withTakeover(done, { p50Ms: 10_001 })],
  ["takeover after kill -9, p99 in ms: none", (done) => withTakeover(done, { p99Ms: undefined })],
  ["jobs never taken over: 1", (done) => withTakeover(done, { neverTaken: 1 })],
  ["reviews: 11", (done) => ({ ...done, reviews: 11 })],
  [
    "surefill verify could not check everything",
    (done) => ({ ...done, verified: { ...done.verified, isComplete: false } }),
  ],
  [
    "POSTs that surefill verify went through: 0",
    (done) => ({ ...done, verified: { ...done.verified, counts: { topups: 10_000 } } }),
  ],
])("a run with the shortfall «%s» does not pass", ([says, spoil]) => {
  const found = findShortfalls(TEN_MINUTES, spoil(enough()));
  expect(
    found.some((line) => line.startsWith(says)),
    found.join("\n"),
  ).toBe(true);
});

test("a short run is not failed by two top-ups in review, which are no rate yet", () => {
  const short = profileOf(0.6);
  const done = withTakeover({ ...enough(), acknowledged: 400, reviews: 2 }, { p50Ms: 30_000 });
  expect(findShortfalls(short, done)).toEqual([]);
  expect(findShortfalls(short, { ...done, reviews: 3 })).not.toEqual([]);
});
