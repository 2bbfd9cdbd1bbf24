import { hashPassword, newPasswordSchema, newSecret, type Role, rolesSchema, userNameSchema } from "@surefill/access";
import { PEOPLE_MAX, type People, type Person, type PersonChange, type PersonChanged } from "@surefill/topup-store";
import { textTable } from "../campaign/text-table.js";
import type { Surroundings } from "../surroundings.js";
import { type AccessStores, draftOf, Refused, read, typistOf } from "./access-stores.js";

type Json = { json?: true };

function rolesOf(text: string): Role[] {
  return read(
    rolesSchema,
    text.split(",").map((role) => role.trim()),
    "--roles",
  );
}

async function readPassword({ readSecret }: Surroundings) {
  if (readSecret === undefined) throw new Refused("Not done: there is no input to read the password from.");
  return hashPassword(read(newPasswordSchema, await readSecret("Password: "), "the password"));
}

/** `surefill people add`. */
export async function add(
  { people }: AccessStores,
  given: string,
  { roles: asked, json }: Json & { roles: string },
  around: Surroundings,
): Promise<void> {
  const user = read(userNameSchema, given, "the user name");
  const roles = rolesOf(asked);
  const person = { user, roles, createdBy: typistOf(around), sessions: newSecret() };
  const draft = draftOf(around, { action: "person.added", target: targetOf(user), after: { roles } });
  const answer = await people.add({ ...person, password: await readPassword(around) }, draft);
  if (answer === "exists") throw new Refused(`Not done: there is a person ${user} already.`);
  if (answer === "full") throw new Refused(`Not done: there are ${PEOPLE_MAX} people already.`);
  around.print(json === true ? JSON.stringify({ user, roles }) : `Added ${user}: ${rolesText(roles)}.`);
}

const targetOf = (user: string) => ({ kind: "person", id: user });
const rolesText = (roles: readonly string[]) => (roles.length === 0 ? "no role" : roles.join(", "));

/** `surefill people list`. */
export async function list({ people }: AccessStores, { json }: Json, around: Surroundings): Promise<void> {
  const found = await people.list();
  if (json === true) return around.print(JSON.stringify({ people: found }));
  if (found.length === 0)
    return around.print("Nobody may sign in. Add the first: surefill people add NAME --roles administrator");
  const rows = found.map((person) => [
    person.user,
    rolesText(person.roles),
    new Date(person.createdAtMs).toISOString(),
    person.createdBy,
  ]);
  around.print(textTable([["user", "roles", "added", "by"], ...rows]));
}

/** `surefill people change`. */
export async function change(
  { people }: AccessStores,
  given: string,
  { roles: asked }: { roles: string },
  around: Surroundings,
): Promise<void> {
  const roles = rolesOf(asked);
  const user = await changed(people, given, { roles }, around);
  around.print(`${user} has now: ${rolesText(roles)}.`);
}

/** `surefill people password`. */
export async function password({ people }: AccessStores, given: string, around: Surroundings): Promise<void> {
  await found(people, read(userNameSchema, given, "the user name")); // Before anything is asked for.
  const change: PersonChange = { password: await readPassword(around), sessions: newSecret() };
  const user = await changed(people, given, change, around);
  around.print(`${user} has a new password, and no session any more.`);
}

/** `surefill people remove`. */
export async function remove({ people }: AccessStores, given: string, around: Surroundings): Promise<void> {
  const { user, roles } = await found(people, read(userNameSchema, given, "the user name"));
  const draft = draftOf(around, { action: "person.removed", target: targetOf(user), before: { roles } });
  requireDone(await people.remove(user, draft), user);
  around.print(`Removed ${user}.`);
}

async function changed(people: People, given: string, change: PersonChange, around: Surroundings): Promise<string> {
  const before = await found(people, read(userNameSchema, given, "the user name"));
  const { user, roles } = before;
  const after = { roles: change.roles ?? roles, ...(change.password !== undefined && { password: "changed" }) };
  const draft = draftOf(around, { action: "person.changed", target: targetOf(user), before: { roles }, after });
  requireDone(await people.change(before, change, draft), user);
  return user;
}

async function found(people: People, user: string): Promise<Person> {
  const person = await people.get(user);
  if (person === undefined) throw new Refused(`Not done: there is no person ${user}.`);
  return person;
}

function requireDone(answer: PersonChanged, user: string): void {
  switch (answer) {
    case "done":
      return;
    case "missing":
      throw new Refused(`Not done: there is no person ${user}.`);
    case "raced":
      throw new Refused(`Not done: ${user} was changed by others at this moment; try again.`);
    case "last-administrator":
      throw new Refused(`Not done: ${user} is the only administrator. Make somebody else one first.`);
  }
}
