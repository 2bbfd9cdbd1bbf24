import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy of a local Reloadly. */
export type CorruptingProxy = { url: string; close: () => Promise<void> };

/** Passes requests on to a local Reloadly, and its answers back as `corrupt` leaves them. */
export async function startCorruptingProxy(
  targetUrl: string,
  corrupt: (body: string, path: string) => string,
): Promise<CorruptingProxy> {
  let url = "";
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "GET", url: path = "/", headers } = request;
      // The token is asked for by the proxy's URL, and the local Reloadly gives one for its own.
      const body = Buffer.concat(chunks).toString("utf8").replaceAll(url, targetUrl);
      const passed = { authorization: headers.authorization ?? "", "content-type": "application/json" };
      fetch(targetUrl + path, { method, headers: passed, ...(method === "POST" && { body }) })
        .then(async (answer) => response.writeHead(answer.status).end(corrupt(await answer.text(), path)))
        .catch(() => response.destroy());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
