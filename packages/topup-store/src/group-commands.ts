import type { Redis } from "ioredis";
import { type LedgerKeys, ledgerKeys } from "./keys.js";
import { answered } from "./script-runner.js";

/** A command over many top-ups as it was first given: what it asks, by a digest, and for which of them. */
export type GroupCommand = { digest: string; references: readonly string[] };

/** What came of one top-up of a command. `code` and `detail` say why it was refused. */
export type GroupOutcome = { kind: "done" } | { kind: "refused"; code: string; detail: string };

/** So long a command is remembered, and its repetition goes on where it ended. */
const KEPT_MS = 7 * 86_400_000;

/**
 * Remembers commands over many top-ups by the name of their caller and its idempotency key. Moves nothing: each top-up
 * has its own step in the ledger.
 */
export class GroupCommands {
  readonly #redis: Redis;
  readonly #keys: LedgerKeys;

  constructor(redis: Redis, { prefix }: { prefix: string }) {
    this.#redis = redis;
    this.#keys = ledgerKeys(prefix);
  }

  /** The command that is known under this name; `undefined` where there is none. */
  async find(name: string): Promise<GroupCommand | undefined> {
    const known = await answered(this.#redis.get(this.#keys.groupCommand(name)));
    return known === null ? undefined : (JSON.parse(known) as GroupCommand);
  }

  /** Remembers a command, and answers the one that is known under its name: an earlier one, if there is one. */
  async begin(name: string, command: GroupCommand): Promise<GroupCommand> {
    const text = JSON.stringify(command);
    const known = await answered(this.#redis.set(this.#keys.groupCommand(name), text, "PX", KEPT_MS, "NX", "GET"));
    return known === null ? command : (JSON.parse(known) as GroupCommand);
  }

  /** What has come of its top-ups so far, by reference. */
  async outcomes(name: string): Promise<Map<string, GroupOutcome>> {
    const fields = await answered(this.#redis.hgetall(this.#keys.groupOutcomes(name)));
    return new Map(Object.entries(fields).map(([reference, text]) => [reference, JSON.parse(text) as GroupOutcome]));
  }

  /** Remembers what came of one top-up. */
  async note(name: string, reference: string, outcome: GroupOutcome): Promise<void> {
    const key = this.#keys.groupOutcomes(name);
    await answered(this.#redis.multi().hset(key, reference, JSON.stringify(outcome)).pexpire(key, KEPT_MS).exec());
  }
}
