/** Redis that loses what came lately: it comes back with an older copy. */
import type { TestRedis } from "./redis-server.js";

/** Keeps all that Redis holds under a prefix; what is answered puts it back, without what came since. */
export async function copyOfRedis({ client, prefix }: TestRedis): Promise<() => Promise<void>> {
  const copies = await Promise.all(
    (await client.keys(`${prefix}*`)).map(async (key) => ({ key, value: await client.dumpBuffer(key) })),
  );
  return async () => {
    await client.del(...(await client.keys(`${prefix}*`)));
    for (const { key, value } of copies) if (value !== null) await client.restore(key, 0, value);
  };
}
