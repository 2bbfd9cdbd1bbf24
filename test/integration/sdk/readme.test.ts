/** The examples of the SDK's README, run as one program from the first to the last. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as sdk from "@surefill/sdk";
import * as enqueue from "@surefill/sdk/enqueue";
import * as webhooks from "@surefill/sdk/webhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../../support/webhook-receiver.js";
import { WEBHOOK_SETTINGS } from "../../support/webhook-world.js";
import { type CampaignWorld, openCampaignWorld } from "../campaigns/campaign-world.js";

const readme = fileURLToPath(new URL("../../../packages/sdk/README.md", import.meta.url));
/** Where the example has its webhooks sent; the test's own receiver stands in for it. */
const RECEIVER = "https://example.com/hook";
const MODULES: Record<string, object> = {
  "@surefill/sdk": sdk,
  "@surefill/sdk/enqueue": enqueue,
  "@surefill/sdk/webhooks": webhooks,
};

let world: CampaignWorld;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  world = await openCampaignWorld({ settings: { ...WEBHOOK_SETTINGS } });
  await world.startWorker(WEBHOOK_SETTINGS);
});
afterEach(async () => {
  await world.close();
  await receiver.stop();
});

/** The code of a README, with its imports as reads of what is given as `modules`. */
function programOf(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
  return blocks.join("\n").replace(/^import (\{[^}]*\}) from ("[^"]+");$/gm, "const $1 = modules[$2];");
}

test("every example of the README works as it is printed, and every method has one", async () => {
  const markdown = await readFile(readme, "utf8");
  expect(markdown).toContain(RECEIVER);
  const printed: unknown[][] = [];
  const { REDIS_URL, REDIS_PREFIX } = world.pipeline.env;
  const env = { SUREFILL_URL: world.producer.url, SUREFILL_KEY: world.producer.key, REDIS_URL, REDIS_PREFIX };
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;
  const program = AsyncFunction("modules", "process", "console", programOf(markdown.replace(RECEIVER, receiver.url)));
  await program(MODULES, { env }, { log: (...texts: unknown[]) => printed.push(texts) });

  expect(printed).toContainEqual(["order-1", expect.any(String)]);
  expect(printed).toContainEqual(["a-2", 422, "validation_failed"]);
  expect(printed).toContainEqual(["completed", 2]);
  expect(printed.at(-1)).toEqual(["topup_not_found", 404, expect.any(String)]);
  await world.pipeline.until("job-1", "succeeded");
  const client = sdk.createClient({ url: "", fetch: () => Promise.reject(new Error("not asked")) });
  const methods = Object.entries(client)
    .filter(([name]) => name !== "api")
    .flatMap(([name, part]) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(part)).map((method) => `${name}.${method}`),
    )
    .filter((name) => !name.endsWith(".constructor"));
  expect(methods.filter((name) => !markdown.includes(`surefill.${name}(`))).toEqual([]);
});

test("a webhook that was really delivered is verified, also while the secret is being changed, and a forged one is not", async () => {
  const surefill = sdk.createClient({ url: world.producer.url, key: world.producer.key });
  const { id, secret } = await surefill.webhookEndpoints.create({ url: receiver.url, eventTypes: ["topup.failed"] });
  await surefill.webhookEndpoints.test(id);
  await expect.poll(() => receiver.received.length).toBe(1);
  const [{ raw, headers }] = receiver.received as [(typeof receiver.received)[number]];
  const other = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

  expect(webhooks.verifyWebhook({ body: raw, headers }, other, secret)).toMatchObject({ type: "ping" });
  expect(() => webhooks.verifyWebhook({ body: raw, headers }, other)).toThrow(webhooks.WebhookVerificationError);
  const forged = `${raw} `;
  expect(() => webhooks.verifyWebhook({ body: forged, headers }, secret)).toThrow(webhooks.WebhookVerificationError);
  expect(() => webhooks.verifyWebhook({ body: raw, headers })).toThrow("no secret was given");
});
