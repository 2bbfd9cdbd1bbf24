/** Sends top-ups to a producer over HTTP. */
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";

const BATCH = 1_000;
const CONNECTIONS_MAX = 32;
const ANSWER_DEADLINE_MS = 30_000;

/** @param {string} url @param {import("./pipelines.mjs").Pipeline} pipeline */
export function openFeed(url, { headers, paths }) {
  const pool = new Pool(url, { connections: CONNECTIONS_MAX, pipelining: 1 });

  async function post(path, body) {
    const { statusCode, body: answer } = await pool.request({
      method: "POST",
      path,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      headersTimeout: ANSWER_DEADLINE_MS,
      bodyTimeout: ANSWER_DEADLINE_MS,
    });
    const text = await answer.text();
    if (statusCode !== 200 && statusCode !== 202) throw new Error(`POST ${path} answered ${statusCode}: ${text}`);
    return text;
  }

  return {
    /** All of them, in batches of 1,000, one after the other. */
    async batches(topups) {
      for (let start = 0; start < topups.length; start += BATCH) {
        await post(paths.batch, { topups: topups.slice(start, start + BATCH) });
      }
    },
    /** One by one, at an even rate whether or not the answers keep up. Answers how long each took, in ms. */
    async oneByOne(topups, perSecond) {
      const startedAtMs = performance.now();
      const answers = [];
      for (const [index, topup] of topups.entries()) {
        const dueInMs = startedAtMs + (index * 1_000) / perSecond - performance.now();
        if (dueInMs > 0) await sleep(dueInMs);
        const sentAtMs = performance.now();
        answers.push(post(paths.one, topup).then(() => performance.now() - sentAtMs));
      }
      return Promise.all(answers);
    },
    close: () => pool.close(),
  };
}
