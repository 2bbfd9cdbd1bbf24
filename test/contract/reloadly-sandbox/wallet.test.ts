// A property of the wallet under random traffic: whatever is sent, credited, failed, refunded or lost on the way,
// opening + credited - debited + refunded = balance to the last decimal, after every single step, and the rows of the
// books add up to the wallet. Money is compared as whole numbers of 0.00001.
import fc from "fast-check";
import { expect, test } from "vitest";
import { openWorld, type World } from "./world.js";

const ENDINGS = [
  "0001",
  "0002",
  "0003",
  "0004",
  "0005",
  "0007",
  "0008",
  "0009",
  "0010",
  "0021",
  "0023",
  "0028",
  "0029",
];

const stepArbitrary = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      id: fc.nat(12),
      ending: fc.constantFrom(...ENDINGS),
      line: fc.integer({ min: 9600, max: 9603 }),
      amount: fc.integer({ min: 100, max: 3000 }),
      local: fc.boolean(),
      sync: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("credit" as const), amount: fc.constantFrom("0.00001", "0.3", "2.71828") }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 900_000 }) }) },
);

type Step = typeof stepArbitrary extends fc.Arbitrary<infer T> ? T : never;

async function take(world: World, step: Step): Promise<void> {
  if (step.do === "wait") world.clock.advance(step.ms);
  else if (step.do === "credit") world.sandbox.topUpWallet(step.amount);
  else {
    const amount = step.local ? step.amount : (step.amount / 500).toFixed(5);
    const recipientPhone = { countryCode: "NE", number: `${step.line}${step.ending}` };
    const order = { customIdentifier: `p-${step.id}`, amount, useLocalAmount: step.local, recipientPhone };
    // Half of the point is what the books say when the answer is lost.
    await world.send(order, step.sync ? "/topups" : "/topups-async").catch(() => undefined);
  }
}

const units = (text: string): bigint => {
  expect(text).toMatch(/^\d+\.\d{5}$/);
  return BigInt(text.replace(".", ""));
};

function checkBooks(world: World): void {
  const { wallet, totals, identifiers = [] } = world.sandbox.books();
  const moved = units(wallet.openingBalance) + units(wallet.credited) - units(wallet.debited) + units(wallet.refunded);
  expect(moved).toBe(units(wallet.balance));
  expect(units(wallet.frozen)).toBeLessThanOrEqual(units(wallet.balance));
  const sum = (pick: (row: (typeof identifiers)[number]) => bigint) =>
    identifiers.reduce((all, row) => all + pick(row), 0n);
  expect(sum((row) => units(row.debited))).toBe(units(wallet.debited));
  expect(sum((row) => units(row.refunded))).toBe(units(wallet.refunded));
  expect(sum((row) => BigInt(row.executions))).toBe(BigInt(totals.executions));
  const byStatus = Object.values(totals.byStatus).reduce((all, count) => all + count, 0);
  expect(byStatus).toBe(totals.executions);
  for (const row of identifiers) {
    const executedPosts = row.posts - row.duplicateRefusals - row.rejections;
    expect(executedPosts).toBe(Math.min(row.executions, 1));
  }
}

test("the wallet adds up after every step of any traffic", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = await openWorld({ initialBalance: "12.34567", phoneRechargeWindowMs: 30_000 });
      for (const step of steps) {
        await take(world, step);
        checkBooks(world);
      }
      await world.sandbox.close();
    }),
    { seed: 20_260_310, numRuns: 40 },
  );
});
