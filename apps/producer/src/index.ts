export { newApiKey } from "./access/api-keys.js";
export { type RunningProducer, startProducer, UnsafeRedisError } from "./app.js";
export { loadProducerConfig, type ProducerConfig, producerSettings } from "./config.js";
