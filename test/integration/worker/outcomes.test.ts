/**
 * Top-ups through a real worker, a real Redis and the local Reloadly, whose own books say what was executed. The
 * recipient's last four digits choose what the provider does.
 */
import { afterAll, beforeAll, describe, test } from "vitest";
import { openPipeline, type Pipeline, topupTo } from "../../support/pipeline.js";

let pipeline: Pipeline;

beforeAll(async () => {
  pipeline = await openPipeline();
  await pipeline.startWorker();
});
afterAll(() => pipeline.close());

async function bookRow(customIdentifier: string) {
  const row = pipeline.sandbox.books({ customIdentifier }).identifiers?.[0];
  return { posts: row?.posts ?? 0, executions: row?.executions ?? 0 };
}

const FINALS = ["succeeded", "refunded", "failed", "rejected", "cancelled", "review"] as const;

describe("what the provider does ends in the one right state, with the provider's books agreeing", () => {
  const cases: [
    ending: string,
    what: string,
    state: string,
    books: Record<string, [posts: number, executions: number]>,
  ][] = [
    ["1111", "an ordinary number is paid with one POST", "succeeded", { "": [1, 1] }],
    ["0002", "slow PROCESSING is waited for", "succeeded", { "": [1, 1] }],
    ["0003", "REFUNDED is final and not paid again", "refunded", { "": [1, 1] }],
    [
      "0004",
      "FAILED once is paid by a second attempt with its own identifier",
      "succeeded",
      { "": [1, 1], "~2": [1, 1] },
    ],
    [
      "0005",
      "FAILED every time ends as failed after three attempts",
      "failed",
      { "": [1, 1], "~2": [1, 1], "~3": [1, 1], "~4": [0, 0] },
    ],
    ["0006", "a refused number is rejected with nothing executed", "rejected", { "": [1, 0] }],
    ["0007", "an executed POST whose answer is lost is found and adopted, not sent again", "succeeded", { "": [1, 1] }],
    ["0008", "a 500 after execution is found and adopted", "succeeded", { "": [1, 1] }],
    ["0010", "an empty wallet parks the top-up, which goes on by itself", "succeeded", { "": [2, 1] }],
    ["0011", "an operator that is out of service parks the top-up until it is back", "succeeded", { "": [3, 1] }],
    ["0012", "a number recharged a moment ago waits and is paid", "succeeded", { "": [2, 1] }],
    ["0013", "429 with Retry-After waits and is paid", "succeeded", { "": [2, 1] }],
    ["0014", "429 without Retry-After waits and is paid", "succeeded", { "": [2, 1] }],
    ["0015", "an HTML 502 after execution is found and adopted", "succeeded", { "": [1, 1] }],
    [
      "0016",
      "a 500 without execution is sent again with the same identifier after the quiet period",
      "succeeded",
      { "": [2, 1] },
    ],
    ["0020", "an unknown status word keeps the top-up open until a known one comes", "succeeded", { "": [1, 1] }],
    ["0022", "an expired token is renewed and the same identifier sent once more", "succeeded", { "": [2, 1] }],
    ["0023", "a success without a transaction id is looked up", "succeeded", { "": [1, 1] }],
    ["0024", "half an answer is looked up", "succeeded", { "": [1, 1] }],
    ["0025", "an answer that never comes is looked up", "succeeded", { "": [1, 1] }],
    ["0026", "a reset before execution is sent again after the quiet period", "succeeded", { "": [2, 1] }],
    ["0033", "an operator's rejection is final", "rejected", { "": [1, 0] }],
  ];

  test.concurrent.for(cases)("%s: %s", async ([ending, , state, books], { expect }) => {
    const reference = `outcome-${ending}`;
    await pipeline.enqueue(topupTo(ending, reference));
    const record = await pipeline.until(reference, ...FINALS);
    expect(record.state).toBe(state);
    for (const [suffix, [posts, executions]] of Object.entries(books)) {
      expect(await bookRow(`${reference}${suffix}`), `books of ${reference}${suffix}`).toEqual({ posts, executions });
    }
    const completions = (await pipeline.events(reference)).filter(({ type }) => type !== "topup.held");
    expect(completions.map(({ type }) => type)).toEqual([`topup.${state}`]);
  });
});
