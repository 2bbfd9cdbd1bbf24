/**
 * A worker that stood still while Redis lost its data and the ledger was rebuilt. The model found that its fence could
 * be given out again: what it then wrote would be taken for the word of the new claim.
 */
import { endMove } from "@surefill/topup";
import { type Ledger, LedgerLostError, LedgerRebuild, LedgerUnavailableError } from "@surefill/topup-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accepted, claimed, LEASE, openTestLedger, recordOf, type TestLedger } from "../../support/test-ledger.js";

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

async function keysOfLedger(): Promise<string[]> {
  return t.redis.client.keys(`${t.redis.prefix}*`);
}

/** Rebuilds with nothing to recreate: no journal tells of a claim that was not sent. */
async function rebuilt(): Promise<Ledger> {
  const { epoch, sequence } = t.ledger.witness;
  const rebuild = await LedgerRebuild.open(t.redis.client, {
    prefix: t.redis.prefix,
    known: [{ epoch, sequence }],
    nowMs: () => t.nowMs,
  });
  await rebuild.begin();
  return t.another();
}

async function claimAgain(ledger: Ledger, reference: string): Promise<void> {
  expect((await ledger.claim(reference, 1, LEASE)).kind).toBe("claimed");
}

test("its word from before a total loss moves nothing of a claim from after it", async () => {
  const before = await claimed(t.ledger, "r-1");
  await t.redis.client.del(...(await keysOfLedger()));
  await expect(t.ledger.check()).rejects.toThrow(LedgerLostError);

  const ledger = await rebuilt();
  await accepted(ledger, "r-1");
  await claimAgain(ledger, "r-1");
  const notSent = { to: "queued", because: "not-sent", patch: {}, dueAtMs: t.nowMs } as const;
  await expect(t.ledger.move(before, notSent)).rejects.toThrow(LedgerUnavailableError);
  expect((await t.ledger.move(before, notSent)).kind).toBe("stale");
  expect((await t.ledger.move(before, endMove("rejected", "refused"))).kind).toBe("stale");
  expect(await recordOf(ledger, "r-1")).toMatchObject({ state: "submitting" });
});

test("nor where an older copy of the record was put back", async () => {
  await accepted(t.ledger, "r-1");
  const copies = await Promise.all(
    (await keysOfLedger()).map(async (key) => ({ key, dump: await t.redis.client.dumpBuffer(key) })),
  );
  const claim = await t.ledger.claim("r-1", 1, LEASE);
  if (claim.kind !== "claimed") throw new Error("the first claim is granted");
  await t.redis.client.del(...(await keysOfLedger()));
  for (const { key, dump } of copies) await t.redis.client.restore(key, 0, dump ?? "");
  await expect(t.ledger.check()).rejects.toThrow(LedgerLostError);

  const ledger = await rebuilt();
  await claimAgain(ledger, "r-1");
  await expect(t.ledger.check()).rejects.toThrow(LedgerUnavailableError);
  expect((await t.ledger.move(claim.record, endMove("rejected", "refused"))).kind).toBe("stale");
});
