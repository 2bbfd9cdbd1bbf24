import { Command } from "commander";
import { addCampaign } from "./campaign/campaign-command.js";
import { addGates } from "./gates.js";
import { addRebind } from "./rebind.js";
import { addRebuild } from "./rebuild.js";
import type { Surroundings } from "./surroundings.js";
import { addVerify } from "./verify.js";

/** Builds the `surefill` command with everything it can do. A command line that it cannot read throws. */
export function createCommand(surroundings: Surroundings): Command {
  const program = new Command("surefill")
    .description("Top-ups that are paid exactly once, or you know why not")
    .exitOverride();
  addCampaign(program, surroundings);
  addGates(program, surroundings);
  addVerify(program, surroundings);
  addRebuild(program, surroundings);
  addRebind(program, surroundings);
  return program;
}
