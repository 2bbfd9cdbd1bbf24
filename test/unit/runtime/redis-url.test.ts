/** Addresses of Redis that are refused before anything is opened. */
import { connectRedis, redisOptions } from "@surefill/runtime";
import { expect, test } from "vitest";

test.each([
  ["127.0.0.1:6379", "redis://"],
  ["http://127.0.0.1:6379", "rediss://"],
  ["redis://127.0.0.1:port", "not a URL"],
  ["redis://127.0.0.1:6379/first", "database number"],
])("REDIS_URL %s is refused with what would be right", async (url, expected) => {
  const attempt = connectRedis({ url, role: "api", name: "test", onError: () => undefined });
  await expect(attempt).rejects.toThrow(expected);
});

test("user, password, database and TLS are taken from the URL", () => {
  const options = redisOptions({ url: "rediss://me:p%40ss@redis.example:7000/3", role: "ledger", name: "test" });
  expect(options).toMatchObject({
    host: "redis.example",
    port: 7000,
    db: 3,
    username: "me",
    password: "p@ss",
    tls: {},
  });
});
