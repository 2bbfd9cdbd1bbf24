/** What stands between the processes and notes when something passes: nothing is changed on its way. */
import { createServer } from "node:http";
import { Agent, request } from "undici";

const DEADLINE_MS = 30_000;

/** The first time at which something was seen, by reference; milliseconds of this process's own clock. */
export class Marks {
  #atMs = new Map();

  add(reference) {
    if (!this.#atMs.has(reference)) this.#atMs.set(reference, performance.now());
  }

  get size() {
    return this.#atMs.size;
  }

  /** How long after `earlier` each of the references was seen here. */
  since(earlier, references) {
    return references.map((reference) => this.#atMs.get(reference) - earlier.#atMs.get(reference));
  }
}

/** Listens on a free port of loopback. `answer` gets the whole body. */
export async function listen(answer) {
  const server = createServer(async (message, response) => {
    try {
      const chunks = [];
      for await (const chunk of message) chunks.push(chunk);
      await answer(message, Buffer.concat(chunks), response);
    } catch {
      response.destroy();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Hands every request on to `target()`. `passes` sees it first, and may keep it back: then it is answered with 200 as
 * if all were well. `onAnswer` sees a whole answer a moment before the asker does.
 */
export async function openDoor(target, { passes = () => true, onAnswer = () => undefined }) {
  const dispatcher = new Agent({ connections: 64 });
  const door = await listen(async (message, body, response) => {
    if (!passes(body)) return response.writeHead(200).end();
    const { host, connection: _, "transfer-encoding": __, "content-length": ___, ...headers } = message.headers;
    // A token names the address that it is for, which is the door's for whoever asks here.
    const own = body.toString().replaceAll(`http://${host}`, target());
    const answer = await request(`${target()}${message.url}`, {
      dispatcher,
      method: message.method,
      headers,
      ...(own !== "" && { body: own }),
      headersTimeout: DEADLINE_MS,
      bodyTimeout: DEADLINE_MS,
    });
    const text = await answer.body.text();
    onAnswer(message, text);
    response.writeHead(answer.statusCode, { "content-type": answer.headers["content-type"] ?? "text/plain" }).end(text);
  });
  return {
    url: door.url,
    async close() {
      await door.close();
      await dispatcher.close();
    },
  };
}
