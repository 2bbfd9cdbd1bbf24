/** A way to the API that loses answers: the request is carried out, and the connection breaks before its answer comes. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export type LossyApi = {
  url: string;
  /** Method and path of every request that came, in their order. */
  requests: string[];
  close: () => Promise<void>;
};

/** Opens it on a free port. `loses` says which answers are lost, by the number of the request, from 1. */
export async function openLossyApi(target: string, loses: (request: number) => boolean): Promise<LossyApi> {
  const requests: string[] = [];
  const server = createServer(async (asked, answer) => {
    const number = requests.push(`${asked.method} ${asked.url}`);
    const { authorization = "", "content-type": contentType = "application/json" } = asked.headers;
    const body = await bodyOf(asked);
    const response = await fetch(`${target}${asked.url}`, {
      method: asked.method ?? "GET",
      headers: { authorization, "content-type": contentType },
      ...(body.length > 0 && { body }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    // Half of them break before the first byte, half in the middle of the body.
    if (loses(number) && number % 4 < 2) return void asked.socket.destroy();
    answer.writeHead(response.status, { "content-type": "application/json", "content-length": bytes.length });
    if (!loses(number)) return void answer.end(bytes);
    answer.write(bytes.subarray(0, bytes.length >> 1), () => asked.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces);
}
