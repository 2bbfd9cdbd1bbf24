/** What a chaos run must have done: a run that was spared its faults must not pass. */
import { type Done, findShortfalls, planFaults, profileOf } from "@surefill/proof";
import { expect, test } from "vitest";

const TEN_MINUTES = profileOf(10, []);
const NAMES = planFaults({ seed: 1, durationMs: 600_000, gapScale: 1 }).map(({ target, kind }) => `${target} ${kind}`);

/** A run that did enough, if only just. */
function enough(): Done {
  const counts = new Map(NAMES.map((name) => [name, 15]));
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
const withoutFaults = (done: Done, names: RegExp): Done => ({
  ...done,
  counts: new Map([...done.counts].filter(([name]) => !names.test(name))),
});
const withTakeover = (done: Done, takeover: Partial<Done["effects"]["takeover"]>): Done =>
  withEffects(done, { takeover: { ...done.effects.takeover, ...takeover } });

test.for<[string, (done: Done) => Done]>([
  ["top-ups: 9999", (done) => ({ ...done, acknowledged: 9_999, reviews: 0 })],
  ["kills and faults: ", (done) => ({ ...done, counts: new Map([...done.counts.keys()].map((name) => [name, 1])) })],
  ["kills of Redis: 0", (done) => withoutFaults(done, /^redis kill/)],
  ["worker freeze: 0", (done) => withoutFaults(done, /^worker-. freeze/)],
  ["worker clock-jump: 0", (done) => withoutFaults(done, /clock-jump/)],
  ["redis disk-refuses: 0", (done) => withoutFaults(done, /disk-refuses/)],
  ["provider-line reset: 0", (done) => withoutFaults(done, /^provider-line-. reset/)],
  ["redis-line half-open: 0", (done) => withoutFaults(done, /^redis-line-. half-open/)],
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
  const short = profileOf(0.6, []);
  const done = withTakeover({ ...enough(), acknowledged: 400, reviews: 2 }, { p50Ms: 30_000 });
  expect(findShortfalls(short, done)).toEqual([]);
  expect(findShortfalls(short, { ...done, reviews: 3 })).not.toEqual([]);
});

test("a short run that was spared what the provider does has a shortfall, and so has one without a disk that refuses", () => {
  const short = profileOf(0.6, []);
  const done = enough();
  expect(findShortfalls(short, withoutFaults(done, /^provider (hang|outage)/))).toEqual([]);
  expect(findShortfalls(short, withoutFaults(done, /^provider (hang|outage|empty-wallet)/))).toHaveLength(1);
  expect(findShortfalls(short, withoutFaults(done, /disk-refuses/))).toHaveLength(1);
});

test.for([0.6, 10])("where no disk can be made to refuse, a run of %s minutes is not asked for it", (minutes) => {
  const profile = profileOf(minutes, ["disk-refuses"]);
  expect(findShortfalls(profile, withoutFaults(enough(), /disk-refuses/))).toEqual([]);
});
