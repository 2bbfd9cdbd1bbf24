import { Command } from "commander";
import { addRebuild } from "./rebuild.js";
import type { Surroundings } from "./surroundings.js";
import { addVerify } from "./verify.js";

/** Builds the `surefill` command with everything it can do. A command line that it cannot read throws. */
export function createCommand(surroundings: Surroundings): Command {
  const program = new Command("surefill")
    .description("Top-ups that are paid exactly once, or you know why not")
    .exitOverride();
  addVerify(program, surroundings);
  addRebuild(program, surroundings);
  return program;
}
