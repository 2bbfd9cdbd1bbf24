/** docs/audit.md says what the audit checks, or this fails. */
import { FINDING_KINDS, INVARIANTS, type InvariantId } from "@surefill/audit";
import { expect, test } from "vitest";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import { table } from "../../support/topup-docs.js";

test("every invariant and every kind of finding is explained", async () => {
  const kinds = Object.entries(FINDING_KINDS);
  const rows = (Object.keys(INVARIANTS) as InvariantId[]).map((id) => {
    const findings = kinds.filter(([, { invariant }]) => invariant === id).map(([kind]) => `\`${kind}\``);
    expect(findings, `${id} has no finding`).not.toEqual([]);
    return [id, INVARIANTS[id], findings.join(", ")];
  });
  await expectGeneratedBlock("docs/audit.md", "findings", table(["invariant", "what must hold", "findings"], rows));
});
