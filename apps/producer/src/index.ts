export { newApiKey } from "./access/api-keys.js";
export { type RunningProducer, startProducer } from "./app.js";
export { loadProducerConfig, type ProducerConfig, producerSettings } from "./config.js";
export { PROBLEMS } from "./http/problem-codes.js";
