import {
  callerOfPerson,
  hashPassword,
  newPasswordSchema,
  newSecret,
  permissionsOf,
  ROLE_NAMES,
  type Role,
  rolesSchema,
  userNameSchema,
} from "@surefill/access";
import type { Clock } from "@surefill/runtime";
import { PEOPLE_MAX, type People, type Person, type PersonChange } from "@surefill/topup-store";
import { z } from "zod";
import { timeText } from "../campaigns/campaign-time.js";
import { Problem } from "../http/problem.js";
import type { HttpResult } from "../http/result.js";
import { type Route, route } from "../http/route.js";
import { promptly } from "../prompt-ledger.js";
import { type Asker, type AuditedAct, draftOf, recorded } from "./audit-trail.js";

/** What the routes of people need. */
export type PeopleRouteDeps = { people: People; clock: Clock };

const roleNames = z.array(z.enum(ROLE_NAMES as [Role, ...Role[]]));

const personViewSchema = z
  .object({
    user: z.string(),
    roles: roleNames,
    permissions: z.array(z.string()).describe("What the roles allow"),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
  })
  .meta({ id: "Person" });

const newPersonSchema = z
  .strictObject(
    { user: userNameSchema, password: newPasswordSchema, roles: rolesSchema },
    { error: "must be an object with user, password and roles" },
  )
  .meta({ id: "PersonRequest", example: { user: "ada", password: "correct horse battery", roles: ["preparer"] } });

const personPatchSchema = z
  .strictObject(
    { password: newPasswordSchema.optional(), roles: rolesSchema.optional() },
    { error: "must be an object: what is to be changed" },
  )
  .meta({ example: { roles: ["viewer", "approver"] } });

function personView({ user, roles, createdAtMs, createdBy }: Person): z.output<typeof personViewSchema> {
  const permissions = [...permissionsOf(roles)];
  return { user, roles: [...roles], permissions, createdAt: timeText(createdAtMs), createdBy };
}

const userParams = z.object({ user: userNameSchema.describe("The user name") });
const OF_ONE = ["person_not_found", "validation_failed"] as const;
const OF_BODIES = ["malformed_json", "body_too_large"] as const;
const GONE: HttpResult = { status: 204, text: "", contentType: "text/plain" };

/** The rows of the route table that concern people. */
export function peopleRoutes(deps: PeopleRouteDeps): Route[] {
  return [...collectionRoutes(deps), ...personRoutes(deps)];
}

function collectionRoutes(deps: PeopleRouteDeps): Route[] {
  return [
    route({
      method: "post",
      path: "/v1/people",
      permission: "people",
      operationId: "addPerson",
      auditsItself: true,
      summary: "Add a person who may sign in",
      body: newPersonSchema,
      responses: { 201: { description: "Added", schema: personViewSchema } },
      problems: [...OF_BODIES, "validation_failed", "person_exists", "access_full"],
      handle: ({ body, identity, facts }) => addPerson(deps, body, { identity, request: facts }),
    }),
    route({
      method: "get",
      path: "/v1/people",
      permission: "people",
      operationId: "listPeople",
      summary: "Everybody who may sign in",
      responses: {
        200: {
          description: "In the order of their being added",
          schema: z.object({ data: z.array(personViewSchema) }),
        },
      },
      problems: [],
      handle: async () => {
        const people = await promptly(deps.clock, () => deps.people.list());
        return { status: 200, json: { data: people.map(personView) } };
      },
    }),
  ];
}

function personRoutes(deps: PeopleRouteDeps): Route[] {
  return [
    route({
      method: "patch",
      path: "/v1/people/:user",
      permission: "people",
      operationId: "changePerson",
      auditsItself: true,
      summary: "Change somebody's roles or password",
      description: "Roles count from the next request on. A new password ends every session of the person.",
      params: userParams,
      body: personPatchSchema,
      responses: { 200: { description: "The person after the change", schema: personViewSchema } },
      problems: [...OF_BODIES, ...OF_ONE, "last_administrator"],
      handle: ({ params, body, identity, facts }) =>
        changePerson(deps, params.user, body, { identity, request: facts }),
    }),
    route({
      method: "delete",
      path: "/v1/people/:user",
      permission: "people",
      operationId: "removePerson",
      auditsItself: true,
      summary: "Remove a person",
      description: "Every session ends. What the person did stays in histories and in the audit log.",
      params: userParams,
      responses: { 204: { description: "Removed" } },
      problems: [...OF_ONE, "last_administrator"],
      handle: ({ params, identity, facts }) => removePerson(deps, params.user, { identity, request: facts }),
    }),
    route({
      method: "delete",
      path: "/v1/people/:user/sessions",
      permission: "people",
      operationId: "endSessionsOfPerson",
      auditsItself: true,
      summary: "End every session of a person",
      params: userParams,
      responses: { 204: { description: "They are over" } },
      problems: OF_ONE,
      handle: async ({ params, identity, facts }) => {
        await endSessions(deps, params.user, { identity, request: facts });
        return GONE;
      },
    }),
  ];
}

