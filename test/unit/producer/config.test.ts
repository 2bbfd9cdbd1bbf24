import { loadProducerConfig, newApiKey } from "@surefill/producer";
import { describe, expect, test } from "vitest";

const LIVE = {
  API_KEYS: newApiKey("test").entry,
  RELOADLY_ENVIRONMENT: "live",
  RELOADLY_CLIENT_ID: "some-client",
  RELOADLY_CLIENT_SECRET: "some-secret",
};

describe("the producer's settings", () => {
  test("as shipped do for Reloadly itself, with the waits that the worker has", () => {
    expect(loadProducerConfig(LIVE)).toMatchObject({
      SEND_DEADLINE_MS: 10_000,
      QUIET_MS: 1_200_000,
      FAILED_HOLD_MS: 1_800_000,
    });
  });

  test.each(["live", "sandbox"])("cannot shorten the waits of a verdict against Reloadly's %s", (environment) => {
    const short = { SEND_DEADLINE_MS: "1", QUIET_MS: "1", FAILED_HOLD_MS: "1" };
    const load = () => loadProducerConfig({ ...LIVE, ...short, RELOADLY_ENVIRONMENT: environment });

    for (const [name, least] of Object.entries({
      SEND_DEADLINE_MS: 10000,
      QUIET_MS: 1100000,
      FAILED_HOLD_MS: 1800000,
    })) {
      expect(load).toThrow(`${name}: must be at least ${least} against Reloadly`);
    }
  });

  test("say every contradiction between them at once", () => {
    const both = {
      BOARD_PASSWORD: "a good long password",
      BOARD_PASSWORD_HASH: `scrypt.${"a".repeat(22)}.${"b".repeat(43)}`,
    };
    const load = () => loadProducerConfig({ ...LIVE, ...both, RELOADLY_URL: "http://127.0.0.1:9" });

    expect(load).toThrow(/BOARD_PASSWORD_HASH: is another form of BOARD_PASSWORD/);
    expect(load).toThrow(/RELOADLY_URL: is for RELOADLY_ENVIRONMENT=local only/);
    expect(load).not.toThrow(/a good long password/);
  });
});

test.each([
  ["https://topups.example.com/api", "must not have a path"],
  ["https://topups.example.com?x=1", "must not have a query or a fragment"],
  ["https://topups.example.com/#x", "must not have a query or a fragment"],
  ["https://me:canary@topups.example.com", "must not have a user or a password"],
  ["ftp://topups.example.com", "PUBLIC_URL"],
])("PUBLIC_URL=%s is refused, because links would lead elsewhere", (PUBLIC_URL, problem) => {
  expect(() => loadProducerConfig({ ...LIVE, PUBLIC_URL })).toThrow(problem);
});
