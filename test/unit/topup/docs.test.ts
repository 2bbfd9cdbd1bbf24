/** The pages about states, waits, words and failures say what the code does, or this fails. */
import { readFile } from "node:fs/promises";
import { PlanChunkError } from "@surefill/campaign";
import { BECAUSE, EVENT_TYPES, QUEUES, STATES } from "@surefill/topup";
import { LedgerCorruptError, LedgerLostError, LedgerUnavailableError } from "@surefill/topup-store";
import { describe, expect, test } from "vitest";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import {
  firstColumn,
  holdsBlock,
  lookupsBlock,
  movesBlock,
  pollsBlock,
  refusalsBlock,
  timingsBlock,
} from "../../support/topup-docs.js";

const read = (name: string) => readFile(`docs/${name}.md`, "utf8");

describe("the pages", () => {
  test("draw the moves as the table in the code allows them", async () => {
    await expectGeneratedBlock("docs/state-machine.md", "moves", movesBlock());
    await expectGeneratedBlock("README.md", "moves", movesBlock());
  });

  test("explain every state, and no state that does not exist", async () => {
    expect(firstColumn(await read("state-machine"), "state")).toEqual([...STATES]);
  });

  test("put every reason of a move into a sentence, and no other", async () => {
    expect(firstColumn(await read("state-machine"), "because")).toEqual([...BECAUSE]);
  });

  test.each([
    { name: "polls", block: pollsBlock },
    { name: "lookups", block: lookupsBlock },
    { name: "holds", block: holdsBlock },
    { name: "timings", block: timingsBlock },
  ])("tell the $name as the code has them", async ({ name, block }) => {
    await expectGeneratedBlock("docs/schedules.md", name, block());
  });

  test("list every refusal of the provider with what it leads to", async () => {
    await expectGeneratedBlock("docs/failure-modes.md", "refusals", refusalsBlock());
  });

  test("explain every error code of the ledger", async () => {
    const errors = [
      new LedgerUnavailableError(undefined),
      new LedgerLostError("missing"),
      new LedgerCorruptError(""),
      new PlanChunkError(0),
    ];
    const codes = errors.map(({ code }) => code);
    expect(firstColumn(await read("failure-modes"), "code")).toEqual(expect.arrayContaining(codes));
  });

  test("know every event and every queue by its name", async () => {
    const glossary = await read("glossary");
    expect(firstColumn(glossary, "event")).toEqual([...EVENT_TYPES]);
    expect(firstColumn(glossary, "queue")).toEqual(Object.values(QUEUES));
  });

  test("explain each word once", async () => {
    const words = firstColumn(await read("glossary"), "word");
    expect(new Set(words).size).toBe(words.length);
    expect(words).toEqual(
      expect.arrayContaining([
        "top-up",
        "reference",
        "attempt",
        "transactionId",
        "submit",
        "poll",
        "hold",
        "gate",
        "ledger",
        "event",
        "campaign",
      ]),
    );
  });
});
