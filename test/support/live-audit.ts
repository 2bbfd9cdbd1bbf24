/** An audit of a pipeline's ledger, local Reloadly and event log, as `surefill verify` and the worker make one. */
import { type AuditCounts, type AuditScope, type Finding, runAudit } from "@surefill/audit";
import { createReloadlyClient, type ReloadlyClient } from "@surefill/reloadly-client";
import { LedgerReader, readEvents } from "@surefill/topup-store";
import { loadWorkerConfig } from "@surefill/worker";
import type { Pipeline } from "./pipeline.js";

export type LiveAudit = {
  client: ReloadlyClient;
  /** Goes through everything, unless the scope says otherwise. */
  run: (scope?: AuditScope) => Promise<{ findings: Finding[]; counts: AuditCounts }>;
  close: () => Promise<void>;
};

export async function openLiveAudit({
  redis,
  sandbox,
  env,
}: Pick<Pipeline, "redis" | "env"> & { sandbox: Pick<Pipeline["sandbox"], "url"> }): Promise<LiveAudit> {
  const client = createReloadlyClient({
    environment: { apiUrl: sandbox.url, authUrl: sandbox.url, audience: sandbox.url },
    clientId: "sandbox-client",
    clientSecret: "sandbox-secret",
  });
  return {
    client,
    close: () => client.close(),
    async run(scope = {}) {
      const ledger = await LedgerReader.open(redis.client, { prefix: redis.prefix });
      if (ledger === undefined) throw new Error("there is no ledger");
      const findings: Finding[] = [];
      const counts = await runAudit(
        {
          ledger,
          client,
          readEvents: (after, limit) => readEvents(redis.client, redis.prefix, after, limit),
          timings: loadWorkerConfig(env),
          signal: AbortSignal.timeout(60_000),
        },
        { withEvents: true, clockSkewMs: 2_000, ...scope },
        (finding) => void findings.push(finding),
      );
      return { findings, counts };
    },
  };
}
