/**
 * Redis that becomes another server: a restart, and a replica that is promoted, behind or not. Two servers of their own,
 * behind a line that leads to the one and then to the other.
 */

import { type FaultyLine, openFaultyLine } from "@surefill/proof";
import { connectRedis, type RedisClient } from "@surefill/runtime";
import {
  comparisonOf,
  createLedger,
  FOLDER_READ_AFTER_MS,
  Ledger,
  LedgerComparingError,
  LedgerLostError,
  LedgerRebuild,
  PROCESS_SILENT_MS,
  reopenLedger,
  type Witnessed,
  witnessedIn,
  witnessLine,
} from "@surefill/topup-store";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PrivateRedis } from "../../../scripts/redis.mjs";
import { startPrivateRedis } from "../../support/redis-server.js";
import { acceptance, accepted, claimed, LEASE, recordOf, requestFor } from "../../support/test-ledger.js";
import { waitFor } from "../../support/wait-for.js";

const PREFIX = "change";
const META = `${PREFIX}:{0}:meta`;

let primary: PrivateRedis;
let replica: PrivateRedis;
let toPrimary: Redis;
let toReplica: Redis;
let line: FaultyLine;
let nowMs: number;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  nowMs = Date.now();
  primary = await startPrivateRedis({ "repl-diskless-sync-delay": "0" });
  replica = await startPrivateRedis({ replicaof: `127.0.0.1 ${primary.port}` });
  closers.push(
    () => primary.stop(),
    () => replica.stop(),
  );
  toPrimary = plainClient(primary.url);
  toReplica = plainClient(replica.url);
  line = await openFaultyLine(primary.port);
  closers.push(() => line.close());
  await expect.poll(() => linkOf(toReplica)).toBe("up");
  await createLedger(toPrimary, { prefix: PREFIX });
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function plainClient(url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  closers.push(() => client.disconnect());
  return client;
}

const linkOf = async (client: Redis) => /master_link_status:(\w+)/.exec(await client.info("replication"))?.[1];

async function connect(url = `redis://127.0.0.1:${line.port}`): Promise<RedisClient> {
  const client = await connectRedis({ url, role: "ledger", name: "test", onError: () => undefined });
  closers.push(() => client.disconnect());
  return client;
}

type Process = { ledger: Ledger; client: RedisClient };

/** A process with a connection and, unless it has none, a state folder. */
async function startProcess(name: string, { folder = name, known = [] as Witnessed[] } = {}): Promise<Process> {
  const client = await connect();
  const ledger = await Ledger.open(client, {
    prefix: PREFIX,
    processId: name,
    known,
    stateFolder: { id: folder, label: name },
    nowMs: () => nowMs,
  });
  await ledger.check().catch(() => undefined);
  return { ledger, client };
}

/** Each has a connection that answers, to the server that the line leads to now. */
const ready = (...processes: Process[]) =>
  expect
    .poll(() => Promise.all(processes.map(({ client }) => client.ping().catch(() => "away"))))
    .toEqual(processes.map(() => "PONG"));

/** Everything that was acknowledged is on the replica. */
async function caughtUp(): Promise<void> {
  await toPrimary.wait(1, 0);
}

/** The replica hears nothing any more from now on. */
async function stopReplication(): Promise<void> {
  await caughtUp();
  await toReplica.replicaof("127.0.0.1", "9");
  await expect.poll(() => linkOf(toReplica)).toBe("down");
}

/** The primary is gone and the replica takes its place, at the same address. */
async function promote(): Promise<void> {
  await primary.kill();
  await toReplica.replicaof("NO", "ONE");
  line.leadTo(replica.port);
}

const knownTo = ({ ledger: { witness } }: Process): Witnessed => ({
  epoch: witness.epoch,
  sequence: witness.sequence,
  server: witness.server,
});

