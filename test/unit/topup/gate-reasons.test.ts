import { explainGate, REFUSALS } from "@surefill/topup";
import { describe, expect, test } from "vitest";

const waiting = Object.entries(REFUSALS).flatMap(([code, action]) =>
  action.do === "wait" ? [[action.gate, code] as const] : [],
);

describe("a gate's reason", () => {
  test.each(waiting)("at the %s gate is told in words of its own for %s", (kind, code) => {
    const name = kind === "account" ? kind : `${kind}:341`;
    const { reason, whatToDo } = explainGate({ name, reason: code });
    expect(reason).not.toBe(explainGate({ name, reason: "NEVER_SEEN" }).reason);
    expect(whatToDo).not.toBe("");
  });

  test("is told for a code that nobody knows, also one that every object has", () => {
    for (const reason of ["NEVER_SEEN", "constructor", ""]) {
      expect(explainGate({ name: "account", reason })).toMatchObject({
        gates: "all top-ups of the account",
        reason: "Reloadly refuses requests of the account for now",
      });
    }
  });

  test("of a product names the operator, and FAILED, whatever the code is", () => {
    expect(explainGate({ name: "product:c-Hq:341", reason: "INSUFFICIENT_BALANCE" })).toEqual({
      gates: "top-ups to one phone at operator 341",
      reason: "provider said FAILED and asks to wait before the same is sent again",
      whatToDo: expect.any(String),
    });
  });

  test("has its detail behind it", () => {
    expect(explainGate({ name: "account", reason: "RELOADLY_TIMEOUT", detail: "HTTP 503" }).reason).toBe(
      "unreachable: no answer in time (HTTP 503)",
    );
  });
});
