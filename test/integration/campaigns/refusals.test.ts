/** Every refusal of the campaign routes, by its code: what cannot be done is said, and changes nothing. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CampaignWorld, fileOf, MAPPING, openCampaignWorld } from "./campaign-world.js";

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
});
afterAll(() => world.close());

const NOBODY = "cmp_00000000-0000-7000-8000-000000000000";
const HASH = "0".repeat(64);
const call = async (method: string, path: string, json?: unknown, headers: Record<string, string> = {}) =>
  world.call(method, path, { ...(json !== undefined && { json }), headers });
const post = (path: string, json?: unknown, headers?: Record<string, string>) => call("POST", path, json, headers);
const pointers = (answer: { json: Record<string, unknown> }) =>
  (answer.json["errors"] as { pointer?: string; parameter?: string }[]).map(
    ({ pointer, parameter }) => pointer ?? parameter,
  );
const ready = async (csv = fileOf(["1000"]), body = {}) => {
  const id = await world.draft(csv, body);
  return world.check(id);
};

describe("an id that no campaign has", () => {
  test.each([
    ["GET", ""],
    ["PATCH", "", {}],
    ["POST", "/check"],
    ["POST", "/start", { planHash: HASH }],
    ["POST", "/pause"],
    ["POST", "/resume"],
    ["POST", "/cancel"],
    ["POST", "/retry", { classes: ["operator"] }],
    ["GET", "/series"],
    ["GET", "/rows"],
    ["GET", "/problems.csv"],
    ["GET", "/results.csv"],
    ["GET", "/plan.json"],
  ])("%s %s is campaign_not_found", async (method, path, json?: unknown) => {
    const answer = await call(method, `/v1/campaigns/${NOBODY}${path}`, json);

    expect([answer.status, answer.json["code"]]).toEqual([404, "campaign_not_found"]);
  });

  test("that has not even the form of one is validation_failed", async () => {
    const answer = await call("GET", "/v1/campaigns/cmp_1");

    expect([answer.status, pointers(answer)]).toEqual([422, ["id"]]);
  });
});

describe("a new campaign", () => {
  test("over an upload that there is not is refused", async () => {
    const answer = await post("/v1/campaigns", { name: "x", upload: NOBODY.replace("cmp", "upl"), mapping: MAPPING });

    expect([answer.status, pointers(answer)]).toEqual([422, ["/upload"]]);
  });

  test("whose file is in no known format must say which column means what, and is told what seems likely", async () => {
    const upload = await world.upload(fileOf(["1000"]));

    const answer = await post("/v1/campaigns", { name: "x", upload });

    expect([answer.status, pointers(answer)]).toEqual([422, ["/mapping"]]);
    expect(answer.text).toContain('\\"phone\\":\\"number\\"');
  });

  test("in a known format needs no mapping, and shows the one that is used", async () => {
    const upload = await world.upload("CountryCode,PhoneNumber,IsLocal,Amount\nNG,08031231000,false,5\n");

    const answer = await post("/v1/campaigns", { name: "x", upload });

    expect([answer.status, answer.json["mapping"]]).toEqual([
      201,
      { country: "CountryCode", phone: "PhoneNumber", useLocalAmount: "IsLocal", amount: "Amount" },
    ]);
  });

  test("is told every fault at its place", async () => {
    const upload = await world.upload(fileOf(["1000"]));

    const answer = await post("/v1/campaigns", {
      name: " ",
      upload,
      mapping: { phone: "number", metadata: { wave: "" } },
      options: { recentlyPaid: { days: 0 } },
      limits: { budget: "-1", ratePerS: 0, startAt: { at: "2026-02-30T08:00", zone: "Africa/Nairobi" } },
      surprise: true,
    });

    expect(answer.status).toBe(422);
    expect(pointers(answer).toSorted()).toEqual([
      "/limits/budget",
      "/limits/ratePerS",
      "/limits/startAt/at",
      "/mapping/metadata/wave",
      "/name",
      "/options/recentlyPaid/days",
      "/surprise",
    ]);
  });

  test("cannot ask who was paid in days of which top-ups are not kept, when it is made and when it is changed", async () => {
    const upload = await world.upload(fileOf(["1000"]));
    const beyond = { recentlyPaid: { days: 91 } };
    const pointer = "/options/recentlyPaid/days";

    const refused = await post("/v1/campaigns", { name: "x", upload, mapping: MAPPING, options: beyond });
    expect([refused.status, pointers(refused)]).toEqual([422, [pointer]]);
    expect(refused.text).toMatch(/90 days \(RETENTION_DAYS\)/);

    const within = { recentlyPaid: { days: 90 } };
    const made = await post("/v1/campaigns", { name: "x", upload, mapping: MAPPING, options: within });
    expect(made.status).toBe(201);
    const path = `/v1/campaigns/${String(made.json["id"])}`;
    const changed = await world.call("PATCH", path, { json: { options: beyond } });
    expect([changed.status, pointers(changed)]).toEqual([422, [pointer]]);
    const allowed = { recentlyPaid: { days: 91, action: "allow" } };
    expect((await world.call("PATCH", path, { json: { options: allowed } })).status).toBe(200);
  });

  test("cannot name a column that the file does not have", async () => {
    const upload = await world.upload(fileOf(["1000"]));

    const answer = await post("/v1/campaigns", {
      name: "x",
      upload,
      mapping: { ...MAPPING, metadata: { wave: "wave" } },
    });

    expect([answer.status, pointers(answer)]).toEqual([422, ["/mapping/metadata/wave"]]);
  });

  test("takes amounts as JSON numbers too, exactly", async () => {
    const upload = await world.upload(fileOf(["1000"]));

    const answer = await world.call("POST", "/v1/campaigns", {
      body: `{"name":"x","upload":"${upload}","mapping":${JSON.stringify(MAPPING)},"limits":{"budget":99999999.12345,"ratePerS":0.5}}`,
    });

    expect(answer.json["limits"]).toMatchObject({ budget: "99999999.12345", ratePerS: 0.5 });
  });
});

describe("a command that the state does not allow", () => {
  test.each([["start", { planHash: HASH }], ["pause"], ["resume"], ["retry", { classes: ["provider"] }]])(
    "%s of a draft is campaign_state_conflict and shows the campaign",
    async (command, json?: unknown) => {
      const id = await world.draft(fileOf(["1000"]));

      const answer = await post(`/v1/campaigns/${id}/${command}`, json);

      expect([answer.status, answer.json["code"]]).toEqual([409, "campaign_state_conflict"]);
      expect(answer.json["existing"]).toMatchObject({ id, state: "draft" });
    },
  );

  test.each(["rows", "problems.csv", "results.csv", "plan.json"])(
    "%s of a draft has no plan to tell of",
    async (path) => {
      const id = await world.draft(fileOf(["1000"]));

      const answer = await call("GET", `/v1/campaigns/${id}/${path}`);

      expect([answer.status, answer.json["code"]]).toEqual([409, "campaign_state_conflict"]);
    },
  );

  test("nothing but reading applies to a cancelled campaign, and cancelling again changes nothing", async () => {
    const { id, planHash } = await ready();
    const first = await post(`/v1/campaigns/${id}/cancel`);
    expect(first.json).toMatchObject({ state: "cancelled", stillInFlight: { rows: 0, cost: "0" } });

    const again = await post(`/v1/campaigns/${id}/cancel`);
    const others = await Promise.all([
      post(`/v1/campaigns/${id}/check`),
      post(`/v1/campaigns/${id}/start`, { planHash }),
      post(`/v1/campaigns/${id}/pause`),
      post(`/v1/campaigns/${id}/resume`),
      call("PATCH", `/v1/campaigns/${id}`, { name: "y" }),
    ]);

    expect([again.status, again.json["version"]]).toEqual([200, first.json["version"]]);
    expect(others.map(({ json }) => json["code"])).toEqual(Array(5).fill("campaign_state_conflict"));
    expect((await call("GET", `/v1/campaigns/${id}/rows`)).json["data"]).toMatchObject([{ state: "withdrawn" }]);
  });

  test("a plan that sends nothing cannot be started", async () => {
    const { id, planHash } = await ready("number,operator,amount\nnobody,341,5\n");

    const answer = await post(`/v1/campaigns/${id}/start`, { planHash });

    expect([answer.status, answer.json["code"]]).toEqual([409, "plan_empty"]);
  });

  test("a start without the provider's prices is refused, and can be tried again", async () => {
    const { id, planHash } = await ready();
    world.pipeline.sandbox.setFaultPlan({
      rules: [{ match: { operation: "catalogue" }, fault: { kind: "html-502" } }],
    });

    const refused = await post(`/v1/campaigns/${id}/start`, { planHash });
    world.pipeline.sandbox.setFaultPlan({ rules: [] });

    expect([refused.status, refused.json["code"]]).toEqual([503, "provider_unavailable"]);
    expect((await post(`/v1/campaigns/${id}/start`, { planHash })).json["state"]).toBe("running");
  });
});

describe("a change", () => {
  test("that changes the plan voids it; one that does not leaves it alone", async () => {
    const { id, planHash } = await ready();

    const harmless = await call("PATCH", `/v1/campaigns/${id}`, { name: "new", limits: { ratePerS: 5, budget: "10" } });
    const voiding = await call("PATCH", `/v1/campaigns/${id}`, { limits: { budget: null, perRecipientMax: "3" } });

    expect(harmless.json).toMatchObject({
      state: "ready",
      planHash,
      name: "new",
      limits: { ratePerS: 5, budget: "10" },
    });
    expect(voiding.json).toMatchObject({
      state: "draft",
      planHash: null,
      limits: { ratePerS: 5, perRecipientMax: "3" },
    });
    expect(voiding.json["limits"]).not.toHaveProperty("budget");
    expect((await world.check(id)).plan?.problems).toMatchObject([{ repair: "raise-limit", rows: 1 }]);
  });

  test("is made only to the version that the caller has seen", async () => {
    const id = await world.draft(fileOf(["1000"]));
    const { headers } = await call("GET", `/v1/campaigns/${id}`);
    const etag = String(headers.get("etag"));

    const first = await call("PATCH", `/v1/campaigns/${id}`, { name: "first" }, { "if-match": etag });
    const late = await call("PATCH", `/v1/campaigns/${id}`, { name: "late" }, { "if-match": etag });
    const check = await post(`/v1/campaigns/${id}/check`, undefined, { "if-match": etag });
    const nonsense = await call("PATCH", `/v1/campaigns/${id}`, { name: "x" }, { "if-match": "7" });

    expect([first.status, first.json["name"]]).toEqual([200, "first"]);
    for (const answer of [late, check]) {
      expect([answer.status, answer.json["code"]]).toEqual([412, "version_mismatch"]);
      expect(answer.json["existing"]).toMatchObject({ name: "first", state: "draft" });
    }
    expect([nonsense.status, pointers(nonsense)]).toEqual([422, ["If-Match"]]);
  });

  test("that is wrong is told at its place, and changes nothing", async () => {
    const id = await world.draft(fileOf(["1000"]));

    const answer = await call("PATCH", `/v1/campaigns/${id}`, {
      options: { duplicates: "maybe" },
      limits: { window: 0, nothing: 1 },
      mapping: { phone: "elsewhere" },
    });

    expect([answer.status, pointers(answer).toSorted()]).toEqual([
      422,
      ["/limits/nothing", "/limits/window", "/mapping/phone", "/options/duplicates"],
    ]);
    expect((await world.get(id)).version).toBe(1);
  });

  test("of what was agreed to is refused once the campaign runs, and pace and money are not", async () => {
    const { id, planHash } = await ready();
    await post(`/v1/campaigns/${id}/start`, { planHash });

    const refused = await call("PATCH", `/v1/campaigns/${id}`, { options: { run: "other" }, limits: { window: 3 } });
    const made = await call("PATCH", `/v1/campaigns/${id}`, { limits: { window: 3, budget: "1000" } });

    expect([refused.status, refused.json["code"]]).toEqual([409, "campaign_state_conflict"]);
    expect(String(refused.json["detail"])).toContain("options");
    expect(made.json).toMatchObject({ state: "running", planHash, limits: { window: 3, budget: "1000" } });
  });
});

describe("a list", () => {
  test("of campaigns goes on where its page ended, and knows states", async () => {
    const ids = [];
    for (let made = 0; made < 3; made += 1) ids.push(await world.draft(fileOf(["1000"])));
    const page = async (query: string) =>
      (await call("GET", `/v1/campaigns?${query}`)).json as { data: { id: string }[]; nextCursor: string };

    const first = await page("limit=2&state=draft");
    const second = await page(`limit=1&state=draft&cursor=${first.nextCursor}`);

    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(ids.toReversed());
  });

  test.each([
    ["?limit=0", "limit"],
    ["?limit=201", "limit"],
    ["?state=maybe", "state"],
    ["?cursor=nonsense", "cursor"],
    ["?page=2", "page"],
  ])("with %s is validation_failed", async (query, parameter) => {
    const { id } = await ready();
    const answers = [await call("GET", `/v1/campaigns${query}`), await call("GET", `/v1/campaigns/${id}/rows${query}`)];

    for (const answer of answers) expect([answer.status, pointers(answer)]).toEqual([422, [parameter]]);
  });

  test("of rows goes through the file, and through one state", async () => {
    const { id } = await ready(`${fileOf(["1000", "1001", "1002"])}nobody,341,5\n`);
    const rows = async (query: string) =>
      (await call("GET", `/v1/campaigns/${id}/rows?${query}`)).json as {
        data: Record<string, unknown>[];
        nextCursor: string | null;
      };

    const first = await rows("limit=2");
    const rest = await rows(`limit=2&cursor=${first.nextCursor}`);
    const rejected = await rows("state=not-sent");

    expect(first.data.map(({ row, state, phone }) => [row, state, phone])).toEqual([
      [1, "waiting", "•••••••••••00"],
      [2, "waiting", "•••••••••••01"],
    ]);
    expect(rest).toMatchObject({ data: [{ row: 3 }, { row: 4, state: "not-sent", phone: null }], nextCursor: null });
    expect(rejected.data).toMatchObject([{ row: 4, problems: [{ code: "PHONE_NOT_A_NUMBER" }] }]);
  });
});

test.each(["start", "pause", "resume", "cancel"])(
  "A %s under a version that the campaign has no more is refused, and changes nothing",
  async (name) => {
    const { id, planHash, version } = await ready(fileOf(["1000"]), { limits: { budget: "10" } });
    const body = name === "start" ? { planHash } : undefined;
    if (name !== "start") await post(`/v1/campaigns/${id}/start`, { planHash });
    if (name === "resume") await post(`/v1/campaigns/${id}/pause`);
    await call("PATCH", `/v1/campaigns/${id}`, { limits: { budget: "1000" } });
    const before = await world.get(id);

    const late = await post(`/v1/campaigns/${id}/${name}`, body, { "if-match": `"${version}"` });
    expect([late.status, late.json["code"]]).toEqual([412, "version_mismatch"]);
    expect(late.json["existing"]).toMatchObject({ version: before.version, limits: { budget: "1000" } });
    expect((await world.get(id)).state).toBe(before.state);

    const now = await post(`/v1/campaigns/${id}/${name}`, body, { "if-match": `"${before.version}"` });
    expect(now.status, now.text).toBe(200);
    const again = await post(`/v1/campaigns/${id}/${name}`, body, { "if-match": `"${before.version}"` });
    expect(again.status).toBe(412);
  },
);
