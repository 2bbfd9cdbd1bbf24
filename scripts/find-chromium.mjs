/** Finds a Chromium program on this machine, or installs one: the tests of the console look at real pages. */
import { isExecutable, isOnPath, runAsRoot, whereProgramsAre } from "./machine-programs.mjs";
import { progress } from "./run-command.mjs";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const PACKAGE_MANAGERS = [
  {
    program: "apt-get",
    needsRoot: true,
    script:
      "export DEBIAN_FRONTEND=noninteractive; apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium",
  },
  { program: "apk", needsRoot: true, script: "apk add --no-cache chromium" },
  { program: "dnf", needsRoot: true, script: "dnf install -y chromium" },
  { program: "pacman", needsRoot: true, script: "pacman -Sy --noconfirm chromium" },
];

/**
 * The path of a Chromium: `SUREFILL_CHROMIUM`, or found, or installed by the machine's package manager.
 * @returns {Promise<string>}
 */
export async function findOrInstallChromium() {
  const found = await findChromium();
  if (found !== undefined) return found;
  for (const manager of PACKAGE_MANAGERS) {
    if (!(await isOnPath(manager.program))) continue;
    progress(`No Chromium on this machine; installing one with ${manager.program}…`);
    await runAsRoot(manager);
    const installed = await findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "The tests of the console need Chromium, and could neither find nor install one. Install it (Debian: sudo apt-get " +
      "install chromium), or set SUREFILL_CHROMIUM to its path.",
  );
}

async function findChromium() {
  const named = process.env.SUREFILL_CHROMIUM;
  for (const path of named ? [named] : [...whereProgramsAre(PROGRAMS), MAC]) if (await isExecutable(path)) return path;
  return undefined;
}
