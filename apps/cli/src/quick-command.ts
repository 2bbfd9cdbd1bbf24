import type { Command } from "commander";
import { DESCRIPTIONS, type PartName } from "./descriptions.js";
import { type AddPart, programOf } from "./program.js";
import type { Surroundings } from "./surroundings.js";

const LOAD: Readonly<Record<PartName, () => Promise<AddPart>>> = {
  campaign: async () => (await import("./campaign/campaign-command.js")).addCampaign,
  gates: async () => (await import("./gates.js")).addGates,
  reviews: async () => (await import("./reviews.js")).addReviews,
  operators: async () => (await import("./operators.js")).addOperators,
  verify: async () => (await import("./verify.js")).addVerify,
  init: async () => (await import("./init.js")).addInit,
  rebuild: async () => (await import("./rebuild.js")).addRebuild,
  recreated: async () => (await import("./recreated.js")).addRecreated,
  people: async () => (await import("./access/people.js")).addPeople,
  keys: async () => (await import("./access/keys.js")).addKeys,
  "audit-log": async () => (await import("./access/audit-log.js")).addAuditLog,
  reopen: async () => (await import("./reopen.js")).addReopen,
  rebind: async () => (await import("./rebind.js")).addRebind,
  changes: async () => (await import("./changes.js")).addChanges,
};

/** As `createCommand`, with no more loaded than these words of a command line ask for: most of a start is loading. */
export async function createQuickCommand(around: Surroundings, words: readonly string[]): Promise<Command> {
  const name = words.find((word) => word !== "help");
  return programOf(around, isPart(name) ? { [name]: await LOAD[name]() } : {});
}

function isPart(name: string | undefined): name is PartName {
  return name !== undefined && Object.hasOwn(DESCRIPTIONS, name);
}
