/** A ledger belongs to one provider account: what it sent is looked up in that account's report only. */
import { accountChanges, LedgerAccountError, LedgerReader, LedgerRebuild, rebindLedger } from "@surefill/topup-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  acceptance,
  accepted,
  claimed,
  LEASE,
  openTestLedger,
  recordOf,
  type TestLedger,
} from "../../support/test-ledger.js";

const LIVE = "live:11111111aaaa";
const SANDBOX = "sandbox:22222222bbbb";
const NEW_CLIENT = "live:33333333cccc";

let t: TestLedger;
beforeEach(async () => {
  t = await openTestLedger();
});
afterEach(() => t.close());

const rebind = (account: string, kind: "same" | "other") =>
  rebindLedger(t.redis.client, { prefix: t.redis.prefix, account, kind, by: "Ada Obi", reason: "moved to live" });

test("the first account that opens a ledger has it: of many at once, one", async () => {
  const accounts = Array.from({ length: 20 }, (_, index) => `live:${index}`);
  const opened = await Promise.allSettled(accounts.map((account) => t.another({ account })));
  const refused = opened.filter((each) => each.status === "rejected");
  expect(refused).toHaveLength(19);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(LedgerAccountError);
});

test("another account, and another environment, is refused with both named and what to do", async () => {
  await t.another({ account: LIVE });
  const error: unknown = await t.another({ account: SANDBOX }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "LEDGER_OF_ANOTHER_ACCOUNT" });
  expect(String(error)).toContain("belongs to live:11111111, and this process has sandbox:22222222");
  expect(String(error)).toContain("surefill rebind --reason");
  await expect(t.another({ account: LIVE })).resolves.toBeDefined();
});

test("neither the audit nor a rebuild takes another account's report for this ledger's", async () => {
  await t.another({ account: LIVE });
  const { client, prefix } = t.redis;
  await expect(LedgerReader.open(client, { prefix, account: SANDBOX })).rejects.toThrow(LedgerAccountError);
  await expect(LedgerRebuild.open(client, { prefix, known: [], account: SANDBOX })).rejects.toThrow(LedgerAccountError);
  await expect(LedgerReader.open(client, { prefix, account: LIVE })).resolves.toBeDefined();
});

test("a ledger that is gone is rebuilt with the account that the journals name, and is that account's again", async () => {
  const ledger = await t.another({ account: LIVE });
  const { epoch, sequence } = ledger.witness;
  const { client, prefix } = t.redis;
  for (const key of await client.keys(`${prefix}*`)) await client.unlink(key);
  const open = (account: string) =>
    LedgerRebuild.open(client, { prefix, known: [{ epoch, sequence }], account, formerAccount: LIVE });
  await expect(open(SANDBOX)).rejects.toThrow(LedgerAccountError);
  await (await open(LIVE)).begin();
  await expect(t.another({ account: SANDBOX })).rejects.toThrow(LedgerAccountError);
});

describe("rebinding", () => {
  test("lets the new account in, keeps the reason, and refuses everything to a process that still has the former one", async () => {
    const former = await t.another({ account: LIVE });
    const { reference, attempt } = await accepted(former, "done");
    await former.move(await recordOf(former, reference), { to: "cancelled", because: "withdrawn", patch: {} });
    expect(await rebind(SANDBOX, "other")).toEqual({ kind: "bound" });
    await expect(former.claim("any", attempt, LEASE)).rejects.toMatchObject({ code: "LEDGER_LOST", loss: "rebound" });
    await expect(former.accept([])).resolves.toEqual([]);
    await expect(accepted(former, "new")).rejects.toMatchObject({ loss: "rebound" });
    await expect(former.check()).rejects.toMatchObject({ loss: "rebound" });
    const current = await t.another({
      account: SANDBOX,
      known: [{ epoch: former.witness.epoch, sequence: former.witness.sequence }],
    });
    await expect(accepted(current, "new")).resolves.toMatchObject({ state: "queued" });
    await expect(t.another({ account: LIVE })).rejects.toThrow(LedgerAccountError);
    const [change = ""] = await accountChanges(t.redis.client, t.redis.prefix);
    expect(JSON.parse(change)).toMatchObject({
      account: SANDBOX,
      former: LIVE,
      kind: "other",
      by: "Ada Obi",
      reason: "moved to live",
    });
  });

  test("is refused while a top-up waits, is under way, or stands under review", async () => {
    const ledger = await t.another({ account: LIVE });
    await accepted(ledger, "waits");
    expect(await rebind(SANDBOX, "other")).toEqual({ kind: "open", open: [["queued", 1]] });
    const record = await claimed(ledger, "sent");
    expect(await rebind(SANDBOX, "other")).toEqual({
      kind: "open",
      open: [
        ["queued", 1],
        ["submitting", 1],
      ],
    });
    await ledger.move(record, acceptance(1, t.nowMs));
    expect(await rebind(SANDBOX, "other")).toEqual({
      kind: "open",
      open: [
        ["queued", 1],
        ["processing", 1],
      ],
    });
    await expect(t.another({ account: SANDBOX })).rejects.toThrow(LedgerAccountError);
    await expect(ledger.check()).resolves.toBeUndefined();
  });

  test("another client id of the same account is taken beside the former one, at any time", async () => {
    const ledger = await t.another({ account: LIVE });
    await claimed(ledger, "sent");
    expect(await rebind(NEW_CLIENT, "same")).toEqual({ kind: "bound" });
    expect(await rebind(NEW_CLIENT, "same")).toEqual({ kind: "already" });
    await expect(t.another({ account: NEW_CLIENT })).resolves.toBeDefined();
    await expect(t.another({ account: LIVE })).resolves.toBeDefined();
    await expect(ledger.check()).resolves.toBeUndefined();
    await expect(t.another({ account: SANDBOX })).rejects.toThrow(LedgerAccountError);
  });

  test("changes nothing where there is no ledger, or one that has lost data", async () => {
    const { client, prefix } = t.redis;
    const nowhere = { prefix: `${prefix}-none`, account: LIVE, kind: "other", by: "Ada Obi", reason: "r" } as const;
    expect(await rebindLedger(client, nowhere)).toEqual({ kind: "none" });
    expect(await client.keys(`${prefix}-none*`)).toEqual([]);
    await client.hset(`${prefix}:{0}:meta`, "behind", "9");
    expect(await rebind(LIVE, "other")).toEqual({ kind: "lost" });
  });
});
