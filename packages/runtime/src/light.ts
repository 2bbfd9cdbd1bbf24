/** What a short-lived program needs that opens neither Redis nor a log: loading those would be most of its start. */
export { systemClock, systemIds } from "./clock.js";
export { DeadlineSignals } from "./deadline-signals.js";
export { ConfigurationError, type Environment, loadEnv } from "./env.js";
