import type { AuditDraft } from "@surefill/access";
import type { Redis } from "ioredis";
import { type LedgerKeys, ledgerKeys } from "../keys.js";
import { fieldsOf } from "../record-codec.js";
import { type RunScript, script, scriptRunner } from "../script-runner.js";
import type { LedgerWitness } from "../witness.js";
import type { AuditLog } from "./audit-log.js";
import { decodePerson, type Person } from "./people.js";
import { BEGIN_SESSION, END_SESSION, FIND_SESSION } from "./people-scripts.js";

const scripts = {
  begin: script(BEGIN_SESSION),
  end: script(END_SESSION),
  find: script(FIND_SESSION, "reads"),
};

/** What the sessions are opened with. `idleMs`: a session in which nothing is asked for so long is over. */
export type SessionOptions = {
  prefix: string;
  audit: AuditLog;
  idleMs: number;
  mostMs: number;
  witness?: LedgerWitness;
  /** The ledger's time in milliseconds, for tests; it moves the end, not the expiry of a key. */
  nowMs?: () => number;
};

/** A session that is in force. */
export type FoundSession = { person: Person; expiresAtMs: number };

/** The sessions of people, each kept under the SHA-256 of the random text that the browser has. */
export class Sessions {
  readonly #keys: LedgerKeys;
  readonly #run: RunScript;
  readonly #audit: AuditLog;
  readonly #limits: { idleMs: number; mostMs: number };
  readonly #nowArgument: () => string;

  constructor(redis: Redis, { prefix, audit, idleMs, mostMs, witness, nowMs }: SessionOptions) {
    this.#keys = ledgerKeys(prefix);
    this.#run = scriptRunner(redis, witness);
    this.#audit = audit;
    this.#limits = { idleMs, mostMs };
    this.#nowArgument = nowMs === undefined ? () => "" : () => String(nowMs());
  }

  /** Begins one. `gone`: the person was removed, or its sessions were ended, since the password was compared. */
  async begin(
    digest: string,
    { user, sessions }: { user: string; sessions: string },
    draft: AuditDraft,
  ): Promise<"done" | "gone"> {
    const { idleMs, mostMs } = this.#limits;
    const args = [user, sessions, String(idleMs), String(mostMs)];
    const change = { script: scripts.begin, key: this.#keys.session(digest), args, draft };
    const [answer] = await this.#audit.change(change);
    return answer as "done" | "gone";
  }

  /** The session with this digest, while it is in force. `keepAlive`: it is not idle from now on. */
  async find(digest: string, { keepAlive }: { keepAlive: boolean }): Promise<FoundSession | undefined> {
    const idleMs = keepAlive ? String(this.#limits.idleMs) : "0";
    const args = [this.#nowArgument(), this.#keys.base, idleMs];
    const answer = await this.#run(scripts.find, this.#keys.session(digest), args);
    if (!Array.isArray(answer)) return undefined;
    const [user, expiresAt, fields] = answer as [string, string, unknown[]];
    return { person: decodePerson(user, fieldsOf(fields)), expiresAtMs: Number(expiresAt) };
  }

  /** Ends one. */
  async end(digest: string, draft: AuditDraft): Promise<void> {
    await this.#audit.change({ script: scripts.end, key: this.#keys.session(digest), args: [], draft });
  }
}
