export { type Chance, type Clock, createIds, type Ids, systemChance, systemClock, systemIds } from "./clock.js";
export { type CloseResult, type Closers, createClosers } from "./closers.js";
export { DeadlineExceeded, withDeadline } from "./deadline.js";
export { createLogger, LOG_LEVELS, type LogDestination, type LogFields, type Logger, type LogLevel } from "./logger.js";
export { connectRedis, type RedisClient, type RedisRole, redisOptions } from "./redis.js";
export { maskPhone } from "./scrub.js";
