/** The settings of webhooks that decide what they may reach, and how fast they give up. */
import { loadWorkerConfig } from "@surefill/worker";
import { expect, test } from "vitest";

const credentials = { RELOADLY_CLIENT_ID: "client-id", RELOADLY_CLIENT_SECRET: "client-secret" };
const local = { ...credentials, RELOADLY_ENVIRONMENT: "local", RELOADLY_URL: "http://127.0.0.1:4010" };
const sandbox = { ...credentials, RELOADLY_ENVIRONMENT: "sandbox" };

test("by default webhooks reach nothing but the public internet, by the schedule as it stands", () => {
  const config = loadWorkerConfig(sandbox);
  expect(config.WEBHOOK_ALLOWED_NETWORKS).toBeUndefined();
  expect(config).toMatchObject({ WEBHOOK_SCHEDULE_SCALE: 1, WEBHOOK_TIMEOUT_MS: 15_000 });
});

test("the schedule can be shortened beside the local Reloadly only", () => {
  expect(loadWorkerConfig({ ...local, WEBHOOK_SCHEDULE_SCALE: "0.01" }).WEBHOOK_SCHEDULE_SCALE).toBe(0.01);
  expect(() => loadWorkerConfig({ ...sandbox, WEBHOOK_SCHEDULE_SCALE: "0.01" })).toThrow(
    /WEBHOOK_SCHEDULE_SCALE.*must be 1/,
  );
});

test("a network that is none is refused by its name", () => {
  expect(() => loadWorkerConfig({ ...local, WEBHOOK_ALLOWED_NETWORKS: "10.0.0.0/8,intranet" })).toThrow(
    /WEBHOOK_ALLOWED_NETWORKS.*intranet.*is not a network/,
  );
});