describe("a replica that has everything", () => {
  test("is claimed from once every process that runs has been compared, with no person asked", async () => {
    const [a, b] = [await startProcess("a"), await startProcess("b")];
    await accepted(a.ledger, "s-1");
    await caughtUp();
    await promote();
    await ready(a, b);
    const early = a.ledger.claim("s-1", 1, LEASE);
    await expect(early).rejects.toThrow(LedgerComparingError);
    await expect(early).rejects.toThrow("b. Start them");
    expect(await comparisonOf(toReplica, PREFIX)).toMatchObject({ awaited: ["b"], isKnown: true });
    await b.ledger.check();
    expect((await a.ledger.claim("s-1", 1, LEASE)).kind).toBe("claimed");
    expect(await comparisonOf(toReplica, PREFIX)).toBeUndefined();
  });

  test("is asked about once: what comes later is compared with where the former server ended", async () => {
    const [a, b] = [await startProcess("a"), await startProcess("b")];
    await accepted(a.ledger, "s-1");
    await caughtUp();
    await promote();
    await ready(a, b);
    await b.ledger.check().catch(() => undefined);
    await a.ledger.check();
    for (const phone of [2, 3, 4]) await accepted(a.ledger, `s-${phone}`, requestFor(phone));
    await b.ledger.check();
    expect(b.ledger.witness).toMatchObject({ lost: undefined, sequence: a.ledger.witness.sequence });
  });
});

describe("a replica that is behind", () => {
  test("is noticed before a claim, also when those who knew less come back first and would write more", async () => {
    const [knowsLess, knowsMore] = [await startProcess("a"), await startProcess("b")];
    await stopReplication();
    const record = await claimed(knowsMore.ledger, "s-1");
    await promote();
    await ready(knowsLess, knowsMore);
    for (const phone of [2, 3, 4, 5]) {
      const writing = knowsLess.ledger.accept([{ reference: `s-${phone}`, request: requestFor(phone) }]);
      await expect(writing).rejects.toThrow(LedgerComparingError);
    }
    await expect(knowsMore.ledger.move(record, acceptance(7, nowMs))).rejects.toThrow(LedgerLostError);
    for (const { ledger } of [knowsLess, knowsMore, await startProcess("c")]) {
      await expect(ledger.claim("s-1", 1, LEASE)).rejects.toThrow(LedgerLostError);
    }
  });

  test("is noticed by a process that comes later than its loss was written over", async () => {
    const knowsMore = await startProcess("late");
    await stopReplication();
    await accepted(knowsMore.ledger, "s-1");
    const told = knownTo(knowsMore);
    knowsMore.client.disconnect();
    await promote();
    const client = await connect();
    expect(await reopenLedger(client, { prefix: PREFIX, by: "Ada", reason: "test" })).toBe("opened");
    const first = await startProcess("first");
    for (const phone of [2, 3, 4, 5]) await accepted(first.ledger, `s-${phone}`, requestFor(phone));
    expect(told.sequence).toBeLessThan(first.ledger.witness.sequence);
    const late = await startProcess("late-2", { known: [told] });
    expect(late.ledger.witness.lost).toMatchObject({ loss: "behind" });
    await expect(late.ledger.check()).rejects.toThrow(LedgerLostError);
    await expect(first.ledger.claim("s-2", 1, LEASE)).rejects.toThrow(LedgerLostError);
  });

  test("is rebuilt as any loss is, and open then", async () => {
    const a = await startProcess("a");
    await stopReplication();
    await claimed(a.ledger, "s-1");
    await promote();
    await ready(a);
    await expect(a.ledger.check()).rejects.toThrow(LedgerLostError);
    const rebuild = await LedgerRebuild.open(await connect(), { prefix: PREFIX, known: [knownTo(a)] });
    expect(rebuild.loss).toMatchObject({ loss: "behind" });
    await rebuild.begin();
    await expect.poll(() => a.ledger.check().then(() => "whole", String)).toBe("whole");
    await accepted(a.ledger, "s-2", requestFor(2));
  });

  test("is noticed by a process whose start it has not heard of, as others tell of it", async () => {
    const a = await startProcess("a");
    await stopReplication();
    const b = await startProcess("b");
    await a.ledger.check();
    await accepted(b.ledger, "s-1");
    await promote();
    await ready(a, b);
    await expect(a.ledger.check()).rejects.toThrow(LedgerComparingError);
    expect(await comparisonOf(toReplica, PREFIX)).toMatchObject({ awaited: ["b"] });
    await expect(b.ledger.check()).rejects.toThrow(LedgerLostError);
  });
});

