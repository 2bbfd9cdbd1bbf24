export {
  AppendLog,
  type AppendLogOptions,
  expireLogFiles,
  logFilesIn,
  StateDirectoryError,
} from "./append-log.js";
export {
  closeAndReport,
  EXIT_CONFIG,
  explainFailedStart,
  redisConnector,
  requireSafeRedis,
  UnsafeRedisError,
} from "./boot.js";
export { withCheckoutCommit } from "./checkout-commit.js";
export { type Chance, type Clock, createIds, type Ids, systemChance, systemClock, systemIds } from "./clock.js";
export { type CloseResult, type Closers, createClosers } from "./closers.js";
export { DeadlineExceeded, withDeadline } from "./deadline.js";
export { DeadlineSignals } from "./deadline-signals.js";
export { ConfigurationError, durationMs, type Environment, loadEnv, wholeNumber } from "./env.js";
export { withEnvFile } from "./env-file.js";
export { type HealthAnswer, type HealthServer, startHealthServer } from "./health-server.js";
export { createLogger, LOG_LEVELS, type LogDestination, type LogFields, type Logger, type LogLevel } from "./logger.js";
export { createResolve, type OutboundTarget, type Resolve, vetOutboundUrl } from "./outbound-target.js";
export { processSettings } from "./process-settings.js";
export { type Networks, NO_NETWORKS, networksSchema, whyNotPublic } from "./public-address.js";
export { lastLogLines, readLogLines } from "./read-log.js";
export { connectRedis, type RedisClient, RedisRefusedError, type RedisRole, redisOptions } from "./redis.js";
export {
  checkRedis,
  type Finding,
  formatFindings,
  mayStart,
  type RedisChecksOverride,
  redisChecksSchema,
} from "./redis-checks.js";
export { NEEDED_COMMANDS } from "./redis-permissions.js";
export { maskPhone } from "./scrub.js";
export { SETTING_NAMES, type UnknownSetting, unknownSettings } from "./setting-names.js";
export { handleSignals, type SignalSource, type StopReason } from "./signals.js";
export { openStateLog, type StateLog, stateDirectory } from "./state-log.js";
