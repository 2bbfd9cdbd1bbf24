import { askingSteps } from "./asking-steps.js";
import { peopleSteps } from "./people-steps.js";
import { providerSteps } from "./provider-steps.js";
import { redisSteps } from "./redis-steps.js";
import type { Rules } from "./rules.js";
import { sendingSteps } from "./sending-steps.js";
import type { Emit } from "./step.js";
import type { World } from "./world.js";

/** Emits every step that the world can take next. */
export function everyStep(world: World, rules: Rules, emit: Emit): void {
  sendingSteps(world, rules, emit);
  askingSteps(world, rules, emit);
  providerSteps(world, rules, emit);
  peopleSteps(world, rules, emit);
  redisSteps(world, rules, emit);
}
