/** Checks of one API key, however many wait for the provider, keep no other key from its own. */
import { newApiKey } from "@surefill/producer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { type CampaignWorld, endingsOf, fileOf, MAPPING, openCampaignWorld } from "./campaign-world.js";

const CHECKS_PER_KEY_MAX = 20;
const other = newApiKey("other");

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld({ keyEntries: [other.entry] });
  // From here on the catalogue is remembered, and only numbers without an operator are asked for.
  await world.check(await world.draft(fileOf(["1000"])));
});
afterAll(() => world.close());

test("one more than a key may have is refused by name, and another key's check is done meanwhile", async () => {
  world.pipeline.sandbox.setFaultPlan({
    rules: [{ match: { operation: "catalogue" }, fault: { kind: "slow", delayMs: 600_000 } }],
  });
  const drafts: string[] = [];
  for (let index = 0; index <= CHECKS_PER_KEY_MAX; index += 1) {
    drafts.push(await world.draft(fileOf(["2000"], { operator: "", line: 803_200 + index })));
  }
  for (const id of drafts.slice(0, CHECKS_PER_KEY_MAX)) {
    expect((await world.call("POST", `/v1/campaigns/${id}/check`)).status).toBe(202);
  }
  const last = `/v1/campaigns/${drafts.at(-1)}`;
  const { status, json, headers } = await world.call("POST", `${last}/check`);

  expect({ status, code: json["code"], detail: json["detail"] }).toEqual({
    status: 429,
    code: "too_many_at_once",
    detail: "There are 20 checks of this API key running or waiting.",
  });
  expect(headers.get("retry-after")).toMatch(/^\d+$/);
  expect((await world.call("GET", last)).json["state"]).toBe("draft");

  const call = (method: string, path: string, options = {}) => world.call(method, path, { key: other.key, ...options });
  const upload = await call("POST", "/v1/uploads", {
    body: fileOf(endingsOf(3)),
    headers: { "content-type": "text/csv" },
  });
  const draft = await call("POST", "/v1/campaigns", {
    json: { name: "Other", upload: upload.json["id"], mapping: MAPPING },
  });
  const path = `/v1/campaigns/${String(draft.json["id"])}`;
  expect((await call("POST", `${path}/check`)).status).toBe(202);
  await waitFor(async () => expect((await call("GET", path)).json["state"]).toBe("ready"));

  expect((await world.get(drafts[0] ?? "")).state).toBe("checking");
});
