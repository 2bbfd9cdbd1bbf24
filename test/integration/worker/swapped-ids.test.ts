/** Two POSTs are answered with each other's transactionId. Answers tell whose they are, and only the right one counts. */
import type { SandboxOptions } from "@surefill/reloadly-sandbox";
import { afterEach, expect, test } from "vitest";
import { type LiveAudit, openLiveAudit } from "../../support/live-audit.js";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

const SWAPPED = {
  rules: ["one", "two"].map((customIdentifier) => ({
    match: { customIdentifier },
    times: 1,
    fault: { kind: "swapped-ids" as const },
  })),
};

let pipeline: Pipeline;
let audit: LiveAudit;

async function open(sandbox: SandboxOptions = {}): Promise<void> {
  pipeline = await openPipeline({ sandbox: { faultPlan: SWAPPED, ...sandbox } });
  audit = await openLiveAudit(pipeline);
}
afterEach(async () => {
  await audit.close();
  await pipeline.close();
});

/** Has both sent, and answers what came of them and what the provider has of each. */
async function sendBoth(one: object, two: object) {
  await pipeline.startWorker();
  await Promise.all([pipeline.enqueue(one), pipeline.enqueue(two)]);
  const ends = ["succeeded", "refunded", "failed", "review"] as const;
  const records = await Promise.all(["one", "two"].map((reference) => pipeline.until(reference, ...ends)));
  const books = ["one", "two"].map((customIdentifier) => pipeline.sandbox.books({ customIdentifier }).identifiers?.[0]);
  return { records, books };
}

async function expectQuietAudit(): Promise<void> {
  const { findings } = await audit.run();
  expect(findings).toEqual([]);
}

test.each(["envelope", "flat"] as const)(
  "both settle right, each executed once, when statuses come as %s",
  async (shape) => {
    await open({ statusShape: shape });
    const { records, books } = await sendBoth(topupTo("1100", "one"), topupTo("1200", "two"));
    for (const [index, record] of records.entries()) {
      expect(record).toMatchObject({ state: "succeeded", attempt: 1, submits: 1 });
      expect(books[index]).toMatchObject({ executions: 1 });
      expect(record.transactionId).toBe(books[index]?.transactionIds[0]);
    }
    const [one, two] = records;
    const gaveUp = records.filter(({ disowned }) => disowned !== undefined);
    expect(gaveUp.length).toBeGreaterThan(0);
    for (const { reference, disowned, evidence } of gaveUp) {
      const other = reference === "one" ? two : one;
      expect(disowned).toEqual([{ attempt: 1, transactionId: other?.transactionId }]);
      expect(evidence).toBeUndefined();
      const history = await pipeline.ledger.history(reference);
      expect(history.map(({ because }) => because)).toContain("answer-names-another");
    }
    expect(pipeline.sandbox.books().totals).toMatchObject({ executions: 2, debits: 2, refunds: 0 });
    await expectQuietAudit();
  },
);

test.each([
  ["REFUNDED", "0003", { state: "refunded", attempt: 1 }],
  ["FAILED and sent again", "0004", { state: "succeeded", attempt: 2 }],
])("both settle right when one of them is %s", async (_what, ending, expected) => {
  await open();
  const { records, books } = await sendBoth(topupTo("1100", "one"), topupTo(ending, "two"));
  const [one, two] = records;
  expect(one).toMatchObject({ state: "succeeded", attempt: 1, transactionId: books[0]?.transactionIds[0] });
  expect(two).toMatchObject(expected);
  expect(books.map((row) => row?.executions)).toEqual([1, 1]);
  await expectQuietAudit();
});
