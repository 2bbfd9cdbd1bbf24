/** Measures how fast a file is taken and judged, and what it takes up. */
import { connectRedis } from "@surefill/runtime";
import { openCampaignWorld, peakMemoryMib } from "./campaign-world.mjs";
import { MAPPING, recipientsFile } from "./recipients-file.mjs";

/**
 * Uploads and checks one file of each length, each with a producer and a Redis of its own. The catalogue of operators
 * is in the cache, as it is after the first check of an hour.
 */
export async function measureChecks({ lengths, server, onProgress }) {
  const measured = [];
  for (const rows of lengths) {
    const world = await openCampaignWorld({ server });
    const redis = await connectRedis({ url: world.redis.url, role: "ledger", name: "bench", onError: () => undefined });
    try {
      onProgress(`${rows} rows: upload`);
      await checkFile(world, 500); // Fills the cache of operators, and lets the compiler see every path once.
      const idle = { redisBytes: await usedBytes(redis), peakMib: await peakMemoryMib(world.producer.pid) };
      const { uploadS, checkS, campaign } = await checkFile(world, rows, onProgress);
      const { planned } = campaign.plan.rows;
      if (planned !== rows)
        throw new Error(`${rows - planned} rows were refused: ${JSON.stringify(campaign.plan.problems)}`);
      measured.push({
        rows,
        uploadS,
        checkS,
        rowsPerS: rows / (uploadS + checkS),
        idlePeakMib: idle.peakMib,
        peakMib: await peakMemoryMib(world.producer.pid),
        redisBytesPerRow: ((await usedBytes(redis)) - idle.redisBytes) / rows,
      });
    } finally {
      redis.disconnect();
      await world.stop();
    }
  }
  return measured;
}

async function checkFile({ api }, rows, onProgress = () => undefined) {
  const uploadAtMs = performance.now();
  const upload = await api.upload(recipientsFile({ rows }), `${rows}.csv`);
  const { id } = await api.create({ name: `${rows} rows`, upload: upload.id, mapping: MAPPING });
  const checkAtMs = performance.now();
  onProgress(`${rows} rows: check`);
  const campaign = await api.check(id);
  const endMs = performance.now();
  return { uploadS: (checkAtMs - uploadAtMs) / 1_000, checkS: (endMs - checkAtMs) / 1_000, campaign };
}

async function usedBytes(redis) {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info("memory"))?.[1]);
}
