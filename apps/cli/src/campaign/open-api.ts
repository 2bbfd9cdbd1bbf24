import { type Environment, loadEnv } from "@surefill/runtime/light";
import { z } from "zod";
import { Api } from "./api.js";

const settings = z.object({
  SUREFILL_URL: z
    .url({ protocol: /^https?$/, error: "must be an http or https URL, such as http://127.0.0.1:3000" })
    .default("http://127.0.0.1:3000")
    .describe("Where the producer's API is"),
  SUREFILL_KEY: z.string().min(1).describe("An API key of the producer, as npm run new-key makes one"),
});

/** Opens the API that the environment names. Throws a `ConfigurationError` when it names none that can be used. */
export function openApi(env: Environment, signal: AbortSignal): Api {
  const { SUREFILL_URL, SUREFILL_KEY } = loadEnv(settings, env);
  return new Api({ url: SUREFILL_URL.replace(/\/+$/, ""), key: SUREFILL_KEY }, signal);
}
