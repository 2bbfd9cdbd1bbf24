import type { AuditAction, AuditDraft } from "@surefill/access";
import type { Clock, Logger } from "@surefill/runtime";
import type { AuditLog } from "@surefill/topup-store";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { promptly } from "../prompt-ledger.js";
import type { Identity } from "./identity.js";
import type { RequestFacts } from "./request-facts.js";

/** What an act is written down as. Never a full phone number, a password or a key. */
export type AuditedAct = {
  action: AuditAction;
  target?: { kind: string; id: string };
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
};

/** Who asks, and in which request. */
export type Asker = { identity: Pick<Identity, "kind" | "name">; request: Pick<RequestFacts, "address" | "requestId"> };

/** An entry for an act of a caller. */
export function draftOf(
  { identity, request }: Asker,
  { action, target, before, after }: AuditedAct,
  { phase = "done", result = "ok" }: { phase?: AuditDraft["phase"]; result?: string } = {},
): AuditDraft {
  return {
    action,
    phase,
    by: { kind: identity.kind, name: identity.name },
    address: request.address,
    requestId: request.requestId,
    target: target ?? null,
    before: before ?? null,
    after: after ?? null,
    result,
  };
}

/** Entries are written one after the other, each by two calls: under load one waits for those before it. */
const RECORD_DEADLINE_MS = 2_000;

/** Waits for what is written into the audit log; what is late is a `LedgerUnavailableError`. */
export function recorded<T>(clock: Pick<Clock, "sleep">, write: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return promptly(clock, write, RECORD_DEADLINE_MS);
}

/** One caller's same refusals are written once in this time, so that it cannot fill the log. */
const REFUSALS_WINDOW_MS = 60_000;
const REFUSALS_KEPT_MAX = 1_000;

/** Writes what callers do into the audit log. */
export class AuditTrail {
  readonly #log: Pick<AuditLog, "append">;
  readonly #parts: { clock: Clock; log: Logger };
  readonly #refusals = new Map<string, number>();

  constructor(log: Pick<AuditLog, "append">, parts: { clock: Clock; log: Logger }) {
    this.#log = log;
    this.#parts = parts;
  }

  /**
   * Does something that changes the world, with an entry before it and one after it: what is not written down is not
   * done. The entry before says what is intended, since the change is made by a step of another store.
   */
  async command(asker: Asker, act: AuditedAct, doIt: () => Promise<HttpResult>): Promise<HttpResult> {
    await this.#append(draftOf(asker, act, { phase: "intent", result: "" }));
    const outcome = (result: string) =>
      this.#append(draftOf(asker, { ...act, before: {}, after: {} }, { phase: "outcome", result })).catch(
        (err: unknown) => this.#parts.log.error({ err, action: act.action }, "the outcome of an act is not written"),
      );
    try {
      const answer = await doIt();
      await outcome("ok");
      return answer;
    } catch (error) {
      await outcome(error instanceof Problem ? error.code : "internal_error");
      throw error;
    }
  }

  /** Shows something, and writes that down before the first byte leaves. */
  async reading(asker: Asker, act: AuditedAct, read: () => Promise<HttpResult>): Promise<HttpResult> {
    const answer = await read();
    await this.#append(draftOf(asker, act));
    return answer;
  }

  /** Writes that a known caller was refused. The refusal stands, also when it cannot be written. */
  async refused(asker: Asker, { route, code }: { route: string; code: string }, details = {}): Promise<void> {
    if (!this.#isNew(`${asker.identity.name} ${route} ${code}`)) return;
    const act = { action: "request.refused", target: { kind: "route", id: route }, after: details } as const;
    await this.#append(draftOf(asker, act, { result: code })).catch((err: unknown) => {
      this.#parts.log.warn({ err, route, code }, "a refusal is not written into the audit log");
    });
  }

  /** Writes that a sign-in failed. What was typed for a user that is not there may be a password, and is not written. */
  async signInFailed(request: RequestFacts, user: string | undefined): Promise<void> {
    const act: AuditedAct = {
      action: "session.refused",
      ...(user !== undefined && { target: { kind: "person", id: user } }),
    };
    const asker = { identity: { kind: "nobody", name: "" }, request } as const;
    await this.#append(draftOf(asker, act, { result: "sign_in_failed" }));
  }

  #isNew(refusal: string): boolean {
    const nowMs = this.#parts.clock.monotonicMs();
    const before = this.#refusals.get(refusal);
    if (before !== undefined && nowMs - before < REFUSALS_WINDOW_MS) return false;
    this.#refusals.delete(refusal); // Put back at the end: a Map keeps its order.
    this.#refusals.set(refusal, nowMs);
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size > REFUSALS_KEPT_MAX && oldest !== undefined) this.#refusals.delete(oldest);
    return true;
  }

  #append(draft: AuditDraft): Promise<void> {
    return recorded(this.#parts.clock, (signal) => this.#log.append(draft, signal));
  }
}