describe("a primary that comes back beside the promoted replica", () => {
  test("is not believed by a process that has worked on the other: each has acknowledged what one of them lacks", async () => {
    const a = await startProcess("a");
    await caughtUp();
    await toReplica.replicaof("NO", "ONE");
    line.leadTo(replica.port);
    await ready(a);
    await accepted(a.ledger, "s-1");
    const stranger = await Ledger.open(await connect(primary.url), {
      prefix: PREFIX,
      processId: "c",
      nowMs: () => nowMs,
    });
    for (const phone of [2, 3, 4]) await accepted(stranger, `s-${phone}`, requestFor(phone));
    line.leadTo(primary.port);
    await ready(a);
    expect(a.ledger.witness.sequence).toBeLessThan(stranger.witness.sequence);
    await expect(a.ledger.claim("s-2", 1, LEASE)).rejects.toThrow(LedgerLostError);
  });
});

describe("a restart of the same Redis", () => {
  const restart = async (...processes: Process[]) => {
    await primary.kill();
    await primary.start();
    await ready(...processes);
  };

  test("opens within the first call of the only process", async () => {
    const a = await startProcess("a");
    await accepted(a.ledger, "s-1");
    await restart(a);
    expect((await a.ledger.claim("s-1", 1, LEASE)).kind).toBe("claimed");
    expect(await toPrimary.hget(META, "comparing")).toBeNull();
  });

  test("waits for nobody who stopped in order", async () => {
    const [a, b] = [await startProcess("a"), await startProcess("b")];
    await b.ledger.leave();
    await restart(a);
    await a.ledger.check();
  });

  test("waits for nobody who was lost long before", async () => {
    const [a] = [await startProcess("a"), await startProcess("b")];
    nowMs += PROCESS_SILENT_MS + 1;
    await a.ledger.check();
    await restart(a);
    await a.ledger.check();
  });

  test("waits for a process that was lost at the same time until another has read its state folder", async () => {
    const [a, b] = [await startProcess("a", { folder: "shared" }), await startProcess("b", { folder: "shared" })];
    await accepted(b.ledger, "s-1");
    const inFolder = witnessedIn([witnessLine(knownTo(b), nowMs)]);
    b.client.disconnect();
    await restart(a);
    await expect(a.ledger.compare(inFolder)).rejects.toThrow(LedgerComparingError);
    nowMs += FOLDER_READ_AFTER_MS;
    // It may have written since: what was read before it was silent for long does not count.
    await expect(a.ledger.check()).rejects.toThrow(LedgerComparingError);
    await a.ledger.compare(inFolder);
    await a.ledger.check();
  });

  test("waits for a process of another folder that was lost at the same time, and says for whom", async () => {
    const [a, b] = [await startProcess("a"), await startProcess("worker on host-2")];
    b.client.disconnect();
    await restart(a);
    await expect(a.ledger.check()).rejects.toThrow(LedgerComparingError);
    nowMs += 10 * FOLDER_READ_AFTER_MS;
    await expect(a.ledger.compare([])).rejects.toThrow("worker on host-2");
    const again = await startProcess("b-2", { folder: "worker on host-2", known: [knownTo(b)] });
    await again.ledger.compare([knownTo(b)]);
    await a.ledger.check();
  });

  test("is noticed as a loss where the folder of a lost process knows more", async () => {
    const [a, b] = [await startProcess("a", { folder: "shared" }), await startProcess("b", { folder: "shared" })];
    b.client.disconnect();
    const inFolder = [{ ...knownTo(b), sequence: knownTo(b).sequence + 1 }];
    await restart(a);
    await expect(a.ledger.compare(inFolder)).rejects.toThrow(LedgerLostError);
    await expect(a.ledger.check()).rejects.toThrow(LedgerLostError);
  });

  test("twice in a row is compared with the server on which the ledger was last open", async () => {
    const a = await startProcess("a");
    const b = await startProcess("b");
    await accepted(a.ledger, "s-1");
    await restart(a, b);
    await expect(a.ledger.check()).rejects.toThrow(LedgerComparingError);
    await restart(a, b);
    await expect(b.ledger.check()).rejects.toThrow(LedgerComparingError);
    // Which of the two opens it is theirs to find out: both have to be asked, and one of them may still be connecting.
    for (const process of [a, b]) await waitFor(() => process.ledger.check());
    expect((await recordOf(b.ledger, "s-1")).state).toBe("queued");
  });
});

