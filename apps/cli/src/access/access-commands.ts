import type { Role } from "@surefill/access";
import { type Command, InvalidArgumentError } from "commander";
import { DESCRIPTIONS } from "../descriptions.js";
import type { Surroundings } from "../surroundings.js";
import type { AccessStores } from "./access-stores.js";
import type { CreateOptions } from "./keys.js";

/** As in `flag-values.ts`: the names without the package that defines them. */
const ROLES: Readonly<Record<Role, true>> = {
  viewer: true,
  preparer: true,
  approver: true,
  operator: true,
  administrator: true,
  metrics: true,
};
const ROLES_HELP = `comma-separated: ${Object.keys(ROLES).join(", ")}`;

type Json = { json?: true };

/** Adds the commands about who may do what, and what was done. */
export function addAccessCommands(program: Command, around: Surroundings): void {
  addPeople(program, around);
  addKeys(program, around);
  addAuditLog(program, around);
}

/** Opens the stores, and has them before anything else is loaded. */
async function withStores(around: Surroundings, run: (stores: AccessStores) => Promise<void>): Promise<void> {
  return (await import("./access-stores.js")).withAccessStores(around, run);
}

function addPeople(program: Command, around: Surroundings): void {
  const people = program.command("people").description(DESCRIPTIONS.people);
  people
    .command("add <user>")
    .description("Add a person; the password is read from the standard input, or asked for")
    .requiredOption("--roles <roles>", ROLES_HELP)
    .option("--json", "one JSON object instead of text")
    .action((user: string, options: Json & { roles: string }) =>
      withStores(around, async (stores) => (await import("./people.js")).add(stores, user, options, around)),
    );
  people
    .command("list")
    .description("List the people who may sign in")
    .option("--json", "one JSON object instead of text")
    .action((options: Json) =>
      withStores(around, async (stores) => (await import("./people.js")).list(stores, options, around)),
    );
  people
    .command("change <user>")
    .description("Give a person other roles, from the next request on")
    .requiredOption("--roles <roles>", ROLES_HELP)
    .action((user: string, options: { roles: string }) =>
      withStores(around, async (stores) => (await import("./people.js")).change(stores, user, options, around)),
    );
  people
    .command("password <user>")
    .description("Give a person a new password, read as for add; every session ends")
    .action((user: string) =>
      withStores(around, async (stores) => (await import("./people.js")).password(stores, user, around)),
    );
  people
    .command("remove <user>")
    .description("Remove a person; every session ends")
    .action((user: string) =>
      withStores(around, async (stores) => (await import("./people.js")).remove(stores, user, around)),
    );
}

function addKeys(program: Command, around: Surroundings): void {
  const keys = program.command("keys").description(DESCRIPTIONS.keys);
  keys
    .command("create <name>")
    .description("Make a key for a program, and print it, this once")
    .option("--role <role>", "a role (may be repeated)", several, [])
    .option("--permission <permission>", "a single permission (may be repeated)", several, [])
    .option("--own", "bind it to its own top-ups")
    .option("--campaign <label>", "bind it to top-ups with this label (may be repeated)", several, [])
    .option("--amount-per-day-max <amount>", "what may be accepted from it in one day (UTC)")
    .option("--requests-max <count>", "how many of its requests may be under way at a time", wholeNumber)
    .option("--expires-at <time>", "when it expires, such as 2027-03-31T00:00:00Z")
    .option("--json", "one JSON object instead of text")
    .action((name: string, options: CreateOptions) =>
      withStores(around, async (stores) => (await import("./keys.js")).create(stores, name, options, around)),
    );
  keys
    .command("list")
    .description("List the keys that were made; those of API_KEYS are not among them")
    .option("--json", "one JSON object instead of text")
    .action((options: Json) =>
      withStores(around, async (stores) => (await import("./keys.js")).list(stores, options, around)),
    );
  keys
    .command("revoke <id-or-name>")
    .description("Take a key out of force for good, within a second everywhere")
    .action((given: string) =>
      withStores(around, async (stores) => (await import("./keys.js")).revoke(stores, given, around)),
    );
}

function addAuditLog(program: Command, around: Surroundings): void {
  const auditLog = program.command("audit-log").description(DESCRIPTIONS["audit-log"]);
  auditLog
    .command("export")
    .description("Print the audit log, oldest first, one JSON object a line; the export is written into it")
    .option("--from <number>", "the first entry's number", entryNumber, 1)
    .action((options: { from: number }) =>
      withStores(around, async (stores) => (await import("./audit-log.js")).exportLog(stores, options, around)),
    );
  auditLog
    .command("verify <file>")
    .description("Check an export without Redis: a changed, removed or moved entry is named")
    .option("--json", "one JSON object instead of text")
    .action(async (file: string, options: Json) => (await import("./audit-log.js")).verify(file, options, around));
}

const several = (value: string, before: string[]) => [...before, value];

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be a whole number, 1 or more.");
}

function entryNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("must be the number of an entry.");
}