/** A person, as the audit log names it. */
export const personTarget = (user: string) => ({ kind: "person", id: user });

async function addPerson(
  { people, clock }: PeopleRouteDeps,
  { user, password, roles }: z.output<typeof newPersonSchema>,
  asker: Asker,
): Promise<HttpResult> {
  const added = { user, roles, createdBy: asker.identity.name, password: await hashPassword(password) };
  const draft = draftOf(asker, { action: "person.added", target: personTarget(user), after: { roles } });
  const answer = await recorded(clock, () => people.add({ ...added, sessions: newSecret() }, draft));
  if (answer === "exists") throw new Problem("person_exists", { detail: `There is a person ${user} already.` });
  if (answer === "full") throw new Problem("access_full", { detail: `There are ${PEOPLE_MAX} people already.` });
  return { status: 201, json: personView(await found({ people, clock }, user)) };
}

async function changePerson(
  deps: PeopleRouteDeps,
  user: string,
  { password, roles }: z.output<typeof personPatchSchema>,
  asker: Asker,
): Promise<HttpResult> {
  const change: PersonChange = {
    ...(roles !== undefined && { roles }),
    ...(password !== undefined && { password: await hashPassword(password), sessions: newSecret() }),
  };
  await changeAsRead(deps, user, change, asker, (before) => ({
    action: "person.changed",
    target: personTarget(user),
    before: { roles: before.roles },
    after: { roles: roles ?? before.roles, ...(password !== undefined && { password: "changed" }) },
  }));
  return { status: 200, json: personView(await found(deps, user)) };
}

/** Ends every session of a person, by another random text that the sessions must have. */
export async function endSessions(deps: PeopleRouteDeps, user: string, asker: Asker): Promise<void> {
  const act: AuditedAct = { action: "sessions.ended", target: personTarget(user) };
  await changeAsRead(deps, user, { sessions: newSecret() }, asker, () => act);
}

/** Between reading and changing somebody else may be faster. */
const TRIES_MAX = 5;

async function changeAsRead(
  { people, clock }: PeopleRouteDeps,
  user: string,
  change: PersonChange,
  asker: Asker,
  actOn: (before: Person) => AuditedAct,
): Promise<void> {
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    const before = await found({ people, clock }, user);
    const answer = await recorded(clock, () => people.change(before, change, draftOf(asker, actOn(before))));
    if (answer === "done") return;
    if (answer === "missing") throw personNotFound(user);
    if (answer === "last-administrator") throw lastAdministrator(user);
  }
  throw new Problem("person_exists", { detail: `${user} is being changed by others at this moment; try again.` });
}

async function removePerson({ people, clock }: PeopleRouteDeps, user: string, asker: Asker): Promise<HttpResult> {
  const before = await found({ people, clock }, user);
  const act = { action: "person.removed", target: personTarget(user), before: { roles: before.roles } } as const;
  const answer = await recorded(clock, () => people.remove(user, draftOf(asker, act)));
  if (answer === "missing") throw personNotFound(user);
  if (answer === "last-administrator") throw lastAdministrator(user);
  return GONE;
}

async function found({ people, clock }: PeopleRouteDeps, user: string): Promise<Person> {
  const person = await promptly(clock, () => people.get(user));
  if (person === undefined) throw personNotFound(user);
  return person;
}

function personNotFound(user: string): Problem {
  return new Problem("person_not_found", { detail: `There is no person ${user} (${callerOfPerson(user)}).` });
}

function lastAdministrator(user: string): Problem {
  const detail = `${user} is the only administrator: without one only the command line could add people.`;
  return new Problem("last_administrator", { detail });
}