describe("a process without memory", () => {
  test("works on a ledger that was created a moment ago, also after a restart of Redis", async () => {
    await primary.kill();
    await primary.start();
    const a = await startProcess("a");
    await accepted(a.ledger, "s-1");
  });

  test("works beside others, and is believed where those who know the ledger have answered", async () => {
    const a = await startProcess("a");
    await accepted(a.ledger, "s-1");
    const b = await startProcess("b");
    await accepted(b.ledger, "s-2", requestFor(2));
  });

  test("says that it cannot know when it is alone with another server, until a person has decided", async () => {
    const a = await startProcess("a");
    await accepted(a.ledger, "s-1");
    await a.ledger.leave();
    a.client.disconnect();
    await primary.kill();
    await primary.start();
    const b = await startProcess("b");
    await expect(b.ledger.claim("s-1", 1, LEASE)).rejects.toThrow("this cannot be known without a STATE_DIR");
    expect(await comparisonOf(toPrimary, PREFIX)).toMatchObject({ isKnown: false, awaited: [] });
    expect(await reopenLedger(toPrimary, { prefix: PREFIX, by: "Ada", reason: "new disk" })).toBe("opened");
    expect((await b.ledger.claim("s-1", 1, LEASE)).kind).toBe("claimed");
    const [kept = ""] = await toPrimary.lrange(`${PREFIX}:{0}:server-changes`, 0, -1);
    expect(JSON.parse(kept)).toMatchObject({ by: "Ada", reason: "new disk" });
  });

  test("is helped by one that knows the ledger from its state folder", async () => {
    const a = await startProcess("a");
    await accepted(a.ledger, "s-1");
    const told = knownTo(a);
    await a.ledger.leave();
    a.client.disconnect();
    await primary.kill();
    await primary.start();
    const b = await startProcess("b");
    await expect(b.ledger.check()).rejects.toThrow(LedgerComparingError);
    await startProcess("a-2", { folder: "a", known: [told] });
    await b.ledger.check();
  });
});

test("a connection that outlived a promotion in its place is on another server all the same", async () => {
  const a = await startProcess("a");
  await caughtUp();
  const { server } = a.ledger.witness;
  // The primary copies an older state of its own from the replica, and is a primary again: no connection has ended.
  await toReplica.replicaof("NO", "ONE");
  await accepted(a.ledger, "s-1");
  await toPrimary.replicaof("127.0.0.1", String(replica.port));
  await expect.poll(() => linkOf(toPrimary)).toBe("up");
  await toPrimary.replicaof("NO", "ONE");
  await expect(a.ledger.claim("s-1", 1, LEASE)).rejects.toThrow(LedgerLostError);
  expect(await toPrimary.hget(META, "server")).not.toBe(server);
});
