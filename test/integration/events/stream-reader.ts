/** Reads a stream of server-sent events over a socket of its own, which a test can stop reading or cut. */
import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage } from "node:http";

/** One frame, its fields by name; comments under "". */
export type Frame = Readonly<Record<string, string>>;

export type StreamReader = {
  status: number;
  headers: IncomingMessage["headers"];
  /** Everything that came, in order. */
  frames: Frame[];
  /** The frames that are events of the log. */
  events: () => Frame[];
  /** The last id that came, with an event or without. */
  lastId: () => string | undefined;
  /** The body of an answer that is no stream. */
  body: () => Promise<string>;
  pause: () => void;
  resume: () => void;
  /** Ends the connection without a word. */
  cut: () => void;
  /** Resolves when the connection is over. */
  over: Promise<unknown>;
};

/**
 * Opens a stream and resolves when its head has come. With `cutAfterBytes` the connection ends there, mid-frame or not,
 * and what came later was never read.
 */
export async function openStream(
  url: string,
  options: { key: string; lastEventId?: string; cutAfterBytes?: number },
): Promise<StreamReader> {
  const { key, lastEventId, cutAfterBytes = Number.POSITIVE_INFINITY } = options;
  const headers = { "x-api-key": key, ...(lastEventId !== undefined && { "last-event-id": lastEventId }) };
  const request: ClientRequest = get(url, { headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  request.on("error", () => undefined); // A cut connection is the test's own doing.
  response.on("error", () => undefined);
  const over = new Promise((resolve) => response.once("close", resolve));
  const frames: Frame[] = [];
  let text = "";
  let lastId: string | undefined;
  response.setEncoding("utf8");
  let leftBytes = cutAfterBytes;
  response.on("data", (chunk: string) => {
    text += chunk.slice(0, leftBytes);
    leftBytes -= Math.min(leftBytes, chunk.length);
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const frame = parseFrame(text.slice(0, end));
      text = text.slice(end + 2);
      frames.push(frame);
      lastId = frame["id"] ?? lastId;
    }
    if (leftBytes === 0) response.socket.destroy();
  });
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    frames,
    events: () => frames.filter(({ event }) => event !== undefined),
    lastId: () => lastId,
    async body() {
      await over;
      return text;
    },
    pause: () => response.pause(),
    resume: () => response.resume(),
    cut: () => response.socket.destroy(),
    over,
  };
}

function parseFrame(text: string): Frame {
  const fields = text.split("\n").map((line): [string, string] => {
    const [, name = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    return [name, value];
  });
  return Object.fromEntries(fields);
}
