import fc from "fast-check";
import { expect, test } from "vitest";
import { DueQueue } from "../../../packages/reloadly-sandbox/src/due-queue.js";

test("whatever goes in comes out in order of time, and nothing before its time", () => {
  const times = fc.array(fc.nat(1000), { maxLength: 200 });
  fc.assert(
    fc.property(times, fc.nat(1000), (dueTimes, nowMs) => {
      const queue = new DueQueue<number>();
      for (const time of dueTimes) queue.add(time, time);
      const taken: number[] = [];
      for (let next = queue.takeDue(nowMs); next !== undefined; next = queue.takeDue(nowMs)) taken.push(next.item);
      expect(taken).toEqual(dueTimes.filter((time) => time <= nowMs).sort((a, b) => a - b));
      expect(queue.nextDueAtMs).toBe(dueTimes.filter((time) => time > nowMs).sort((a, b) => a - b)[0]);
    }),
    { seed: 1 },
  );
});
