/** A person in front of a real browser: the console of a producer, with a worker and the local Reloadly behind it. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hashPassword, newSecret, type Role } from "@surefill/access";
import type { SandboxOptions } from "@surefill/reloadly-sandbox";
import { AuditLog, People } from "@surefill/topup-store";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";
import { findOrInstallChromium } from "../../scripts/find-chromium.mjs";
import { BY_COMMAND_LINE, PASSWORD } from "../integration/access/access-world.js";
import { type CampaignWorld, openCampaignWorld } from "../integration/campaigns/campaign-world.js";

/** What Chromium is started with: as root in a container, and without a word to anybody. */
const CHROMIUM_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** How long a page may take for anything: only what hangs is caught. */
const PATIENCE_MS = 120_000;

export type ConsoleDesk = {
  world: CampaignWorld;
  /** Adds a person as the command line does. */
  addPerson: (user: string, roles: readonly Role[]) => Promise<void>;
  /** A page of a new browser profile, at a path of the console. Nobody is signed in. */
  open: (path?: string, options?: BrowserContextOptions) => Promise<Page>;
  /** A page of somebody who has just signed in by the form. */
  signedIn: (user: string, options?: BrowserContextOptions) => Promise<Page>;
  /** What pages reported that is wrong: errors, refused by the page's policy, requests to elsewhere. */
  faults: string[];
  close: () => Promise<void>;
};

/** Opens a desk with a running worker. Close it after each test, and read its `faults`. */
export async function openConsoleDesk(
  options: { sandbox?: SandboxOptions; settings?: Record<string, string> } = {},
): Promise<ConsoleDesk> {
  const [browser, world] = await Promise.all([
    findOrInstallChromium().then((executablePath) => chromium.launch({ executablePath, args: CHROMIUM_ARGS })),
    openCampaignWorld(options),
  ]);
  const faults: string[] = [];
  const { client, prefix } = world.pipeline.redis;
  const audit = new AuditLog(client, { prefix, witness: world.pipeline.ledger.witness, keptMs: 86_400_000 });
  const people = new People(client, { prefix, audit });
  const open: ConsoleDesk["open"] = async (path = "/", context = {}) => {
    const page = await newPage(browser, context);
    watch(page, world.producer.url, faults);
    await page.goto(world.producer.url + path);
    return page;
  };
  return {
    world,
    faults,
    open,
    async addPerson(user, roles) {
      const person = { user, roles, createdBy: "test", password: await hashPassword(PASSWORD), sessions: newSecret() };
      expect(await people.add(person, BY_COMMAND_LINE)).toBe("done");
    },
    async signedIn(user, context) {
      const page = await open("/", context);
      await signIn(page, user);
      return page;
    },
    async close() {
      await browser.close();
      await world.close();
    },
  };
}

/** Fills in the form of the sign-in, and waits for the first page. */
export async function signIn(page: Page, user: string, password: string = PASSWORD): Promise<void> {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").waitFor();
}

async function newPage(browser: Browser, context: BrowserContextOptions): Promise<Page> {
  const profile = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/Paris", ...context });
  profile.setDefaultTimeout(PATIENCE_MS);
  return profile.newPage();
}

/** A refused call is no fault of the page: it is shown to the person. */
function watch(page: Page, origin: string, faults: string[]): void {
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const isRefusal = /Failed to load resource/.test(message.text());
    if (["error", "warning"].includes(message.type()) && !isRefusal)
      faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url)) faults.push(`asks elsewhere: ${url}`);
  });
}

const axeScript = () => readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails where axe finds a violation on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeScript());
  const violations = await page.evaluate(async () => {
    const { violations: found } = await (globalThis as unknown as { axe: Axe }).axe.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
  });
  expect(violations).toEqual([]);
}

type Axe = { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
