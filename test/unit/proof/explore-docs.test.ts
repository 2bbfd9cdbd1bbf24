// docs/explore.md can fail: its tables of faults and mutants are those of the code.
import { MUTANTS, STEP_FAULTS } from "@surefill/proof";
import { test } from "vitest";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import { table } from "../../support/topup-docs.js";

const page = "docs/explore.md";

test("the page names every fault that the harness knows", async () => {
  const rows = Object.entries(STEP_FAULTS).map(([name, what]) => [`\`${name}\``, what]);
  await expectGeneratedBlock(page, "faults", table(["fault", "what happens"], rows));
});

test("the page names every mutant, and the safeguard that it takes away", async () => {
  const rows = MUTANTS.map(({ name, removes, text }) => [
    name,
    removes,
    text.file.replace("/dist/", "/src/").replace(/\.js$/, ".ts"),
  ]);
  await expectGeneratedBlock(page, "mutants", table(["mutant", "what it takes away", "in"], rows));
});
