/**
 * `npm run screenshots`: starts the demo, signs in to its console, and takes the pictures that the documents show, into
 * docs/pictures. `npm run screenshots -- FOLDER` takes every page into that folder: light and dark, wide and narrow.
 */
import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { findOrInstallChromium } from "./find-chromium.mjs";
import { progress } from "./run-command.mjs";
import { projectRoot } from "./setup.mjs";

const WIDE = { width: 1200, height: 800 };
const NARROW = { width: 400, height: 800 };
const LOOKS = [
  { look: "light-wide", colorScheme: "light", size: WIDE },
  { look: "dark-wide", colorScheme: "dark", size: WIDE },
  { look: "light-narrow", colorScheme: "light", size: NARROW },
  { look: "dark-narrow", colorScheme: "dark", size: NARROW },
];

/** What the documents show, as page and look. */
const IN_DOCUMENTS = [
  "home-light-wide",
  "columns-light-wide",
  "check-light-wide",
  "limits-light-wide",
  "agreement-light-wide",
  "campaign-light-wide",
  "campaign-dark-narrow",
  "search-light-wide",
];

/** The name of the demo's campaign: that of its file. */
const SAMPLE = "recipients.csv";

/** How long a page may take for anything. */
const PATIENCE_MS = 120_000;

/** A sheet as people have them: spaces in a number, one person twice, a number that is too short. Nobody has them. */
const SHEET = [
  "Name;Mobile;Country;Amount (USD)",
  "Amina;+2348031232001;Nigeria;5.00",
  "Bola;0803 123 2002;Nigeria;5.00",
  "Chidi;0803 123 2003;Nigeria;2.50",
  "Chidi B.;+234 803 123 2003;Nigeria;2.50",
  "Dayo;0803123;Nigeria;5.00",
  "Efe;0803 123 2004;Nigeria;5.00",
  "",
].join("\r\n");

async function main() {
  const [folder] = process.argv.slice(2);
  const target = resolve(folder ?? join(projectRoot, "docs", "pictures"));
  await mkdir(target, { recursive: true });
  const executablePath = await findOrInstallChromium();
  const demo = startDemo();
  // Ctrl-C reaches the demo, too; what else ends this program has to be passed on.
  process.once("SIGTERM", () => demo.stop().then(() => process.exit(143)));
  try {
    const places = await demo.ready;
    const browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
    });
    try {
      const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", viewport: WIDE });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      const isWanted = (name) => folder !== undefined || IN_DOCUMENTS.includes(name);
      const take = (name) => takeEveryLook(page, target, name, isWanted);
      await takeAll(page, places, take);
    } finally {
      await browser.close();
    }
  } finally {
    await demo.stop();
  }
  progress(`The pictures are in ${target}.`);
}

/** Starts the demo. `ready` gives the console's address and the sign-in once the demo's campaign has ended. */
function startDemo() {
  const child = spawn(process.execPath, [join(projectRoot, "scripts", "demo.mjs")], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => child.once("close", done));
  const places = {};
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      const printed = /^Console\s+(\S+?)\/\s+\(sign in as (\S+) \/ ([^,]+),/.exec(line);
      if (printed) Object.assign(places, { url: printed[1], user: printed[2], password: printed[3] });
      places.run = /REDIS_PREFIX=(\S+)/.exec(line)?.[1] ?? places.run;
      // The summary is the last line of a demo that stays up.
      if (line.startsWith('{"states":')) return places;
    }
    throw new Error("The demo ended before its campaign did.");
  })();
  return {
    ready,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function takeAll(page, { url, user, password, run }, take) {
  const visit = async (path, name) => {
    await page.goto(url + path);
    await page.locator("main").locator("table, article, .empty").first().waitFor();
    await take(name);
  };
  await page.goto(url);
  await page.getByLabel("User name").waitFor();
  await take("sign-in");
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").waitFor();

  await visit("/campaigns", "campaigns");
  await page.getByRole("link", { name: SAMPLE }).click();
  await page.getByText("rows are settled").waitFor();
  await page.getByText("Who did what").first().waitFor();
  await take("campaign");
  await visit("/attention", "needs-a-person");
  await visit("/gates", "gates");
  await visit("/webhooks", "webhooks");
  await page.goto(`${url}/search?q=${encodeURIComponent(`${run}.2`)}`);
  await page.getByText("1 found").waitFor();
  await take("search");
  await takeNewPayment(page, url, take);
  await page.goto(url);
  await page.getByText("pays about").or(page.getByText("No gate is closed")).first().waitFor();
  await take("home");
}

/** The steps of a new payment, up to the agreement, the payment itself and the small campaign that comes of it. */
async function takeNewPayment(page, url, take) {
  const next = () => page.getByRole("button", { name: "Next", exact: true }).click();
  await page.goto(`${url}/new-payment`);
  const file = page.getByLabel("Choose a file");
  await file.waitFor();
  await take("recipients");
  await file.setInputFiles({ name: "field-team.csv", mimeType: "text/csv", buffer: Buffer.from(SHEET) });
  await page.getByText("6 rows in 7 lines").waitFor();
  await take("columns");
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await page.getByText("will be paid").first().waitFor();
  await take("check");
  await next();
  await page.getByLabel("Budget").fill("25");
  await take("limits");
  await next();
  await page.getByLabel("I have read what is paid").check();
  await take("agreement");
  await page.getByRole("button", { name: "Pay now" }).click();
  await page.getByText("rows are settled").waitFor();
}

/** One PNG for each look that is wanted, of what the window shows. */
async function takeEveryLook(page, target, name, isWanted) {
  for (const { look, colorScheme, size } of LOOKS) {
    const picture = `${name}-${look}`;
    if (!isWanted(picture)) continue;
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: join(target, `${picture}.png`), animations: "disabled", caret: "hide" });
    progress(`${picture}.png`);
  }
  await page.setViewportSize(WIDE);
}

try {
  await main();
} catch (error) {
  progress(error.message);
  process.exitCode = 1;
}
