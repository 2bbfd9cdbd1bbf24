/** The SDK over real HTTP while answers are lost. */
import { type Clock, createClient, SurefillError, type TopupRequest } from "@surefill/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LossyApi, openLossyApi } from "../../support/lossy-api.js";
import { type CampaignWorld, openCampaignWorld } from "../campaigns/campaign-world.js";

const SENDS = 500;
const AT_ONCE = 25;
/** No time passes between tries: what is promised is what is sent, not when. */
const clock: Clock = { random: () => 0, sleep: async (_ms, signal) => signal.throwIfAborted() };

let world: CampaignWorld;
let api: LossyApi | undefined;
beforeEach(async () => {
  world = await openCampaignWorld({ sandbox: { initialBalance: "100000" } });
});
afterEach(async () => {
  await api?.close();
  await world.close();
});

async function clientThatLoses(loses: (request: number) => boolean) {
  api = await openLossyApi(world.producer.url, loses);
  return createClient({ url: api.url, key: world.producer.key, clock });
}

const topupTo = (number: number): TopupRequest => ({
  operatorId: 341,
  amount: "5",
  recipientPhone: { countryCode: "NG", number: `+234803${String(number).padStart(4, "0")}111` },
});
const storedTopups = async () =>
  Object.values(await world.pipeline.ledger.counts()).reduce((sum, count) => sum + count, 0);
const executions = () => (world.pipeline.sandbox.books().identifiers ?? []).map(({ executions: times }) => times);

describe("every second answer is lost", () => {
  test("each top-up that is sent without a reference is stored and executed once", async () => {
    const surefill = await clientThatLoses((request) => request % 2 === 1);
    await world.startWorker();
    const references: string[] = [];
    // Of answers that are lost by chance some are lost in every try: then the caller sends again under the reference.
    const send = async (topup: TopupRequest): Promise<string> => {
      try {
        return (await surefill.topups.send(topup)).reference;
      } catch (error) {
        const [reference] = error instanceof SurefillError && error.code === "unreachable" ? error.references : [];
        if (reference === undefined) throw error;
        return send({ ...topup, reference });
      }
    };
    for (let start = 0; start < SENDS; start += AT_ONCE) {
      const sends = Array.from({ length: AT_ONCE }, (_, index) => send(topupTo(start + index)));
      references.push(...(await Promise.all(sends)));
    }
    await expect.poll(() => executions().length).toBe(SENDS);
    for (const reference of references)
      await world.pipeline.until(reference, "succeeded", "failed", "refunded", "rejected");

    expect(new Set(references).size).toBe(SENDS);
    expect(api?.requests.length).toBeGreaterThanOrEqual(SENDS * 1.5);
    expect(await storedTopups()).toBe(SENDS);
    expect(executions()).toEqual(Array.from({ length: SENDS }, () => 1));
  });

  test("a batch without references is stored once", async () => {
    const surefill = await clientThatLoses((request) => request % 2 === 1);
    const results = await surefill.topups.sendBatch(Array.from({ length: 50 }, (_, index) => topupTo(index)));

    expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(await storedTopups()).toBe(50);
  });
});

describe("every answer is lost", () => {
  test("the error names the reference, under which the top-up is sent again without a second one", async () => {
    const surefill = await clientThatLoses(() => true);
    const error = await surefill.topups.send(topupTo(1)).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(SurefillError);
    expect(error).toMatchObject({ code: "unreachable", status: undefined });
    const [reference = ""] = (error as SurefillError).references;
    const direct = createClient({ url: world.producer.url, key: world.producer.key });
    expect(await direct.topups.send({ ...topupTo(1), reference })).toMatchObject({ reference });
    expect(await storedTopups()).toBe(1);
  });

  test("a command that must not be repeated is asked once", async () => {
    const surefill = await clientThatLoses(() => true);
    const verdict = { verdict: "failed", by: "ana", reason: "receipt" } as const;

    await expect(surefill.topups.resolve("no-such", verdict)).rejects.toMatchObject({ code: "unreachable" });
    await expect(surefill.campaigns.create({ upload: "upl_x" } as never)).rejects.toMatchObject({
      code: "unreachable",
    });
    await expect(surefill.campaigns.resume("cmp_x")).rejects.toMatchObject({ code: "unreachable" });
    expect(api?.requests.length).toBe(3);
  });
});

describe("a refusal", () => {
  test("is an error with the problem's code, its fields and the request's id, and is not repeated", async () => {
    const surefill = await clientThatLoses(() => false);
    const { recipientPhone: _, ...without } = topupTo(1);
    const error = await surefill.topups.send({ ...without, amount: "-1" }).catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ name: "SurefillError", code: "validation_failed", status: 422 });
    expect((error as SurefillError).errors.map(({ pointer }) => pointer)).toContain("/amount");
    expect((error as SurefillError).requestId).toMatch(/./);
    expect(api?.requests).toEqual(["POST /v1/topups"]);
  });

  test("by something that is not Surefill is no problem document, and says so", async () => {
    const surefill = createClient({
      url: "http://127.0.0.1:9",
      clock,
      fetch: async () => new Response("<html>", { status: 404 }),
    });
    await expect(surefill.topups.get("a")).rejects.toThrow("status 404 and is not Surefill's");
  });
});

test("a call ends at once when its signal aborts, with the signal's reason", async () => {
  const surefill = createClient({ url: "http://127.0.0.1:9", fetch: () => new Promise(() => undefined) });
  const stop = new AbortController();
  const call = surefill.topups.send(topupTo(1), { signal: stop.signal });
  stop.abort(new Error("the caller stops"));

  await expect(call).rejects.toThrow("the caller stops");
});
