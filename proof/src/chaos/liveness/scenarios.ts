/** The scenarios of a liveness run, in the order of the table. */
import type { Scenario } from "./scenario.js";
import { CONNECTION_SCENARIOS } from "./scenarios/connections.js";
import { DISK_SCENARIOS } from "./scenarios/full-disk.js";
import { MONEY_SCENARIOS } from "./scenarios/money.js";
import { OUTAGE_SCENARIOS } from "./scenarios/outages.js";
import { PROCESS_SCENARIOS } from "./scenarios/processes.js";
import { CAMPAIGN_SCENARIOS } from "./scenarios/production-mix.js";
import { REFUSAL_SCENARIOS } from "./scenarios/refusals.js";

export const SCENARIOS: readonly Scenario[] = [
  ...CONNECTION_SCENARIOS,
  ...MONEY_SCENARIOS,
  ...REFUSAL_SCENARIOS,
  ...OUTAGE_SCENARIOS,
  ...PROCESS_SCENARIOS,
  ...CAMPAIGN_SCENARIOS,
  ...DISK_SCENARIOS,
];
