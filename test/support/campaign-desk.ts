/** Where a person sits who types `surefill campaign …`: a producer and a worker with the local Reloadly, and a folder. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { type CampaignWorld, endingsOf, fileOf, openCampaignWorld } from "../integration/campaigns/campaign-world.js";
import { type CommandRun, runSurefill } from "./surefill.js";

/** What the columns of the lists mean, as flags. */
export const MAP = ["--map", "phone=number", "--map", "operator=operator", "--map", "amount=amount"];

export type CampaignDesk = {
  world: CampaignWorld;
  /** A folder for files. */
  dir: string;
  /** The settings that say where the API is. */
  address: () => { SUREFILL_URL: string; SUREFILL_KEY: string };
  /** Runs `surefill campaign` with these arguments. */
  campaign: (...args: string[]) => Promise<CommandRun>;
  /** Writes a list of recipients; each `line` is a block of numbers that nobody else has. */
  listOf: (name: string, endings: readonly string[], line: number, more?: string) => Promise<string>;
  /** Checks a list; answers the campaign and the plan that its last line offers to start. */
  checked: (path: string, ...flags: string[]) => Promise<{ id: string; plan: string; run: CommandRun }>;
  /** Starts a campaign that takes longer than its test: forty rows, two a second. */
  longCampaign: (name: string, line: number) => Promise<string>;
  close: () => Promise<void>;
};

/** Opens a desk, with a worker that runs. */
export async function openCampaignDesk(): Promise<CampaignDesk> {
  const dir = await mkdtemp(join(tmpdir(), "surefill-command-"));
  const world = await openCampaignWorld({ sandbox: { recordPosts: true } });
  await world.startWorker();
  const address = () => ({ SUREFILL_URL: world.producer.url, SUREFILL_KEY: world.producer.key });
  const campaign = (...args: string[]) => runSurefill(address(), "campaign", ...args);

  async function listOf(name: string, endings: readonly string[], line: number, more = ""): Promise<string> {
    const path = join(dir, `${name}.csv`);
    await writeFile(path, fileOf(endings, { line }) + more);
    return path;
  }

  async function checked(path: string, ...flags: string[]) {
    const run = await campaign("check", path, ...MAP, ...flags);
    const [, id = "", plan = ""] = /surefill campaign start (cmp_\S+) --plan ([0-9a-f]{12})\n$/.exec(run.printed) ?? [];
    expect(id, run.printed + run.told.join("\n")).not.toBe("");
    return { id, plan, run };
  }

  async function longCampaign(name: string, line: number): Promise<string> {
    const { id, plan } = await checked(await listOf(name, endingsOf(40), line), "--rate", "2");
    expect(await campaign("start", id, "--plan", plan)).toMatchObject({ code: 0, printed: `${id} is running.\n` });
    return id;
  }

  return {
    world,
    dir,
    address,
    campaign,
    listOf,
    checked,
    longCampaign,
    async close() {
      await world.close();
      await rm(dir, { recursive: true });
    },
  };
}
