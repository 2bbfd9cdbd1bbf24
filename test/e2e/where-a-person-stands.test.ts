/** `npm run surefill` runs in the project's folder; files are named from where the person stands. */
import { execFile } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { newStateDir } from "../support/state-dir.js";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the script as npm does: in the project's folder, with where the person stands in INIT_CWD. */
function run(folder: string, ...words: string[]): Promise<{ code: number; text: string }> {
  const settings = { SUREFILL_ENV_FILE: "none", SUREFILL_KEY: "key", SUREFILL_URL: "http://127.0.0.1:9" };
  const env = { ...process.env, ...settings, INIT_CWD: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, "scripts/surefill.mjs"), ...words], { cwd: root, env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: out + err }),
    );
  });
}

test("a path is looked up from where the person stands, and from nowhere else", async () => {
  const folder = newStateDir();
  mkdirSync(join(folder, "pack"), { recursive: true });
  writeFileSync(join(folder, "list.csv"), "number,amount\n+2348031551000,5\n");
  writeFileSync(join(folder, "pack", "manifest.json"), "{}");
  const here = realpathSync(folder);

  const missing = await run(folder, "campaign", "check", "package.json");
  expect(missing).toEqual({ code: 2, text: `There is no such file or folder: package.json (looked from ${here}).\n` });
  const found = await run(folder, "campaign", "check", "list.csv");
  expect(found).toMatchObject({ code: 2, text: expect.stringMatching(/^Surefill cannot be asked at /) });
  const pack = await run(folder, "campaign", "verify", "pack");
  expect(pack.text).toBe("pack/manifest.json is not the manifest of a result pack.\n");
});
