/** Deletes every key of one prefix in a Redis that is not ours to stop. */
export async function deletePrefix(url, prefix) {
  const { Redis } = await import("ioredis");
  const client = new Redis(url, { lazyConnect: true, commandTimeout: 10_000, retryStrategy: () => null });
  client.on("error", () => undefined); // connect() reports it.
  await client.connect();
  try {
    for await (const keys of client.scanStream({ match: `${prefix}:*`, count: 1_000 })) {
      if (keys.length > 0) await client.unlink(...keys);
    }
  } finally {
    client.disconnect();
  }
}
