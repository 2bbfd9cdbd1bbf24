/** docs/model.md and docs/assumptions.md say what the model and the probes in the code are, or this fails. */
import { readFile } from "node:fs/promises";
import {
  ASSUMPTIONS,
  type Assumption,
  DEMONSTRATIONS,
  MOVES_LEFT_OUT,
  OUTCOME_WITHOUT,
  PROBES,
  SAFEGUARD_NAMES,
  SAFEGUARDS,
  VIOLATIONS,
} from "@surefill/proof";
import { describe, expect, test } from "vitest";
import { expectGeneratedBlock } from "../../support/generated-block.js";
import { table } from "../../support/topup-docs.js";

describe("docs/model.md", () => {
  test("lists what must never be true", async () => {
    const rows = Object.entries(VIOLATIONS).map(([name, says]) => [`*${name}*`, says]);
    await expectGeneratedBlock("docs/model.md", "violations", table(["violation", "it means"], rows));
  });

  test("lists the moves that are left out, with their reasons", async () => {
    const rows = MOVES_LEFT_OUT.map(({ from, to, because }) => [`\`${from}\``, `\`${to}\``, because]);
    await expectGeneratedBlock("docs/model.md", "moves-left-out", table(["from", "to", "why"], rows));
  });

  test("tells for each safeguard what goes wrong without it", async () => {
    const rows = SAFEGUARD_NAMES.map((name) => {
      const { broken, harm } = DEMONSTRATIONS[name];
      return [`**${name}**`, SAFEGUARDS[name], broken.join(", "), harm];
    });
    const head = ["safeguard", "without it", "second line behind", "leads to"];
    await expectGeneratedBlock("docs/model.md", "safeguards", table(head, rows));
  });
});

describe("docs/assumptions.md", () => {
  test("lists every probe with the assumption that it is about and its price", async () => {
    const rows = PROBES.map(({ name, assumption, claims, topupsMax }) => [
      `\`${name}\``,
      assumption,
      claims,
      String(topupsMax),
    ]);
    const head = ["probe", "about", "holds when", "top-ups at most"];
    await expectGeneratedBlock("docs/assumptions.md", "probes", table(head, rows));
  });

  test("explains every assumption that a probe or the model names under a heading of its own", async () => {
    const document = await readFile("docs/assumptions.md", "utf8");
    const headings = [...document.matchAll(/^### (.+?):/gm)].map(([, heading]) => heading);
    const named = new Set([...PROBES.map(({ assumption }) => assumption), ...MODEL_ASSUMPTIONS]);
    expect(headings).toEqual(expect.arrayContaining([...named]));
    expect(new Set(headings).size).toBe(headings.length);
  });

  test("tells what the model says of each assumption that it can break", async () => {
    const rows = (Object.keys(ASSUMPTIONS) as Assumption[]).map((name) => [
      name,
      ASSUMPTIONS[name],
      OUTCOME_WITHOUT[name].byItself,
      OUTCOME_WITHOUT[name].withPeople,
    ]);
    const head = ["assumption", "if it does not hold", "then, by itself", "then, with people"];
    await expectGeneratedBlock("docs/assumptions.md", "model", table(head, rows));
  });
});

/** `A5 in part` is told of with `A5`. */
const MODEL_ASSUMPTIONS = Object.keys(ASSUMPTIONS).filter((name) => !name.includes(" "));
