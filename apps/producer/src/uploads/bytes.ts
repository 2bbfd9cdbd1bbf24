/** The bytes of a file, a piece at a time. */
export type Bytes = AsyncIterable<Buffer>;

/** Reads the first `count` bytes, or all where there are fewer; `rest` has them again, and all that follows. */
export async function behead(bytes: Bytes, count: number): Promise<{ head: Buffer; rest: Bytes; isWhole: boolean }> {
  const pieces = bytes[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  let isWhole = false;
  while (length < count && !isWhole) {
    const { done, value } = await pieces.next();
    if (done) isWhole = true;
    else {
      first.push(value);
      length += value.length;
    }
  }
  const head = Buffer.concat(first);
  return { head, rest: again(head, pieces), isWhole };
}

async function* again(head: Buffer, pieces: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  } finally {
    await pieces.return?.();
  }
}

/** The bytes but for the first `count`. */
export async function* without(bytes: Bytes, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const piece of bytes) {
    const skipped = Math.min(left, piece.length);
    left -= skipped;
    if (piece.length > skipped) yield piece.subarray(skipped);
  }
}
