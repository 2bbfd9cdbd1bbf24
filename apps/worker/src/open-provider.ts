import { createReloadlyClient, type ReloadlyClient, reloadlyEnvironmentOf } from "@surefill/reloadly-client";
import { type Closers, DeadlineSignals, systemClock } from "@surefill/runtime";
import type { WorkerConfig } from "./config.js";
import type { Metrics } from "./metrics.js";
import { Provider } from "./provider.js";
import { ProviderBreaker } from "./self-check/provider-breaker.js";

/** Reloadly as a worker reaches it: the client, the provider in our words, and the breaker that watches every request. */
export type OpenedProvider = { client: ReloadlyClient; provider: Provider; breaker: ProviderBreaker };

/** Opens the way to Reloadly. `stopped` ends what is under way when the process has no time left. */
export function openProvider(
  config: WorkerConfig,
  parts: { metrics: Metrics; closers: Closers; budgetMs: number; stopped: AbortSignal },
): OpenedProvider {
  const { metrics, closers, budgetMs, stopped } = parts;
  const breaker = new ProviderBreaker(systemClock);
  const client = createReloadlyClient({
    environment: reloadlyEnvironmentOf(config),
    clientId: config.RELOADLY_CLIENT_ID,
    clientSecret: config.RELOADLY_CLIENT_SECRET,
    connectionsMax: config.RELOADLY_CONNECTIONS_MAX,
    onRequest: (info) => {
      breaker.note(info);
      metrics.requested(info);
    },
  });
  closers.add("reloadly client", { budgetMs, close: () => client.close() });
  const deadlines = new DeadlineSignals(stopped);
  return { client, provider: new Provider(client, { submitTimeoutMs: config.SUBMIT_TIMEOUT_MS, deadlines }), breaker };
}
