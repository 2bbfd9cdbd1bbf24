/**
 * The provider executes a POST twice. That it was paid twice must be seen wherever the top-up and its campaign are, with
 * the money, until a person accepts it; and every sum must be the wallet's.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isCampaignEvent } from "@surefill/topup";
import { LOG_START, readEvents } from "@surefill/topup-store";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runSurefill } from "../../support/surefill.js";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld, rowsOf } from "../campaigns/campaign-world.js";

const ROUNDS = { AUDIT_OPEN_INTERVAL_MS: "150", AUDIT_RECENT_INTERVAL_MS: "300" };

let world: CampaignWorld;
let dir: string;
beforeEach(async () => {
  world = await openCampaignWorld({ sandbox: { recordPosts: true } });
  dir = await mkdtemp(join(tmpdir(), "surefill-twice-"));
});
afterEach(async () => {
  await world.close();
  await rm(dir, { recursive: true });
});

type Attention = {
  counts: Record<"paidTwice" | "contradicted" | "review", number>;
  data: { kind: string; topup: { reference: string } }[];
  nextCursor: string | null;
};
type Numbers = { money: { confirmed: string }; paidTwice: { rows: number; cost: string } };

const api = async (method: string, path: string, json?: unknown) => {
  const answer = await world.call(method, path, json === undefined ? {} : { json });
  return { status: answer.status, json: answer.json as Record<string, never> };
};
const attention = async (query = "") => (await api("GET", `/v1/attention${query}`)).json as unknown as Attention;
const surefill = (...args: string[]) =>
  runSurefill({ ...world.pipeline.env, SUREFILL_URL: world.producer.url, SUREFILL_KEY: world.producer.key }, ...args);
const verify = (...args: string[]) => surefill("verify", "--settled", "--books", ...args);
const acceptance = { reason: "Reloadly keeps it, ticket 4711", by: "Ada Obi" };

/** A campaign with one row that is executed twice, to its end and until the audit has found it. */
async function campaignPaidTwice(): Promise<string> {
  await world.pipeline.startWorker(ROUNDS);
  const id = await world.draft(fileOf([...endingsOf(3), "0029"]));
  await world.start(id);
  await world.until(id, "completed");
  await waitFor(async () => expect((await attention()).counts.paidTwice).toBe(1), { interval: 50 });
  return id;
}

test("is shown in campaign, rows, results, pack and wallet with the same sums", async () => {
  const id = await campaignPaidTwice();
  const { debited, refunded } = world.pipeline.sandbox.books({}).wallet;
  expect(Number(refunded)).toBe(0);
  const progress = (await world.get(id)).progress as unknown as Numbers;
  expect(Number(progress.money.confirmed)).toBe(Number(debited));
  expect(progress.paidTwice).toEqual({ rows: 1, cost: String(Number(debited) / 5) });

  const rows = (await api("GET", `/v1/campaigns/${id}/rows`)).json as unknown as { data: Record<string, unknown>[] };
  const twice = rows.data.filter(({ extraCost }) => extraCost !== null);
  expect(twice).toMatchObject([{ row: 4, state: "succeeded", extraCost: progress.paidTwice.cost }]);
  expect(twice[0]?.["extraTransactionIds"]).toHaveLength(1);

  const results = rowsOf((await world.call("GET", `/v1/campaigns/${id}/results.csv`)).text);
  const column = (name: string) => results.map((row) => row[name] ?? "");
  const sum = column("counted").reduce((total, cell) => total + Number(cell), 0);
  expect(sum).toBeCloseTo(Number(debited), 5);
  expect(column("extraCost")).toEqual(["", "", "", progress.paidTwice.cost]);

  const pack = join(dir, "pack");
  expect(await surefill("campaign", "results", id, "--pack", pack)).toMatchObject({ code: 0 });
  const { money } = JSON.parse(await readFile(join(pack, "manifest.json"), "utf8"));
  expect(money).toMatchObject({ confirmed: progress.money.confirmed, extra: progress.paidTwice.cost });
  expect(await surefill("campaign", "verify", pack)).toMatchObject({ code: 0 });
  expect((await surefill("campaign", "show", id)).printed).toContain(
    `${progress.paidTwice.cost} of it debited too much, 1 paid twice`,
  );
});

