import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string, entry = "index") => fileURLToPath(new URL(`${path}/src/${entry}.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests read the sources, so that a failing line is the line a person edits.
    alias: {
      "@surefill/access": source("packages/access"),
      // Before the names of their packages, which they begin with.
      "@surefill/runtime/light": source("packages/runtime", "light"),
      "@surefill/campaign/money": source("packages/campaign", "money"),
      "@surefill/reloadly-client/settings": source("packages/reloadly-client", "settings"),
      "@surefill/topup/timings": source("packages/topup", "timings"),
      "@surefill/topup-store/campaign-id": source("packages/topup-store", "campaigns/campaign-id"),
      "@surefill/reloadly-client": source("packages/reloadly-client"),
      "@surefill/reloadly-sandbox": source("packages/reloadly-sandbox"),
      "@surefill/provider": source("packages/provider"),
      "@surefill/runtime": source("packages/runtime"),
      "@surefill/topup-store": source("packages/topup-store"),
      "@surefill/topup": source("packages/topup"),
      "@surefill/producer": source("apps/producer"),
      "@surefill/worker": source("apps/worker"),
      "@surefill/campaign": source("packages/campaign"),
      "@surefill/audit": source("packages/audit"),
      "@surefill/cli": source("apps/cli"),
      "@surefill/sdk/webhooks": source("packages/sdk", "webhooks"),
      "@surefill/sdk/enqueue": source("packages/sdk", "enqueue"),
      "@surefill/sdk": source("packages/sdk"),
      "@surefill/proof": source("proof"),
    },
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-redis.ts"],
    // Most tests wait for processes and clocks: two cores carry more of them than vitest's one worker for two cores.
    maxWorkers: 4,
    // Files share what they import: to load every module anew for each of two hundred took a third of the time. So a
    // test leaves no state behind in a module, nor a listener or a changed setting in the process.
    isolate: false,
    retry: 0, // A flaky test is a bug with an owner, not something to run twice.
    // How long a fact may take to come true: the limit of a wait, generous because the machine is shared.
    expect: { poll: { timeout: 60_000, interval: 20 } },
    // These only catch what hangs: no test may fail because the machine is busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
