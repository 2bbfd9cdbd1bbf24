import { Command } from "commander";
import { campaignCommand } from "./campaign/campaign-command.js";
import type { Surroundings } from "./surroundings.js";

/** Builds the `surefill` command with everything it can do. */
export function createCommand(surroundings: Surroundings): Command {
  return new Command("surefill")
    .description("Top-ups that are paid exactly once, or you know why not")
    .addCommand(campaignCommand(surroundings));
}
