import { describe, expect, test } from "vitest";
import { type Finding, percent } from "../../../proof/src/chaos/liveness/scenario.js";
import { SCENARIOS } from "../../../proof/src/chaos/liveness/scenarios.js";
import { shortenedBy } from "../../../proof/src/chaos/liveness/settings.js";
import { MARKED_ENDING, MARKED_OPERATOR_ID, steadyOrders } from "../../../proof/src/chaos/liveness/steady-load.js";
import { formatTable, isAllKept, type Line } from "../../../proof/src/chaos/liveness/table.js";

const scenario = { name: "some-trouble", trouble: "it rains" };
const kept: Finding = { offered: "10 at 1/s", kept: "99.0 %", bound: ">= 98.0 %", isKept: true, wrong: [] };
const lineOf = (changes: Partial<Line>): Line => ({ scenario, findings: [kept], ...changes });

describe("A liveness run", () => {
  test("is good only when every bound is kept, nothing else is wrong, and everything was measured", () => {
    expect(isAllKept([lineOf({}), lineOf({})])).toBe(true);
    expect(isAllKept([lineOf({}), lineOf({ findings: [kept, { ...kept, isKept: false }] })])).toBe(false);
    expect(isAllKept([lineOf({ findings: [{ ...kept, wrong: ["1 recipients were paid twice"] }] })])).toBe(false);
    expect(isAllKept([lineOf({ findings: [], failure: "no openssl" })])).toBe(false);
  });

  test("shows a line for each bound, and what was wrong below", () => {
    const findings = [kept, { ...kept, isKept: false, wrong: ["3 top-ups are in review"] }];
    expect(
      formatTable([lineOf({ findings })])
        .split("\n")
        .slice(2),
    ).toEqual([
      "| some-trouble | it rains | 10 at 1/s | 99.0 % | >= 98.0 % | yes |",
      "| some-trouble | it rains | 10 at 1/s | 99.0 % | >= 98.0 % | NO |",
      "some-trouble: 3 top-ups are in review",
    ]);
  });

  test("rounds no share up to its bound", () => {
    expect(percent(0.97999)).toBe("97.9 %");
  });

  test("has a name of its own for each scenario", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

test("Steady orders go to a recipient each, and only those of the marked operator end in its digit", () => {
  const orders = steadyOrders("run", 10_000);
  expect(new Set(orders.map(({ recipientPhone }) => recipientPhone.number)).size).toBe(10_000);
  for (const { operatorId, recipientPhone } of orders) {
    expect(recipientPhone.number.endsWith(MARKED_ENDING)).toBe(operatorId === MARKED_OPERATOR_ID);
  }
});

test("Shortened settings divide every wait, and leave counts as they are shipped", () => {
  const settings = shortenedBy(10);
  expect(settings).toMatchObject({ QUIET_MS: "120000", GATE_FIRST_MS: "3000", SCHEDULE_SCALE: "0.1" });
  expect(settings).not.toHaveProperty("UNKNOWN_ROUNDS_MAX");
});
