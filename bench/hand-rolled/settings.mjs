/** What both hand-rolled processes read from the environment: the same values that ours are given. */
export const settings = {
  redisUrl: process.env.REDIS_URL,
  reloadlyUrl: process.env.RELOADLY_URL,
  clientId: process.env.RELOADLY_CLIENT_ID,
  clientSecret: process.env.RELOADLY_CLIENT_SECRET,
  submitConcurrency: Number(process.env.SUBMIT_CONCURRENCY),
  pollConcurrency: Number(process.env.POLL_CONCURRENCY),
  scheduleScale: Number(process.env.SCHEDULE_SCALE),
};

/** The retention of finished jobs is that of our own queues, so that neither side keeps more in memory. */
export const jobOptions = {
  attempts: 10,
  backoff: { type: "exponential", delay: 1_000 },
  removeOnComplete: { age: 3_600, count: 1_000 },
  removeOnFail: { age: 7 * 86_400, count: 10_000 },
};
