import type { RedisServer } from "./find-redis.mjs";

/** A Redis that this process started. */
export interface PrivateRedis {
  readonly url: string;
  readonly port: number;
  /** Its folder, with its append-only file. Removed by `stop`. */
  readonly dir: string;
  /** Undefined until it has started. */
  readonly pid: number | undefined;
  /** Starts it again, on the same port and files, after `kill`. */
  start(): Promise<void>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** Resolves when the server that was started last has ended, for whatever reason. */
  exited(): Promise<void>;
  stop(): Promise<void>;
}

export function provideRedis(): Promise<{ url: string; isOurs: boolean; stop(): Promise<void> }>;
export function startRedis(options: { server: RedisServer; settings?: Record<string, string> }): Promise<PrivateRedis>;
