/** Settings that nobody reads, and the file that settings come from. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unknownSettings, withEnvFile } from "@surefill/runtime";
import { expect, onTestFinished, test } from "vitest";

test.each([
  ["SUBMIT_ATTEMPT_MAX", "SUBMIT_ATTEMPTS_MAX"],
  ["RELOADLY_ENVIROMENT", "RELOADLY_ENVIRONMENT"],
  ["redis_url", "REDIS_URL"],
  ["API_KEY", "API_KEYS"],
  ["PUBLIC_URI", "PUBLIC_URL"],
  ["STATEDIR", "STATE_DIR"],
  ["REDIS_HOST", undefined],
  ["WEBHOOK_RETRIES", undefined],
  ["POLL_SECONDS", undefined],
])("%s is reported as a setting that no program reads", (name, didYouMean) => {
  const found = unknownSettings({ [name]: "canary" });
  expect(found).toEqual([{ name, ...(didYouMean !== undefined && { didYouMean }) }]);
});

test("what is known, or is about something else, is not reported", () => {
  const names = [
    "REDIS_URL",
    "SUREFILL_KEY",
    "PATH",
    "HOME",
    "LANG",
    "PORT",
    "npm_config_cache",
    "NODE_OPTIONS",
    "LOG_DIR",
  ];
  expect(unknownSettings(Object.fromEntries(names.map((name) => [name, "x"])))).toEqual([]);
});

const LINES = ["export REDIS_PREFIX='spring'", 'BOARD_LABEL="North Wing"', "LOG_LEVEL=warn # quiet", "PUBLIC_URL="];
const READ = { REDIS_PREFIX: "spring", BOARD_LABEL: "North Wing", LOG_LEVEL: "warn", PUBLIC_URL: "" };

test.each([
  ["plain", Buffer.from(LINES.join("\n"))],
  ["with a byte order mark and CRLF", Buffer.from(`\ufeff${LINES.join("\r\n")}\r\n`)],
  ["in UTF-16", Buffer.from(`\ufeff${LINES.join("\r\n")}`, "utf16le")],
])("an env file %s is read, and the environment stays above it", (_, bytes) => {
  const folder = mkdtempSync(join(tmpdir(), "surefill-env-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "settings");
  writeFileSync(path, bytes);
  const given = { SUREFILL_ENV_FILE: path, LOG_LEVEL: "debug" };
  expect(withEnvFile(given)).toEqual({ ...READ, ...given });
});

test("an env file that was named and is not there is an error; none asks for none", () => {
  expect(() => withEnvFile({ SUREFILL_ENV_FILE: "/nowhere/.env" })).toThrow("/nowhere/.env cannot be read (ENOENT)");
  expect(withEnvFile({ SUREFILL_ENV_FILE: "none" })).toEqual({ SUREFILL_ENV_FILE: "none" });
});
