/** Another consumer of events: has them delivered by webhook, and keeps each once by its `webhook-id`. */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const ANSWER_DEADLINE_MS = 10_000;
const LOOK_EVERY_MS = 100;

export type WebhookConsumer = {
  /** Ids of events, each as often as it was delivered. */
  deliveries: ReadonlyMap<string, number>;
  /** Waits until each of the events was delivered, or nothing has come for `silenceMs`; then takes no more. */
  finish: (ids: readonly string[], silenceMs: number) => Promise<void>;
  close: () => Promise<void>;
};

/** Starts to listen, and asks the producer for everything that happens from now on. */
export async function consumeByWebhook(options: { producerUrl: string; apiKey: string }): Promise<WebhookConsumer> {
  const deliveries = new Map<string, number>();
  const server = createServer((request, response) => {
    request.resume();
    request.once("end", () => {
      const id = String(request.headers["webhook-id"]);
      deliveries.set(id, (deliveries.get(id) ?? 0) + 1);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the consumer has no port");
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  const response = await fetch(`${options.producerUrl}/v1/webhook-endpoints`, {
    method: "POST",
    headers: { authorization: `Bearer ${options.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ url: `http://127.0.0.1:${address.port}/events` }),
    signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
  });
  if (response.status !== 201) {
    await close();
    throw new Error(`the producer refused the consumer's webhook: ${response.status} ${await response.text()}`);
  }
  return {
    deliveries,
    async finish(ids, silenceMs) {
      let seen = deliveries.size;
      let seenAtMs = performance.now();
      while (ids.some((id) => !deliveries.has(id)) && performance.now() - seenAtMs < silenceMs) {
        await sleep(LOOK_EVERY_MS);
        if (deliveries.size > seen) seenAtMs = performance.now();
        seen = deliveries.size;
      }
      await close();
    },
    close,
  };
}
