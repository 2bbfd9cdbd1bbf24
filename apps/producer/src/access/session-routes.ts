import { callerOfPerson, digestOf, newSecret, PASSWORD_LENGTH_MAX, permissionsOf, type Role } from "@surefill/access";
import type { Sessions } from "@surefill/topup-store";
import { z } from "zod";
import { timeText } from "../campaigns/campaign-time.js";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { type Route, route } from "../http/route.js";
import { type AuditTrail, draftOf, recorded } from "./audit-trail.js";
import type { Identity } from "./identity.js";
import { endSessions, type PeopleRouteDeps, personTarget } from "./people-routes.js";
import type { RequestFacts } from "./request-facts.js";
import { isOwnOrigin, type Site, sessionCookie } from "./session-cookie.js";
import type { SignIn } from "./sign-in.js";

/** What the routes of sessions need. */
export type SessionRouteDeps = PeopleRouteDeps & {
  signIn: SignIn;
  sessions: Pick<Sessions, "begin" | "end">;
  sessionLimits: { idleMs: number; mostMs: number };
  trail: Pick<AuditTrail, "signInFailed">;
  site: Site;
};

const credentialsSchema = z
  .strictObject(
    {
      user: z.string({ error: "must be the user name" }).max(100, { error: "is too long" }),
      password: z.string({ error: "must be the password" }).max(PASSWORD_LENGTH_MAX, { error: "is too long" }),
    },
    { error: "must be an object with user and password" },
  )
  .meta({ id: "Credentials", example: { user: "ada", password: "correct horse battery" } });

const sessionSchema = z
  .object({
    user: z.string(),
    roles: z.array(z.string()),
    permissions: z.array(z.string()),
    expiresAt: z.iso.datetime().describe("When it is over if nothing more is asked for in it"),
  })
  .meta({ id: "Session" });

const NO_ANSWER = { status: 204, text: "", contentType: "text/plain" };

/** The rows of the route table that concern the caller's own session. */
export function sessionRoutes(deps: SessionRouteDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/session",
      permission: "public",
      operationId: "signIn",
      auditsItself: true,
      summary: "Sign in",
      description: "Gives the session in a cookie: `__Host-surefill`, or `surefill` over plain http on this machine.",
      body: credentialsSchema,
      responses: { 200: { description: "Signed in", schema: sessionSchema } },
      problems: [
        "malformed_json",
        "body_too_large",
        "validation_failed",
        "sign_in_failed",
        "origin_refused",
        "sign_in_limited",
        "ledger_unavailable",
        "ledger_lost",
      ],
      handle: ({ body, facts }) => signIn(deps, body, facts),
    }),
    route({
      method: "get",
      path: "/v1/session",
      permission: "signed-in",
      operationId: "getSession",
      summary: "Who is signed in, and what they may do",
      responses: { 200: { description: "The session", schema: sessionSchema } },
      problems: [],
      handle: async ({ identity }) => {
        const { user, roles, expiresAtMs } = sessionOf(identity);
        return { status: 200, json: sessionView(user, roles as readonly Role[], expiresAtMs) };
      },
    }),
    route({
      method: "delete",
      path: "/v1/session",
      permission: "signed-in",
      operationId: "signOut",
      auditsItself: true,
      summary: "Sign out",
      responses: { 204: { description: "The session is over" } },
      problems: [],
      handle: async ({ identity, facts }) => {
        const { user, digest } = sessionOf(identity);
        const draft = draftOf({ identity, request: facts }, { action: "session.ended", target: personTarget(user) });
        await recorded(deps.clock, () => deps.sessions.end(digest, draft));
        return signedOut(deps.site, facts);
      },
    }),
    route({
      method: "delete",
      path: "/v1/sessions",
      permission: "signed-in",
      operationId: "signOutEverywhere",
      auditsItself: true,
      summary: "End every session of one's own, in every browser",
      responses: { 204: { description: "They are over, this one among them" } },
      problems: [],
      handle: async ({ identity, facts }) => {
        await endSessions(deps, sessionOf(identity).user, { identity, request: facts });
        return signedOut(deps.site, facts);
      },
    }),
  ];
}

function sessionOf({ session }: Identity): NonNullable<Identity["session"]> {
  if (session === undefined) throw new Error("a route for people was reached without a session");
  return session;
}

function sessionView(user: string, roles: readonly Role[], expiresAtMs: number): z.output<typeof sessionSchema> {
  return { user, roles: [...roles], permissions: [...permissionsOf(roles)], expiresAt: timeText(expiresAtMs) };
}

function signedOut(site: Site, facts: RequestFacts): HttpResult {
  return { ...NO_ANSWER, headers: { "set-cookie": sessionCookie(site, facts) } };
}

/** Compares the password and begins a session. A page of another site may not sign anybody in. */
async function signIn(
  deps: SessionRouteDeps,
  { user: given, password }: z.output<typeof credentialsSchema>,
  facts: RequestFacts,
): Promise<HttpResult> {
  const { site, sessions, sessionLimits, clock } = deps;
  if (facts.header("origin") !== undefined && !isOwnOrigin(site, facts)) {
    throw new Problem("origin_refused", { detail: "The sign-in comes from a page of another site (Origin)." });
  }
  const { address } = facts;
  const person = await deps.signIn.check({ user: given, password, address }, (known) =>
    deps.trail.signInFailed(facts, known),
  );
  const { user, roles } = person;
  const secret = newSecret();
  const identity = { kind: "person", name: callerOfPerson(user) } as const;
  const draft = draftOf({ identity, request: facts }, { action: "session.created", target: personTarget(user) });
  const answer = await recorded(clock, () => sessions.begin(digestOf(secret), person, draft));
  if (answer === "gone") throw new Problem("sign_in_failed", { detail: "The user name or the password is wrong." });
  const { idleMs, mostMs } = sessionLimits;
  return {
    status: 200,
    headers: { "set-cookie": sessionCookie(site, facts, { secret, mostMs }) },
    json: sessionView(user, roles, clock.nowMs() + Math.min(idleMs, mostMs)),
  };
}
