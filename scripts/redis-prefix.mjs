/** Deletes every key of one prefix in a Redis that is not ours to stop. */
export async function deletePrefix(url, prefix) {
  const { connectRedis } = await import("@surefill/runtime");
  // By the programs' own rules: on a database that Redis refuses, nothing is deleted on another one.
  const client = await connectRedis({ url, role: "ledger", name: "surefill-cleaning", onError: () => undefined });
  try {
    for await (const keys of client.scanStream({ match: `${prefix}:*`, count: 1_000 })) {
      if (keys.length > 0) await client.unlink(...keys);
    }
  } finally {
    client.disconnect();
  }
}
