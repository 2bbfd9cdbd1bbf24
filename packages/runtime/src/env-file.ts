import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { ConfigurationError, type Environment } from "./env.js";

/** Names another file than `.env`, or `none`. */
const FILE_SETTING = "SUREFILL_ENV_FILE";
const DEFAULT_FILE = ".env";

/**
 * The environment, with what an env file in the working directory adds to it; what the environment has already stays.
 * The file may have a byte order mark, any line ends, quotes and `export` in front, and be in UTF-16 where its mark says
 * so, as an editor on Windows writes it.
 * @throws {ConfigurationError} when a file was named that cannot be read.
 */
export function withEnvFile(env: Environment): Environment {
  const named = env[FILE_SETTING];
  if (named === "none") return env;
  const text = readText(named === undefined || named === "" ? DEFAULT_FILE : named, named);
  return text === undefined ? env : { ...parseEnv(text), ...env };
}

function readText(path: string, named: string | undefined): string | undefined {
  try {
    return decode(readFileSync(path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if ((named === undefined || named === "") && (code === "ENOENT" || code === "EISDIR")) return undefined;
    throw new ConfigurationError([`the settings file ${path} cannot be read (${code})`]);
  }
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}
