/** Roles are what docs/access.md says they are, and keys of programs never get what only a person may have. */
import {
  AUDIT_ACTION_NAMES,
  AUDIT_ACTIONS,
  KEY_PERMISSIONS,
  PERMISSION_NAMES,
  PERMISSIONS,
  permissionsOf,
  ROLE_NAMES,
  ROLES,
} from "@surefill/access";
import { describe, expect, test } from "vitest";
import { admit } from "../../../apps/producer/src/access/admit.js";
import type { Identity } from "../../../apps/producer/src/access/identity.js";
import { expectGeneratedBlock } from "../../support/generated-block.js";

const ACCESS_DOCS = "docs/access.md";

test("the documents list every permission, every role with what it may do, and every action of the audit log", async () => {
  const permissions = PERMISSION_NAMES.map((name) => `| \`${name}\` | ${PERMISSIONS[name]} |`);
  const roles = ROLE_NAMES.map((role) => `| ${role} | ${ROLES[role].map((name) => `\`${name}\``).join(", ")} |`);

  const actions = AUDIT_ACTION_NAMES.map((name) => `| \`${name}\` | ${AUDIT_ACTIONS[name]} |`);

  await expectGeneratedBlock(
    ACCESS_DOCS,
    "actions",
    ["| action | what it tells |", "|---|---|", ...actions].join("\n"),
  );
  await expectGeneratedBlock(
    ACCESS_DOCS,
    "permissions",
    ["| permission | allows |", "|---|---|", ...permissions].join("\n"),
  );
  await expectGeneratedBlock(ACCESS_DOCS, "roles", ["| role | permissions |", "|---|---|", ...roles].join("\n"));
});

test("no key may approve or manage people, and only an administrator may manage people", () => {
  expect(KEY_PERMISSIONS).not.toContain("approve");
  expect(KEY_PERMISSIONS).not.toContain("people");
  expect(ROLE_NAMES.filter((role) => permissionsOf([role]).includes("people"))).toEqual(["administrator"]);
  expect(permissionsOf(["administrator"])).toEqual(PERMISSION_NAMES);
});

test("several roles give each of their permissions once", () => {
  expect(permissionsOf(["viewer", "preparer", "metrics"])).toEqual(["read", "reveal", "prepare", "metrics"]);
  expect(permissionsOf([])).toEqual([]);
});

describe("a caller reaches exactly the routes that its role allows", () => {
  test.each(ROLE_NAMES)("%s", async (role) => {
    const identity: Identity = { kind: "key", name: "test", permissions: new Set(permissionsOf([role])) };
    const refused: string[] = [];
    const gate = { identify: async () => identity, trail: { refused: async () => void refused.push(role) } };
    const request = { method: "GET", address: "192.0.2.1", requestId: "req_1", header: () => undefined };
    for (const permission of PERMISSION_NAMES) {
      const admitted = admit({ permission, method: "get", path: "/" }, gate, request);
      if (permissionsOf([role]).includes(permission)) await expect(admitted).resolves.toBe(identity);
      else await expect(admitted).rejects.toMatchObject({ code: "permission_missing", details: { permission } });
    }
    expect(refused).toHaveLength(PERMISSION_NAMES.length - permissionsOf([role]).length);
  });
});
