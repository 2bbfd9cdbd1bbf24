/** The scenarios of a liveness run, in the order of the table. */
import type { Scenario } from "./scenario.js";
import { CONNECTION_SCENARIOS } from "./scenarios/connections.js";
import { REFUSAL_SCENARIOS } from "./scenarios/refusals.js";

export const SCENARIOS: readonly Scenario[] = [...CONNECTION_SCENARIOS, ...REFUSAL_SCENARIOS];
