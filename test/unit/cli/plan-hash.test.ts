/** A plan is named by the beginning of its hash: what is shown names one plan, and what is sent is the whole hash. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { shortPlanHash } from "../../../apps/cli/src/campaign/plan-hash.js";
import { runSurefill } from "../../support/surefill.js";

const hashes = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });

test("what is shown of a plan's hash has at least 12 digits, and no other plan of the campaign begins with it", () => {
  fc.assert(
    fc.property(hashes, hashes, fc.integer({ min: 0, max: 63 }), (one, other, shared) => {
      const rival = one.slice(0, shared) + other.slice(shared);
      const shown = shortPlanHash(one, [rival, one]);
      expect(shown.length).toBeGreaterThanOrEqual(12);
      expect(one.startsWith(shown)).toBe(true);
      expect(rival !== one && rival.startsWith(shown)).toBe(false);
    }),
  );
});

/** A producer that has one campaign with these plans; says what it was asked to start or resume. */
async function producerWith(planHash: string | null, repriced?: string) {
  const asked: string[] = [];
  const campaign = {
    id: "cmp_1",
    name: null,
    state: "paused",
    over: false,
    createdAt: "2026-11-23T21:40:05.000Z",
    upload: "upl_1",
    pause: null,
    check: null,
    planHash,
    ...(repriced !== undefined && { repriced: { planHash: repriced, agreed: false } }),
    startAt: null,
    limits: { ratePerS: 1, window: 1 },
    rows: null,
    stillInFlight: { rows: 0, cost: "0" },
  };
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request) body += String(piece);
    if (request.method === "POST") asked.push(`${request.url}${body}`);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(campaign));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const env = { SUREFILL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, SUREFILL_KEY: "key" };
  return { asked, run: (...words: string[]) => runSurefill(env, "campaign", ...words) };
}

const checked = `0123456789abcdef${"0".repeat(48)}`;
const risen = `0123456789abcdee${"1".repeat(48)}`;

test("the producer is asked with the whole hash, so that it compares all of it", async () => {
  const { asked, run } = await producerWith(checked);
  expect(await run("start", "cmp_1", "--plan", checked.slice(0, 8))).toMatchObject({ code: 0 });
  expect(await run("resume", "cmp_1", "--plan", checked.slice(0, 12))).toMatchObject({ code: 0 });
  expect(asked).toEqual([
    `/v1/campaigns/cmp_1/start${JSON.stringify({ planHash: checked })}`,
    `/v1/campaigns/cmp_1/resume?planHash=${checked}`,
  ]);
});

test("a beginning that the plan of the check and that of risen prices share starts neither", async () => {
  const { asked, run } = await producerWith(checked, risen);
  const both = await run("resume", "cmp_1", "--plan", checked.slice(0, 15));
  expect(both).toMatchObject({
    code: 1,
    told: [expect.stringContaining(`${risen.slice(0, 16)} or ${checked.slice(0, 16)}`)],
  });
  expect(asked).toEqual([]);
  expect(await run("resume", "cmp_1", "--plan", risen.slice(0, 16))).toMatchObject({ code: 0 });
  expect(asked).toEqual([`/v1/campaigns/cmp_1/resume?planHash=${risen}`]);
});

test("a campaign without a plan is not started, and it is said how to make one", async () => {
  const { asked, run } = await producerWith(null);
  const none = await run("start", "cmp_1", "--plan", "01234567");
  expect(none).toMatchObject({ code: 1, told: [expect.stringContaining("surefill campaign check cmp_1")] });
  expect(asked).toEqual([]);
});
