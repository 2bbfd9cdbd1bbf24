import { Problem } from "../http/problem.js";
import type { Route } from "../http/route.js";
import type { AuditTrail } from "./audit-trail.js";
import { type Identify, KnownAndRefused } from "./identify.js";
import { type Identity, NOBODY, requirePermission } from "./identity.js";
import type { RequestFacts } from "./request-facts.js";

/** What is asked of a route before its handler. */
export type Gatehouse = { identify: Identify; trail: Pick<AuditTrail, "refused"> };

/** What the handler may still refuse a caller for. */
const REFUSALS: ReadonlySet<string> = new Set(["permission_missing", "origin_refused", "outside_binding"]);

/**
 * The one place that decides whether a request reaches its handler. It comes before the body is read. Throws a
 * `key_invalid` or `session_invalid` problem when the route needs a caller that is known, and `permission_missing` when
 * that one may not. Refusals of a known caller are written into the audit log.
 */
export async function admit(
  row: Pick<Route, "permission" | "method" | "path" | "bound">,
  { identify, trail }: Gatehouse,
  request: RequestFacts,
): Promise<Identity> {
  if (row.permission === "public" || row.permission === "signature") return NOBODY;
  let identity: Identity | undefined;
  try {
    identity = await identify(request);
    if (row.permission === "signed-in") requireSession(identity);
    else requirePermission(identity, row.permission);
    if (identity.binding !== undefined && row.bound !== true) throw outsideBinding("This request");
    return identity;
  } catch (error) {
    const who = error instanceof KnownAndRefused ? error.identity : identity;
    if (who !== undefined && error instanceof Problem) await noteRefusal(trail, { identity: who, request }, row, error);
    throw error;
  }
}

/** Writes down that a known caller was refused, by the gate or by a handler. Other problems are no refusals. */
export async function noteRefusal(
  trail: Pick<AuditTrail, "refused">,
  asker: { identity: Pick<Identity, "kind" | "name">; request: RequestFacts },
  { method, path }: Pick<Route, "method" | "path">,
  problem: Problem,
): Promise<void> {
  const isRefusal = REFUSALS.has(problem.code) || problem instanceof KnownAndRefused;
  if (!isRefusal || asker.identity.kind === "nobody") return;
  const { permission } = problem.details;
  const route = `${method.toUpperCase()} ${path}`;
  await trail.refused(asker, { route, code: problem.code }, permission === undefined ? {} : { permission });
}

/** The problem of a key that is bound to its own top-ups, or to labels, and asks for something else. */
export function outsideBinding(what: string): Problem {
  const detail = `${what} is outside of what this API key is bound to: its own top-ups, or those with its labels.`;
  return new Problem("outside_binding", { detail });
}

function requireSession({ session }: Identity): void {
  if (session !== undefined) return;
  throw new Problem("session_invalid", { detail: "This is for people who have signed in, not for keys." });
}
