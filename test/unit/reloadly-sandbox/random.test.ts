import { expect, test } from "vitest";
import { between, seededRandom } from "../../../packages/reloadly-sandbox/src/random.js";

test("a seed gives one sequence, within bounds and spread over them", () => {
  const draw = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 5000 }, () => between(random, { min: 3, max: 7 }));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  const counts = [3, 4, 5, 6, 7].map((value) => draw(1).filter((drawn) => drawn === value).length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5000);
  for (const count of counts) expect(count).toBeGreaterThan(800);
});
