/**
 * What a person changes from the command line: how a file is read, what a campaign may do before and after its start,
 * and a plan that has to be made again. One world for all, so that each campaign is small.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endingsOf } from "../integration/campaigns/campaign-world.js";
import { type CampaignDesk, MAP, openCampaignDesk } from "../support/campaign-desk.js";

let desk: CampaignDesk;
beforeAll(async () => {
  desk = await openCampaignDesk();
});
afterAll(() => desk.close());

test("metadata is mapped by the command line, beside that of the settings", async () => {
  const path = join(desk.dir, "metadata.csv");
  await writeFile(path, "number,operator,amount,shop,Pay round\n+2348031301000,341,5,7,May\n");
  const settings = join(desk.dir, "metadata.json");
  await writeFile(settings, JSON.stringify({ mapping: { metadata: { shop: "shop" } } }));

  const { id } = await desk.checked(path, "--settings", settings, "--map", "metadata.pay.round=Pay round");

  expect((await desk.world.get(id)).mapping).toMatchObject({ metadata: { shop: "shop", "pay.round": "Pay round" } });
});

test("how a file is written is said where it cannot be found out", async () => {
  const path = join(desk.dir, "form.csv");
  // Two rows without a header, of names in the characters of an old spreadsheet.
  await writeFile(path, Buffer.from("+2348031302000|341|5|Jos\xe9\n+2348031302001|341|5|Ren\xe9\n", "latin1"));
  const map = ["--map", "phone=column 1", "--map", "operator=column 2", "--map", "amount=column 3"];
  const form = ["--encoding", "windows-1252", "--delimiter", "pipe", "--header", "false"];

  const run = await desk.campaign("check", path, ...map, ...form);

  expect(run.printed).toContain("2 rows, 4 columns (column 1, column 2, column 3, column 4), no header");
  expect(run.printed).toContain("encoding windows-1252, delimiter |");
  expect(run.printed).not.toContain("a guess");
  expect(run.printed).toContain("2 of 2 rows will be sent");
  await expect(desk.campaign("check", path, "--delimiter", "dot")).rejects.toThrow("comma, semicolon, tab, pipe");
});

test("a campaign that its budget has paused goes on with a higher one", async () => {
  const { id, plan } = await desk.checked(await desk.listOf("budget", endingsOf(4), 803_303), "--budget", "10");
  await desk.campaign("start", id, "--plan", plan);
  await desk.world.until(id, "paused");

  const set = await desk.campaign("set", id, "--budget", "100", "--rate", "50", "--window", "20");

  expect(set.code, set.told.join("\n")).toBe(0);
  expect(set.printed).toBe(
    `${id} is paused: budget 100, 50 a second, 20 under way at once.\nTo go on:\n  surefill campaign resume ${id}\n`,
  );
  expect(await desk.campaign("resume", id)).toMatchObject({ code: 0 });
  expect((await desk.campaign("watch", id)).printed).toContain("100 % completed");
});

describe("a campaign that has been checked", () => {
  test("is checked again under its id, after a change that voids its plan", async () => {
    const { id, plan } = await desk.checked(await desk.listOf("again", endingsOf(2), 803_304));
    const settings = join(desk.dir, "again.json");
    await writeFile(settings, JSON.stringify({ limits: { perRecipientMax: "100" } }));

    const set = await desk.campaign("set", id, "--settings", settings);
    expect(set.printed).toContain(`${id} is draft`);
    expect(set.printed).toContain(`It has no plan:\n  surefill campaign check ${id}\n`);
    expect((await desk.campaign("start", id, "--plan", plan)).code).toBe(1);

    const again = await desk.campaign("check", id);
    expect(again.code, again.told.join("\n")).toBe(0);
    expect(again.printed).toContain("2 of 2 rows will be sent, 0 will not.");
    const [, hash = ""] = /campaign start cmp_\S+ --plan ([0-9a-f]{12})\n$/.exec(again.printed) ?? [];
    expect(await desk.campaign("start", id, "--plan", hash)).toMatchObject({ code: 0 });
  });

  test("is started by the beginning of its planHash, and by no other, nor by one that is too short", async () => {
    const { id, plan } = await desk.checked(await desk.listOf("prefix", endingsOf(2), 803_310));
    const { planHash } = JSON.parse((await desk.campaign("show", id, "--json")).printed) as { planHash: string };
    expect(planHash).toMatch(/^[0-9a-f]{64}$/);
    expect(planHash.startsWith(plan)).toBe(true);

    for (const short of [plan.slice(0, 7), "", `${planHash}0`, "my plan"]) {
      await expect(desk.campaign("start", id, "--plan", short)).rejects.toThrow("8 to 64 digits");
    }
    const other = `${plan.slice(0, 11)}${plan.endsWith("0") ? "1" : "0"}`;
    const refused = await desk.campaign("start", id, "--plan", other, "--json");
    expect(refused).toMatchObject({ code: 1, told: [expect.stringContaining(`its plan is ${plan}`)] });
    expect(JSON.parse(refused.printed)).toMatchObject({ code: "plan_changed" });
    const wrong = await desk.campaign("start", id, "--plan", other.padEnd(64, "0"));
    expect(wrong).toMatchObject({ code: 1, told: [expect.stringContaining("not what was agreed to")] });
    expect((await desk.world.get(id)).state).toBe("ready");

    expect(await desk.campaign("start", id, "--plan", plan.slice(0, 8).toUpperCase())).toMatchObject({ code: 0 });
  });

  test("takes no flags of a file", async () => {
    const { id } = await desk.checked(await desk.listOf("flags", endingsOf(2), 803_305));
    for (const flags of [MAP, ["--budget", "5"], ["--encoding", "utf-8"], ["--name", "other"]]) {
      const run = await desk.campaign("check", id, ...flags);
      expect(run).toMatchObject({ code: 2, printed: "", told: [expect.stringContaining("surefill campaign set")] });
    }
  });

  test("gets and loses a canary, a budget and its own pace, by the word none", async () => {
    const { id } = await desk.checked(await desk.listOf("limits", endingsOf(2), 803_306), "--budget", "50");

    const set = await desk.campaign("set", id, "--canary", "1", "--rate", "3", "--name", "December");
    expect(set.printed).toContain(`${id} is ready: budget 50, 3 a second, 500 under way at once, 1 row first.\n`);
    const flags = ["--canary", "none", "--rate", "none", "--budget", "none", "--window", "none"];
    const back = await desk.campaign("set", id, ...flags, "--json");

    expect(back.code, back.told.join("\n")).toBe(0);
    const { name, limits } = JSON.parse(back.printed) as { name: string; limits: Record<string, unknown> };
    expect(name).toBe("December");
    expect(limits).toMatchObject({ ratePerS: 10, window: 500 });
    expect(limits).not.toHaveProperty("canary");
    expect(limits).not.toHaveProperty("budget");
  });

  test("keeps who lets the rest go when other rows are to go first", async () => {
    const settings = join(desk.dir, "canary.json");
    const canary = { rows: 1, release: "health", failedPercentMax: 20 };
    await writeFile(settings, JSON.stringify({ limits: { canary } }));
    const { id } = await desk.checked(await desk.listOf("canary", endingsOf(2), 803_309), "--settings", settings);

    expect((await desk.campaign("set", id, "--canary", "2")).code).toBe(0);
    expect((await desk.world.get(id)).limits).toMatchObject({ canary: { ...canary, rows: 2 } });
    await desk.campaign("set", id, "--canary", "none");
    await desk.campaign("set", id, "--settings", settings, "--canary", "3");
    expect((await desk.world.get(id)).limits).toMatchObject({ canary: { ...canary, rows: 3 } });
  });

  test("is not changed by a command that says nothing, nor by what the API refuses", async () => {
    const { id } = await desk.checked(await desk.listOf("nothing", endingsOf(2), 803_307));
    const { version } = await desk.world.get(id);
    expect(await desk.campaign("set", id)).toMatchObject({ code: 2, told: [expect.stringContaining("--budget")] });
    const refused = await desk.campaign("set", id, "--budget", "much");
    expect(refused).toMatchObject({ code: 1, printed: "", told: [expect.stringContaining("/limits/budget")] });
    await expect(desk.campaign("set", id, "--rate", "fast")).rejects.toThrow("a number above 0, or none");
    expect((await desk.world.get(id)).version).toBe(version);
  });
});

test("a campaign that is scheduled says for when, in its own zone and in UTC", async () => {
  const settings = join(desk.dir, "scheduled.json");
  const startAt = { at: "2099-12-01T08:00", zone: "Africa/Nairobi" };
  await writeFile(settings, JSON.stringify({ limits: { startAt } }));
  const list = await desk.listOf("scheduled", endingsOf(2), 803_308);
  const { id, plan } = await desk.checked(list, "--settings", settings);

  const run = await desk.campaign("start", id, "--plan", plan);

  const when = "2099-12-01 08:00 Africa/Nairobi (2099-12-01 05:00:00 UTC)";
  expect(run.printed).toBe(`${id} is scheduled: it starts at ${when}.\n`);
  await desk.campaign("pause", id);
  expect((await desk.campaign("resume", id)).printed).toBe(`${id} is scheduled: it starts at ${when}.\n`);
});
