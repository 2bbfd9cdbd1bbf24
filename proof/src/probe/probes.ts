import { overlappingDuplicates, sequentialDuplicate } from "./duplicates.js";
import { failedStaysFailed } from "./failed.js";
import type { Probe } from "./probe.js";
import { recentRecharge, refusalLeavesNothing } from "./refusals.js";
import { abandonedRequest, identifierSpelling, reportVisibility, reportWindow } from "./visibility.js";

/** Every probe, in the order in which they run. docs/assumptions.md lists them; a test compares. */
export const PROBES: readonly Probe[] = [
  sequentialDuplicate,
  overlappingDuplicates,
  abandonedRequest,
  reportVisibility,
  refusalLeavesNothing,
  recentRecharge,
  failedStaysFailed,
  identifierSpelling,
  reportWindow,
];