test("needs a person until one accepts it with a reason, and then verify is quiet", async () => {
  const id = await campaignPaidTwice();
  const [entry] = (await attention("?kind=paid-twice")).data;
  const reference = entry?.topup.reference ?? "";
  const before = (await api("GET", `/v1/topups/${reference}`)).json as unknown as Record<string, unknown>;
  expect(before).toMatchObject({
    extraDebits: { paidTwice: true, transactions: [{ status: "SUCCESSFUL" }] },
    accepted: null,
  });
  expect(await verify()).toMatchObject({ code: 1, printed: expect.stringContaining("S1 paid-more-than-once") });

  const path = `/v1/topups/${reference}/accept-contradiction`;
  expect((await api("POST", path, { by: "Ada Obi" })).status).toBe(422);
  const accepted = await api("POST", path, acceptance);
  expect(accepted.status, JSON.stringify(accepted.json)).toBe(200);
  expect(accepted.json).toMatchObject({ state: "succeeded", accepted: { ...acceptance, key: "test" } });
  // An answer that was lost is asked for again.
  expect((await api("POST", path, acceptance)).status).toBe(200);

  const shown = (await api("GET", `/v1/topups/${reference}`)).json as unknown as { history: object[] };
  expect(shown.history.at(-1)).toMatchObject({
    from: "succeeded",
    to: "succeeded",
    because: "contradiction-accepted",
    key: "test",
    by: acceptance.by,
    note: acceptance.reason,
  });
  const { client, prefix } = world.pipeline.redis;
  const events = (await readEvents(client, prefix, LOG_START, 1_000)).filter((event) => !isCampaignEvent(event));
  expect(events.filter(({ type }) => type === "topup.contradiction_accepted")).toMatchObject([
    { reference, key: "test" },
  ]);
  expect((await attention()).counts).toEqual({ paidTwice: 0, contradicted: 0, review: 0 });

  const run = await verify();
  expect(run.printed).toContain("accepted by Ada Obi");
  expect(run.code, run.printed + run.told.join("")).toBe(0);
  const progress = (await world.get(id)).progress as unknown as Numbers;
  expect(Number(progress.money.confirmed)).toBe(Number(world.pipeline.sandbox.books({}).wallet.debited));
});

test("counts in the metric, once, and shows how many need a person", async () => {
  const worker = await world.pipeline.startWorker(ROUNDS);
  await world.call("POST", "/v1/topups", {
    json: {
      reference: "t-1",
      operatorId: 341,
      amount: "5",
      recipientPhone: { countryCode: "NG", number: "+2348031230029" },
    },
  });
  await waitFor(async () => expect((await attention()).counts.paidTwice).toBe(1), { interval: 50 });
  const metrics = await (await fetch(`${worker.url}/metrics`)).text();
  expect(metrics).toMatch(/^surefill_several_provider_rows_total 1$/m);
  expect(metrics).toMatch(/^surefill_needs_person\{what="paid-twice"\} 1$/m);
});

test("what was not contradicted, or is not final, cannot be accepted", async () => {
  await world.pipeline.startWorker();
  await world.call("POST", "/v1/topups", {
    json: {
      reference: "t-1",
      operatorId: 341,
      amount: "5",
      recipientPhone: { countryCode: "NG", number: "+2348031231000" },
    },
  });
  await world.pipeline.until("t-1", "succeeded");
  expect(await api("POST", "/v1/topups/t-1/accept-contradiction", acceptance)).toMatchObject({
    status: 409,
    json: { detail: expect.stringContaining("Nothing of it waits for a person") },
  });
  expect((await api("POST", "/v1/topups/t-2/accept-contradiction", acceptance)).status).toBe(404);
});

test("a refund after the end needs a person, too, and is accepted as it is", async () => {
  await world.close();
  world = await openCampaignWorld({ sandbox: { changeOfMindMs: 300, recordPosts: true } });
  await world.pipeline.startWorker(ROUNDS);
  await world.call("POST", "/v1/topups", {
    json: {
      reference: "t-1",
      operatorId: 341,
      amount: "5",
      recipientPhone: { countryCode: "NG", number: "+2348031230028" },
    },
  });
  await waitFor(async () => expect((await attention()).counts.contradicted).toBe(1), {
    interval: 50,
  });
  expect((await attention()).data).toMatchObject([{ kind: "contradicted", topup: { reference: "t-1" } }]);
  expect((await api("POST", "/v1/topups/t-1/accept-contradiction", acceptance)).status).toBe(200);
  expect((await attention()).counts.contradicted).toBe(0);
  expect((await verify()).printed).toContain("accepted by Ada Obi");
});

test("pages of the list show each once, over all kinds", async () => {
  await world.pipeline.startWorker(ROUNDS);
  for (const [index, ending] of ["0029", "0029", "0029"].entries()) {
    const number = `+23480${31 + index}230029`.replace("230029", `23${ending}`);
    const json = {
      reference: `t-${index}`,
      operatorId: 341,
      amount: "5",
      recipientPhone: { countryCode: "NG", number },
    };
    await world.call("POST", "/v1/topups", { json });
  }
  await waitFor(async () => expect((await attention()).counts.paidTwice).toBe(3), { interval: 50 });
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await attention(`?limit=1${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
    seen.push(...page.data.map(({ topup }) => topup.reference));
    cursor = page.nextCursor;
  }
  expect(seen.toSorted()).toEqual(["t-0", "t-1", "t-2"]);
  expect((await api("GET", "/v1/attention?cursor=nonsense")).status).toBe(422);
});
