/** A key that is bound sees, sends and withdraws only what it is bound to, and learns nothing of the rest. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { openStream, type StreamReader } from "../events/stream-reader.js";
import { topupBody } from "../producer/running-producer.js";
import { type AccessWorld, startAccessWorld } from "./access-world.js";

let world: AccessWorld;
let own: string;
let labelled: string;
beforeAll(async () => {
  world = await startAccessWorld();
  const permissions = ["read", "reveal", "send", "control"] as const;
  own = (await world.addKey({ name: "own", permissions: [...permissions], own: true })).secret;
  labelled = (await world.addKey({ name: "labelled", permissions: [...permissions], campaigns: ["wave-1"] })).secret;
  await send(world.key, "theirs");
  await send(own, "mine");
  await send(world.key, "theirs-in-wave", { campaign: "wave-1" });
});
afterAll(() => world.close());

const toldIn = (reader: StreamReader) => JSON.stringify(reader.events());

const send = (key: string, reference: string, more: object = {}) =>
  world.call("POST", "/v1/topups", { key, json: topupBody({ reference, ...more }) });

describe("a key that is bound to its own top-ups", () => {
  test("finds its own, and not another's", async () => {
    const mine = await world.call("GET", "/v1/topups/mine", { key: own });
    const theirs = await world.call("GET", "/v1/topups/theirs?reveal=true", { key: own });
    const none = await world.call("GET", "/v1/topups/none", { key: own });

    expect(mine.status).toBe(200);
    expect([theirs.status, theirs.json["code"]]).toEqual([none.status, none.json["code"]]);
    expect(theirs.json["code"]).toBe("topup_not_found");
  });

  test("lists its own alone, under every filter", async () => {
    for (const filter of ["state=queued", "phone=%2B2348012345678"]) {
      const { json } = await world.call("GET", `/v1/topups?${filter}`, { key: own });
      expect((json["data"] as { reference: string }[]).map(({ reference }) => reference)).toEqual(["mine"]);
    }
  });

  test("goes from page to page by cursors that name nobody else's top-up", async () => {
    const seen: string[] = [];
    let query = "?state=queued&limit=1";
    for (let pages = 0; query !== "" && pages < 20; pages += 1) {
      const { json } = await world.call("GET", `/v1/topups${query}`, { key: own });
      seen.push(...(json["data"] as { reference: string }[]).map(({ reference }) => reference));
      const cursor = json["nextCursor"];
      expect(Buffer.from(String(cursor), "base64url").toString("latin1")).not.toContain("theirs");
      query = cursor === null ? "" : `?state=queued&limit=1&cursor=${cursor}`;
    }
    const { json } = await world.call("GET", "/v1/topups?state=queued&limit=1");
    const foreign = await world.call("GET", `/v1/topups?state=queued&cursor=${json["nextCursor"]}`, { key: own });

    expect(seen).toEqual(["mine"]);
    expect(foreign.status).toBe(422);
  });

  test("cannot withdraw another's", async () => {
    const { json } = await world.call("POST", "/v1/topups/theirs/cancel", { key: own });

    expect(json["code"]).toBe("topup_not_found");
    expect((await world.ledger.look("theirs"))?.record.state).toBe("queued");
  });

  test.each([
    ["the same content", {}],
    ["other content", { amount: "7" }],
  ])("is refused another's reference with %s, and is shown nothing of it", async (_, more) => {
    const single = await send(own, "theirs", more);
    const item = { ...topupBody({ reference: "theirs", ...more }) };
    const batch = await world.call("POST", "/v1/topups/batch", { key: own, json: { topups: [item] } });
    const [result] = batch.json["results"] as { status: number; problem: Record<string, unknown> }[];

    expect([single.status, single.json["code"]]).toEqual([409, "reference_conflict"]);
    expect(single.json).not.toHaveProperty("existing");
    expect([result?.status, result?.problem["code"]]).toEqual([409, "reference_conflict"]);
    expect(batch.text).not.toContain("customIdentifier");
  });

  test("learns that a recipient was paid recently, and not by which top-up", async () => {
    const { json, text } = await send(own, "guarded", { unlessPaidWithin: "P1D" });

    expect(json["code"]).toBe("paid_recently");
    expect(text).not.toContain("theirs");
  });

  test("hears of its own events alone, by page and by stream", async () => {
    const reader = await openStream(`${world.url}/v1/events/stream?after=0-0`, { key: own });
    await send(own, "told");
    await world.call("POST", "/v1/topups/theirs-in-wave/cancel");
    await world.call("POST", "/v1/topups/told/cancel", { key: own });
    await waitFor(() => expect(toldIn(reader)).toContain("told"));
    reader.cut();
    const { json } = await world.call("GET", "/v1/events", { key: own });
    const references = (json["data"] as { data: { reference: string } }[]).map(({ data }) => data.reference);

    expect(references).toEqual(["told"]);
    expect(toldIn(reader)).not.toContain("theirs");
  });

  test.each(["/v1/attention", "/v1/campaigns", "/v1/uploads", "/v1/gates", "/v1/balance"])(
    "may not ask for %s",
    async (path) => {
      expect((await world.call("GET", path, { key: own })).json["code"]).toBe("outside_binding");
    },
  );

  test("may ask what is sold and what it would cost", async () => {
    expect((await world.call("GET", "/v1/operators", { key: own })).status).not.toBe(403);
    expect((await world.call("POST", "/v1/quotes", { key: own, json: topupBody() })).status).not.toBe(403);
  });
});

describe("a key that is bound to labels", () => {
  test("sends under its labels alone", async () => {
    expect((await send(labelled, "in-wave", { campaign: "Wave-1" })).status).toBe(202);
    expect((await send(labelled, "unlabelled")).json["code"]).toBe("outside_binding");
    expect((await send(labelled, "elsewhere", { campaign: "wave-2" })).json["code"]).toBe("outside_binding");
    expect(await world.ledger.look("elsewhere")).toBeUndefined();
  });

  test("has a batch refused as a whole that has one item under another label", async () => {
    const topups = ["wave-1", "wave-2"].map((campaign, index) => topupBody({ campaign, reference: `batch-${index}` }));
    const { status } = await world.call("POST", "/v1/topups/batch", { key: labelled, json: { topups } });

    expect(status).toBe(403);
    expect(await world.ledger.look("batch-0")).toBeUndefined();
  });

  test("finds what others sent under its labels, and nothing else", async () => {
    expect((await world.call("GET", "/v1/topups/theirs-in-wave", { key: labelled })).status).toBe(200);
    expect((await world.call("GET", "/v1/topups/mine", { key: labelled })).status).toBe(404);
  });
});
