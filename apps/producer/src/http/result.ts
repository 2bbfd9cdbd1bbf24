/** What a streaming answer writes to. */
export interface Outlet {
  /** Aborts when the reader has gone, or when the server stops: the stream is to end at once. */
  readonly signal: AbortSignal;
  /**
   * Sends text or bytes and resolves when there is room for more, so that no more than one of them waits in memory.
   * @throws {ReaderTooSlow} when there is no room for too long, or the signal's reason when that aborts.
   */
  write(piece: string | Uint8Array): Promise<void>;
}

/** The reader of a stream took nothing for so long that the stream ends. */
export class ReaderTooSlow extends Error {
  readonly code = "READER_TOO_SLOW";

  constructor(stallMs: number) {
    super(`the reader took nothing for ${stallMs} ms`);
    this.name = "ReaderTooSlow";
  }
}

/** Writes a streaming answer until it is over, and resolves with the last words to the reader; may be empty. */
export type StreamBody = (out: Outlet) => Promise<string>;

/** What a handler answers: a JSON body, text of another kind, or text that goes on. */
export type HttpResult = { status: number; headers?: Readonly<Record<string, string>> } & (
  | { json: unknown }
  | { text: string; contentType: string }
  | { stream: StreamBody; contentType: string }
);
