/** What a caller is told of a wrong request: what is missing, which name was meant, and no more than it can read. */
import { parseTopupRequest } from "@surefill/topup";
import { describe, expect, test } from "vitest";

const VALID = { operatorId: 341, amount: "5", recipientPhone: { countryCode: "NG", number: "08031234567" } };

function issues(input: unknown) {
  const parsed = parseTopupRequest(input);
  return parsed.ok ? [] : parsed.issues;
}

describe("a field that is missing", () => {
  test.each(["operatorId", "amount", "recipientPhone"])("is called missing: %s", (field) => {
    expect(issues({ ...VALID, [field]: undefined })).toEqual([
      { pointer: `/${field}`, code: "missing", detail: expect.any(String) },
    ]);
  });

  test("is called missing inside another one", () => {
    expect(issues({ ...VALID, recipientPhone: { number: "08031234567" } })[0]).toMatchObject({
      pointer: "/recipientPhone/countryCode",
      code: "missing",
    });
  });

  test("is not missing when it is there and wrong", () => {
    expect(issues({ ...VALID, amount: null })).toMatchObject([{ pointer: "/amount", code: "invalid" }]);
  });
});

describe("an unknown field", () => {
  test.each([
    ["operator_id", "operatorId"],
    ["OperatorID", "operatorId"],
    ["operatrId", "operatorId"],
    ["ammount", "amount"],
    ["recipient_phone", "recipientPhone"],
    ["phone", "recipientPhone"],
    ["custom_identifier", "customIdentifier"],
    ["idempotency_key", "reference"],
    ["metaData", "metadata"],
  ])("%s is taken for a slip of %s", (wrong, meant) => {
    expect(issues({ ...VALID, [wrong]: 1 })).toEqual([
      { pointer: `/${wrong}`, code: "unknown_field", detail: `is not a known field; did you mean ${meant}?` },
    ]);
  });

  test("inside a phone is compared with the fields of a phone", () => {
    const recipientPhone = { ...VALID.recipientPhone, country_code: "NG" };
    expect(issues({ ...VALID, recipientPhone })[0]?.detail).toContain("did you mean countryCode?");
  });

  test.each(["colour", "to", "x".repeat(5_000)])("that is close to none has no proposal: %s", (wrong) => {
    expect(issues({ ...VALID, [wrong]: 1 })[0]?.detail).toBe("is not a known field");
  });
});

describe("a body of a megabyte", () => {
  const wrongKeys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 0]));

  test("full of wrong keys has 100 faults listed, and says how many more there are", () => {
    const listed = issues({ ...VALID, ...wrongKeys(90_000) });
    expect(listed).toHaveLength(101);
    expect(listed[100]?.detail).toBe("has 89900 more faults that are not listed");
    expect(JSON.stringify(listed).length).toBeLessThan(20_000);
  });

  test("that is one wrong key shows the start of it", () => {
    expect(JSON.stringify(issues({ ...VALID, ["~/".repeat(450_000)]: 1 })).length).toBeLessThan(1_000);
  });
});
