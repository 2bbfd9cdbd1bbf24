/** Work that takes turns: what bounds the questions that all checks of a process put to the provider. */
import { expect, test } from "vitest";
import { Turns } from "../../../apps/producer/src/campaigns/check/work-in-flight.js";

/** Work that is done when the test says so. */
function openWork() {
  const begun: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve, reject) => ends.set(name, { resolve, reject }));
  };
  return { begun, ends, work };
}

test("Never more work goes on than there are turns, and whoever asked first comes first", async () => {
  const { begun, ends, work } = openWork();
  const turns = new Turns(2);
  const done = ["a", "b", "c", "d"].map((name) => turns.take(work(name)));
  expect(begun).toEqual(["a", "b"]);
  ends.get("b")?.resolve();
  await done[1];
  await expect.poll(() => begun).toEqual(["a", "b", "c"]);
  ends.get("a")?.resolve();
  await expect.poll(() => begun).toEqual(["a", "b", "c", "d"]);
  for (const { resolve } of ends.values()) resolve();
  await Promise.all(done);
  expect(await turns.take(async () => "free again")).toBe("free again");
});

test("Work that fails gives its turn on", async () => {
  const { begun, ends, work } = openWork();
  const turns = new Turns(1);
  const [failing, next] = [turns.take(work("fails")), turns.take(work("next"))];
  ends.get("fails")?.reject(new Error("no"));
  await expect(failing).rejects.toThrow("no");
  await expect.poll(() => begun).toEqual(["fails", "next"]);
  ends.get("next")?.resolve();
  await next;
});
