import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { inject } from "vitest";

/** A folder of its own for STATE_DIR, under one that goes when the run is over. Made by whoever writes into it. */
export function newStateDir(): string {
  return join(inject("stateRoot"), randomUUID().slice(0, 8));
}
