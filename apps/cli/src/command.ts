import { Command } from "commander";

/** Builds the `surefill` command with everything it can do. */
export function createCommand(): Command {
  return new Command("surefill").description("Top-ups that are paid exactly once, or you know why not");
}
