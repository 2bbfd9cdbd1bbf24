/** The scenarios of a liveness run, in the order of the table. */
import type { Scenario } from "./scenario.js";
import { CONNECTION_SCENARIOS } from "./scenarios/connections.js";
import { DISK_SCENARIOS } from "./scenarios/full-disk.js";
import { MONEY_SCENARIOS } from "./scenarios/money.js";
import { OUTAGE_SCENARIOS } from "./scenarios/outages.js";
import { PROCESS_SCENARIOS } from "./scenarios/processes.js";
import { CAMPAIGN_SCENARIOS } from "./scenarios/production-mix.js";
import { LIMIT_SCENARIOS } from "./scenarios/rate-limit.js";
import { REFUSAL_SCENARIOS } from "./scenarios/refusals.js";
import { REPORT_SCENARIOS } from "./scenarios/report-lag.js";

export const SCENARIOS: readonly Scenario[] = [
  ...CONNECTION_SCENARIOS,
  ...MONEY_SCENARIOS,
  ...REFUSAL_SCENARIOS,
  ...LIMIT_SCENARIOS,
  ...OUTAGE_SCENARIOS,
  ...REPORT_SCENARIOS,
  ...PROCESS_SCENARIOS,
  ...CAMPAIGN_SCENARIOS,
  ...DISK_SCENARIOS,
];
