/** A frame of a stream of server-sent events. One without `data` only moves the position on. */
export type Frame = { id?: string; event?: string; data?: string };

/** A frame that is longer is no event of this API. */
const FRAME_LENGTH_MAX = 1_000_000;

/**
 * The frames of a stream, comments left out. The libraries for this drop an `id` that comes without an event; here such
 * frames are the cursor under a rare filter.
 */
export async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Frame, void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let text = "";
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const frames = (text + next.value).replaceAll("\r\n", "\n").split("\n\n");
      text = frames.pop() ?? ""; // The last one is not complete yet.
      if (text.length > FRAME_LENGTH_MAX) throw new RangeError("a frame of the stream of events is too long");
      for (const frame of frames) yield readFrame(frame);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function readFrame(text: string): Frame {
  const frame: Frame = {};
  for (const line of text.split("\n")) {
    const [, field, value = ""] = /^(id|event|data): ?(.*)$/.exec(line) ?? [];
    if (field === "data") frame.data = frame.data === undefined ? value : `${frame.data}\n${value}`;
    else if (field === "id" || field === "event") frame[field] = value;
  }
  return frame;
}
