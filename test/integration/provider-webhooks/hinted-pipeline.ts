/** A pipeline whose local Reloadly sends its webhooks, over real HTTP, to a real producer on the same Redis. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { loadProducerConfig, newApiKey, startProducer } from "@surefill/producer";
import type { SandboxOptions } from "@surefill/reloadly-sandbox";
import { createLogger } from "@surefill/runtime";
import { openPipeline, type Pipeline } from "../../support/pipeline.js";
import { SECRET } from "./signed-message.js";

export type HintedPipeline = {
  pipeline: Pipeline;
  producer: { url: string; key: string };
  close: () => Promise<void>;
};

type Webhooks = Omit<NonNullable<SandboxOptions["webhooks"]>, "url" | "secret">;

/**
 * Builds everything but a worker. The provider needs the producer's address and the producer needs the provider's, so
 * a door with an address of its own stands between them and hands every byte on.
 */
export async function openHintedPipeline(options: {
  webhooks?: Webhooks;
  sandbox?: SandboxOptions;
  settings?: Record<string, string>;
}): Promise<HintedPipeline> {
  const door = await openDoor();
  const { webhooks, sandbox, settings } = options;
  const pipeline = await openPipeline({
    sandbox: {
      ...sandbox,
      webhooks: { url: `${door.url}/v1/provider-webhooks/reloadly`, secret: SECRET, ...webhooks },
    },
    ...(settings !== undefined && { settings }),
  });
  const { key, entry } = newApiKey("test");
  const own = { PRODUCER_PORT: "0", API_KEYS: entry, RELOADLY_WEBHOOK_SECRET: SECRET };
  const log = createLogger({ name: "producer", level: "silent" });
  const producer = await startProducer(loadProducerConfig({ ...pipeline.env, ...own }), { log });
  door.leadTo(producer.url);
  return {
    pipeline,
    producer: { url: producer.url, key },
    async close() {
      await door.close();
      await producer.close();
      await pipeline.close();
    },
  };
}

async function openDoor() {
  let target = "";
  const pass = (message: IncomingMessage, answer: ServerResponse) => {
    const { method, headers } = message;
    const onward = request(`${target}${message.url}`, { method, headers }, (result) => {
      answer.writeHead(result.statusCode ?? 502);
      result.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    message.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the door has no address");
  return {
    url: `http://127.0.0.1:${address.port}`,
    leadTo(url: string) {
      target = url;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
