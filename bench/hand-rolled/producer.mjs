/** The hand-rolled pipeline's HTTP side: checks a request and puts it into the queue. */
import { createRequire } from "node:module";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { z } from "zod";
import { jobOptions, settings } from "./settings.mjs";

// The very Express that our producer uses.
const express = createRequire(new URL("../../apps/producer/package.json", import.meta.url))("express");

const topupSchema = z.object({
  reference: z.string().min(1).max(100),
  operatorId: z.int().positive(),
  amount: z.string().regex(/^\d+(\.\d{1,5})?$/),
  recipientPhone: z.object({
    countryCode: z.string().length(2),
    number: z.string().regex(/^\+?\d{6,15}$/),
  }),
});
const batchSchema = z.object({ topups: z.array(topupSchema).min(1).max(1_000) });

const connection = new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
const submitQueue = new Queue("submit", { connection });

const jobOf = (topup) => ({ name: "submit", data: topup, opts: { ...jobOptions, jobId: topup.reference } });

const app = express();
app.use(express.json({ limit: "1mb" }));

app.post("/topups", async (request, response) => {
  const parsed = topupSchema.safeParse(request.body);
  if (!parsed.success) return response.status(422).json({ issues: parsed.error.issues });
  const { name, data, opts } = jobOf(parsed.data);
  await submitQueue.add(name, data, opts);
  response.status(202).json({ reference: data.reference });
});

app.post("/topups/batch", async (request, response) => {
  const parsed = batchSchema.safeParse(request.body);
  if (!parsed.success) return response.status(422).json({ issues: parsed.error.issues });
  await submitQueue.addBulk(parsed.data.topups.map(jobOf));
  response.status(202).json({ accepted: parsed.data.topups.length });
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` }));
});

process.once("SIGTERM", async () => {
  server.close();
  server.closeAllConnections();
  await submitQueue.close();
  connection.disconnect();
});
