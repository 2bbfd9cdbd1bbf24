export { type RunningWorker, startWorker } from "./app.js";
export { PlanReader } from "./campaign/plan-reader.js";
export { loadWorkerConfig, type WorkerConfig, workerSettings } from "./config.js";
export { DeadlineSignals } from "./deadline-signals.js";
export { submitOutcomeOf } from "./provider.js";
export { ClaimTooOldError, startSendDeadline } from "./send-deadline.js";
export { dispatchEvents } from "./webhook/dispatcher.js";
export { EndpointSlots, OPEN_PER_ENDPOINT_MAX } from "./webhook/endpoint-slots.js";
export { createSender } from "./webhook/http-sender.js";
