/** One top-up, one identity: whatever its reference looks like, every attempt has a name that the provider takes. */
import { attemptOfCustomIdentifier, customIdentifierOf, identifierOf, isSpareJobId, jobIdOf } from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789 ._-:,;#+=@&()[]!'*".split("");
const references = fc
  .string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 150 })
  .filter((text) => text === text.trim());

describe("the identifier of an attempt", () => {
  test("is the reference as it was sent, and ~n behind it later on", () => {
    const top = { reference: "this is example identifier 092", spelling: "This is example identifier 092", attempt: 1 };
    expect(identifierOf(top)).toBe("This is example identifier 092");
    expect(identifierOf(top, 2)).toBe("This is example identifier 092~2");
    expect(attemptOfCustomIdentifier(identifierOf(top, 2))).toEqual({ reference: top.reference, attempt: 2 });
  });

  test("fits into the provider's 150 characters, whatever the reference and the attempt", () => {
    fc.assert(
      fc.property(references, fc.integer({ min: 1, max: 999 }), (reference, attempt) => {
        const identifier = customIdentifierOf(reference, attempt);
        expect(identifier.length).toBeLessThanOrEqual(150);
        const named = attemptOfCustomIdentifier(identifier);
        if (`${reference}~${attempt}`.length <= 150 || attempt === 1) expect(named).toEqual({ reference, attempt });
        else expect(named).toBeUndefined();
      }),
    );
  });

  test("is no other top-up's, also where a long reference had to be cut", () => {
    const one = `${"x".repeat(149)}a`;
    const other = `${"x".repeat(149)}b`;
    const names = [1, 2, 3].flatMap((attempt) => [
      customIdentifierOf(one, attempt),
      customIdentifierOf(other, attempt),
    ]);
    expect(new Set(names).size).toBe(6);
  });
});

test("a job id has no colon and is no number, and two top-ups never share one", () => {
  fc.assert(
    fc.property(references, references, (one, other) => {
      const [id, otherId] = [one, other].map((reference) => jobIdOf("poll", { reference, attempt: 1, fence: 1 }));
      expect(id).not.toMatch(/:|^\d+$|\s/);
      expect(id === otherId).toBe(one === other);
      expect(isSpareJobId(jobIdOf("poll", { reference: one, attempt: 1, fence: 2, mark: { spare: 3 } }))).toBe(true);
    }),
  );
});
