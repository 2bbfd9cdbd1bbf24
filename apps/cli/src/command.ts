import type { Command } from "commander";
import { addAuditLog } from "./access/audit-log.js";
import { addKeys } from "./access/keys.js";
import { addPeople } from "./access/people.js";
import { addCampaign } from "./campaign/campaign-command.js";
import { addChanges } from "./changes.js";
import { addGates } from "./gates.js";
import { addInit } from "./init.js";
import { addOperators } from "./operators.js";
import { programOf } from "./program.js";
import { addRebind } from "./rebind.js";
import { addRebuild } from "./rebuild.js";
import { addRecreated } from "./recreated.js";
import { addReopen } from "./reopen.js";
import { addReviews } from "./reviews.js";
import type { Surroundings } from "./surroundings.js";
import { addVerify } from "./verify.js";

/** Builds the `surefill` command with everything it can do. A command line that it cannot read throws. */
export function createCommand(surroundings: Surroundings): Command {
  return programOf(surroundings, {
    campaign: addCampaign,
    gates: addGates,
    reviews: addReviews,
    operators: addOperators,
    verify: addVerify,
    init: addInit,
    rebuild: addRebuild,
    recreated: addRecreated,
    reopen: addReopen,
    rebind: addRebind,
    changes: addChanges,
    people: addPeople,
    keys: addKeys,
    "audit-log": addAuditLog,
  });
}
