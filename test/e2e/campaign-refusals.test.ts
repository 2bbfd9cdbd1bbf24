/** What `surefill campaign …` says where it is refused or cannot be carried out, and the code that it ends with. */
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type CampaignDesk, MAP, openCampaignDesk } from "../support/campaign-desk.js";
import { runSurefill } from "../support/surefill.js";

let desk: CampaignDesk;
beforeAll(async () => {
  desk = await openCampaignDesk();
});
afterAll(() => desk.close());

describe("what cannot be carried out is said in one plain sentence, with the documented exit code", () => {
  /** So long that it is refused while it is still being sent. */
  const longFile = async () => {
    const path = join(desk.dir, "long.csv");
    await writeFile(path, `number,operator,amount\n${"+2348031239000,341,5\n".repeat(200_000)}`);
    return path;
  };

  test.each([
    { what: "a wrong key", code: 1, says: /key/i, env: { SUREFILL_KEY: "nobody" }, args: async () => ["list"] },
    {
      what: "a wrong key for a long file",
      code: 1,
      says: /key/i,
      env: { SUREFILL_KEY: "nobody" },
      args: async () => ["check", await longFile(), ...MAP],
    },
    { what: "no key", code: 2, says: /SUREFILL_KEY/, env: { SUREFILL_KEY: "" }, args: async () => ["list"] },
    {
      what: "a producer that is not there",
      code: 2,
      says: /^Surefill cannot be asked at http:\/\/127\.0\.0\.1:9: /,
      env: { SUREFILL_URL: "http://127.0.0.1:9" },
      args: async () => ["list"],
    },
    {
      what: "an address that is none",
      code: 2,
      says: /SUREFILL_URL/,
      env: { SUREFILL_URL: "producer" },
      args: async () => ["list"],
    },
    {
      what: "a file that is not there",
      code: 2,
      says: /no such file.*gone\.csv/,
      args: async () => ["check", "gone.csv"],
    },
    { what: "a folder for a file", code: 2, says: /this is a folder/, args: async () => ["check", desk.dir] },
    {
      what: "an empty file",
      code: 2,
      says: /^The file is empty: .*empty\.csv\.$/,
      args: async () => {
        const path = join(desk.dir, "empty.csv");
        await writeFile(path, "");
        return ["check", path];
      },
    },
    {
      what: "a file without rows",
      code: 1,
      says: /no rows/,
      args: async () => {
        const path = join(desk.dir, "header.csv");
        await writeFile(path, "number,amount\n");
        return ["check", path];
      },
    },
    {
      what: "a column that the file does not have",
      code: 1,
      says: /handy/,
      args: async () => ["check", await desk.listOf("column", ["1000"], 803_230), "--map", "phone=handy"],
    },
    {
      what: "settings that are no JSON",
      code: 2,
      says: /must be a JSON object with mapping, options and limits/,
      args: async () => {
        const path = join(desk.dir, "settings.json");
        await writeFile(path, "mapping: phone");
        return ["check", await desk.listOf("settings", ["1000"], 803_231), "--settings", path];
      },
    },
    {
      what: "settings that the API does not know",
      code: 1,
      says: /ratePerS/,
      args: async () => {
        const path = join(desk.dir, "limits.json");
        await writeFile(path, '{"limits":{"ratePerS":"fast"}}');
        return ["check", await desk.listOf("limits", ["1000"], 803_232), ...MAP, "--settings", path];
      },
    },
    {
      what: "a campaign that does not exist",
      code: 1,
      says: /cmp_nothing|campaign/i,
      args: async () => ["show", "cmp_nothing"],
    },
    { what: "a folder that holds no pack", code: 2, says: /manifest\.json/, args: async () => ["verify", desk.dir] },
  ])("$what", async ({ code, says, env, args }) => {
    const run = await runSurefill({ ...desk.address(), ...env }, "campaign", ...(await args()));
    expect(run.code).toBe(code);
    expect(run.printed).not.toContain("cmp_");
    expect(run.told.join("\n")).toMatch(says);
    expect(run.told.join("\n")).not.toMatch(/\n\s+at |undefined|\[object/);
  });
});

test("a producer whose ledger is away is no refusal: code 2, and its problem document with --json", async () => {
  const problem = { code: "ledger_unavailable", title: "The ledger does not answer", status: 503 };
  const front = createServer((_, response) => {
    response.writeHead(503, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
  });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => front.close(() => resolve())));
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  const run = await runSurefill({ ...desk.address(), SUREFILL_URL: url }, "campaign", "list", "--json");
  expect({ code: run.code, printed: JSON.parse(run.printed) }).toEqual({ code: 2, printed: problem });
  expect(run.told.join()).toContain("The ledger does not answer");
});
