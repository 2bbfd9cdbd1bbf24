/** What callers send, over HTTP or straight into the queue: read whole or refused with every fault at its place. */
import { contentOf, parseTopupRequest, type TopupRequest } from "@surefill/topup";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const VALID = { operatorId: 341, amount: "5", recipientPhone: { countryCode: "NG", number: "08031234567" } };
const REQUEST: TopupRequest = {
  operatorId: 341,
  amount: "5",
  useLocalAmount: false,
  recipientPhone: { countryCode: "NG", number: "2348031234567" },
};

/** Pointers of the faults found; undefined when there are none. */
function faults(input: unknown): string[] | undefined {
  const parsed = parseTopupRequest(input);
  return parsed.ok ? undefined : parsed.issues.map(({ pointer }) => pointer);
}

describe("a request", () => {
  test("as Reloadly itself takes it is taken here", () => {
    const body = {
      ...VALID,
      operatorId: "341",
      amount: 5,
      customIdentifier: "Order-1",
      useLocalAmount: "false",
      recipientEmail: null,
      senderPhone: { countryCode: "us", number: "2125550123" },
    };
    expect(parseTopupRequest(body)).toEqual({
      ok: true,
      reference: "order-1",
      spelling: "Order-1",
      request: { ...REQUEST, senderPhone: { countryCode: "US", number: "12125550123" } },
    });
  });

  test("needs no reference, and leaves out what was not sent", () => {
    expect(parseTopupRequest(VALID)).toEqual({ ok: true, reference: undefined, request: REQUEST });
  });

  test.each([
    [{ reference: "A-1" }, "a-1"],
    [{ customIdentifier: "A-1" }, "a-1"],
    [{ reference: "A-1", customIdentifier: "a-1" }, "a-1"],
    [{ reference: "x".repeat(150) }, "x".repeat(150)],
    [{ customIdentifier: "This is example identifier 092" }, "this is example identifier 092"],
    [{ reference: "INV: 2026, #12 (a+b) [c] @d & e = f!" }, "inv: 2026, #12 (a+b) [c] @d & e = f!"],
  ])("knows its reference by either name, in lower case: %j", (names, reference) => {
    expect(parseTopupRequest({ ...VALID, ...names })).toMatchObject({ ok: true, reference });
  });

  test("with two different references is refused at the alias", () => {
    expect(faults({ ...VALID, reference: "a-1", customIdentifier: "a-2" })).toEqual(["/customIdentifier"]);
  });

  test.each([
    ...["", " ", " a", "a ", "a~2", "ä", "a/b", "a\\b", "a%2fb", "a\n", "a\tb", "x".repeat(151), "{0}", "<b>", 5, null],
    ...[".", "..", "batch", "Batch", "=1+1", "+1", "@a"],
  ])("cannot have the reference %j", (reference) => {
    expect(faults({ ...VALID, reference })).toEqual(["/reference"]);
    expect(faults({ ...VALID, customIdentifier: reference })).toEqual(["/customIdentifier"]);
  });

  test("takes receiverPhone, the older name, and refuses it beside another recipientPhone", () => {
    const { recipientPhone, ...rest } = VALID;
    expect(parseTopupRequest({ ...rest, receiverPhone: recipientPhone })).toEqual(parseTopupRequest(VALID));
    expect(parseTopupRequest({ ...VALID, receiverPhone: recipientPhone })).toEqual(parseTopupRequest(VALID));
    const other = { countryCode: "NG", number: "08031234568" };
    expect(faults({ ...VALID, receiverPhone: other })).toEqual(["/receiverPhone"]);
    expect(faults({ ...rest, receiverPhone: other, recipientEmail: "ana@nauta.com.cu" })).toEqual(["/recipientPhone"]);
  });

  test.each([
    [
      { countryCode: "CA", number: "1231231231" },
      { countryCode: "CA", number: "1231231231" },
    ],
    [{ number: "+1 231-231-1231" }, { number: "+1 231-231-1231" }],
    [{ countryCode: "ca" }, { countryCode: "CA" }],
    [null, undefined],
  ])("keeps a sender as it is where it is no valid number: %j", (senderPhone, kept) => {
    expect(parseTopupRequest({ ...VALID, senderPhone })).toEqual({
      ok: true,
      reference: undefined,
      request: { ...REQUEST, ...(kept && { senderPhone: kept }) },
    });
  });

  test.each([{}, "1231231231", { number: "call me" }, { countryCode: "XX" }, { number: "1".repeat(40) }])(
    "cannot have the sender %j",
    (senderPhone) => {
      expect(faults({ ...VALID, senderPhone })?.[0]).toMatch(/^\/senderPhone/);
    },
  );

  test("has exactly one recipient", () => {
    const { recipientPhone, ...nobody } = VALID;
    const recipientEmail = "Ana@nauta.com.cu";
    expect(faults(nobody)).toEqual(["/recipientPhone"]);
    expect(faults({ ...nobody, recipientPhone, recipientEmail })).toEqual(["/recipientPhone"]);
    expect(parseTopupRequest({ ...nobody, recipientEmail })).toMatchObject({
      ok: true,
      request: { recipientEmail: "ana@nauta.com.cu" },
    });
  });

  test.each([
    "ana@gmail.com",
    "ana@nauta.com.cu.evil.com",
    "ana@nauta.com",
    "@nauta.com.cu",
    "a b@nauta.com.cu",
    "ana@nauta.com.cu\n",
    `${"a".repeat(90)}@nauta.com.cu`,
  ])("to the address %j is refused: only Nauta is topped up by e-mail", (recipientEmail) => {
    const { recipientPhone: _, ...rest } = VALID;
    expect(faults({ ...rest, recipientEmail })).toContain("/recipientEmail");
  });

  test("finds an operator by itself for a phone, and never for an address", () => {
    expect(parseTopupRequest({ ...VALID, operatorId: "auto" })).toMatchObject({
      ok: true,
      request: { operatorId: "auto" },
    });
    const { recipientPhone: _, ...rest } = VALID;
    expect(faults({ ...rest, recipientEmail: "ana@nauta.co.cu", operatorId: "auto" })).toEqual(["/operatorId"]);
  });

  test.each([0, -1, 1.5, "0341", "AUTO", "", null, 1e9, "341 ", true, undefined])(
    "has no operator %j",
    (operatorId) => {
      const parsed = parseTopupRequest({ ...VALID, operatorId });
      expect(parsed).toMatchObject({
        ok: false,
        issues: [
          { pointer: "/operatorId", detail: 'must be a Reloadly operator id (a whole number above 0) or "auto"' },
        ],
      });
    },
  );

  test.each(["cmp_0192f7", "CMP_0192f7"])("cannot pass for one that a campaign sent: %s", (campaign) => {
    expect(faults({ ...VALID, campaign })).toEqual(["/campaign"]);
    expect(faults({ ...VALID, campaign: `my-${campaign}` })).toBeUndefined();
  });

  test("says every fault at once, each at its own pointer", () => {
    const input = {
      operatorId: 0,
      amount: "1e9",
      useLocalAmount: "yes",
      recipientPhone: { countryCode: "NG", number: "1", extra: 1 },
      metadata: { "a b": "x", ok: 5 },
      "odd/key~1": 1,
    };
    expect(faults(input)?.toSorted()).toEqual(
      [
        "/operatorId",
        "/amount",
        "/useLocalAmount",
        "/recipientPhone/extra",
        "/recipientPhone/number",
        "/metadata/a b",
        "/metadata/ok",
        "/odd~1key~01",
      ].toSorted(),
    );
  });

  test("says what is missing between fields beside faults of single fields", () => {
    expect(faults({ operatorId: 0, amount: "-5" })?.toSorted()).toEqual(["/amount", "/operatorId", "/recipientPhone"]);
    const phone = { countryCode: "XX", number: null };
    const input = { amount: "x", operatorId: "auto", recipientPhone: phone, recipientEmail: "ana@nauta.com.cu" };
    expect(faults({ ...input, reference: "a-1", customIdentifier: "a-2" })?.toSorted()).toEqual([
      "/amount",
      "/customIdentifier",
      "/operatorId",
      "/recipientPhone",
      "/recipientPhone/countryCode",
      "/recipientPhone/number",
    ]);
  });

  test.each([
    ["a body that is no object", "text", "must be an object: one top-up"],
    ["a list", [VALID], "must be an object: one top-up"],
    [
      "a phone that is a text",
      { ...VALID, recipientPhone: "08031234567" },
      "must be an object with countryCode and number",
    ],
    ["an amount of a billion", { ...VALID, amount: "1000000000" }, /below a billion$/],
    ["nothing but unknown fields", { to: 1 }, "is not a known field"],
  ])("explains in words of its own what is wrong with %s", (_, input, detail) => {
    const parsed = parseTopupRequest(input);
    const details = parsed.ok ? [] : parsed.issues.map((issue) => issue.detail);
    expect(details).toContainEqual(typeof detail === "string" ? detail : expect.stringMatching(detail));
    expect(details.join()).not.toMatch(/invalid input|expected|undefined|required|\d{7}/i);
  });

  test("never repeats a value in its faults", () => {
    const parsed = parseTopupRequest({
      ...VALID,
      recipientPhone: { countryCode: "NG", number: "0803999" },
      reference: "has 0803999",
    });
    expect(JSON.stringify(parsed)).not.toContain("0803999");
  });

  test("with a key __proto__ anywhere is refused, and changes no object's prototype", () => {
    const base = JSON.stringify(VALID).slice(1, -1);
    expect(faults(JSON.parse(`{${base},"__proto__":{"polluted":1}}`))).toEqual(["/__proto__"]);
    expect(faults(JSON.parse(`{${base},"metadata":{"__proto__":"x","a":"b"}}`))).toEqual(["/metadata/__proto__"]);
    expect(
      faults(
        JSON.parse(
          `{"operatorId":1,"amount":"5","recipientPhone":{"countryCode":"NG","number":"08031234567","__proto__":1}}`,
        ),
      ),
    ).toEqual(["/recipientPhone/__proto__"]);
    expect({}).not.toHaveProperty("polluted");
    const kept = parseTopupRequest(JSON.parse(`{${base},"metadata":{"constructor":"x"}}`));
    expect(kept).toMatchObject({ ok: true, request: { metadata: { constructor: "x" } } });
  });

  test.each([null, undefined, 1, "text", [], [VALID], true, () => VALID])(
    "that is no object is refused as a whole: %j",
    (input) => {
      expect(faults(input)).toEqual([""]);
    },
  );

  test("never throws, whatever it is", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withMap: true }), (input) => {
        expect(parseTopupRequest(input).ok).toBe(false);
        expect(parseTopupRequest({ ...VALID, metadata: input, recipientEmail: input }).ok).toBe(input === undefined);
      }),
    );
  });
});

describe("metadata", () => {
  const withMetadata = (metadata: unknown) => faults({ ...VALID, metadata });
  const entries = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));

  test("is kept up to 20 entries of 200 characters, in any language", () => {
    const metadata = { ...entries(19), "a.b-c_D": "ñ😀".padEnd(200, "x") };
    expect(parseTopupRequest({ ...VALID, metadata })).toMatchObject({ ok: true, request: { metadata } });
  });

  test.each([
    ["21 entries", entries(21), "/metadata"],
    ["a value of 201 characters", { a: "x".repeat(201) }, "/metadata/a"],
    ["a value that is no text", { a: 1 }, "/metadata/a"],
    ["half a surrogate pair, which no UTF-8 holds", { a: "\ud83d" }, "/metadata/a"],
    ["an empty key", { "": "x" }, "/metadata/"],
    ["a key of 41 characters", { ["k".repeat(41)]: "x" }, `/metadata/${"k".repeat(41)}`],
    ["a list", ["x"], "/metadata"],
    ["a text", "x", "/metadata"],
  ])("with %s is refused", (_, metadata, pointer) => {
    expect(withMetadata(metadata)).toEqual([pointer]);
  });

  test("with a million entries is refused without ado", () => {
    expect(withMetadata(entries(100_000))).toEqual(["/metadata"]);
  });
});

describe("the content of a request", () => {
  test("is the same for every way of writing the same top-up", () => {
    const texts = [
      VALID,
      { ...VALID, operatorId: "341", amount: 5, useLocalAmount: false },
      { ...VALID, amount: "5.00" },
      { ...VALID, recipientPhone: { countryCode: "ng", number: "+234 803 123 4567" } },
      { ...VALID, campaign: "spring" },
      { ...VALID, reference: "another" },
    ].map((input) => {
      const parsed = parseTopupRequest(input);
      return parsed.ok ? contentOf(parsed.request) : "refused";
    });
    expect(new Set(texts).size).toBe(1);
    expect(texts).not.toContain("refused");
  });

  test("does not depend on the order of metadata", () => {
    expect(contentOf({ ...REQUEST, metadata: { a: "1", b: "2" } })).toBe(
      contentOf({ ...REQUEST, metadata: { b: "2", a: "1" } }),
    );
  });

  test.each<Partial<TopupRequest>>([
    { operatorId: 342 },
    { operatorId: "auto" },
    { amount: "5.00001" },
    { useLocalAmount: true },
    { recipientPhone: { countryCode: "NG", number: "2348031234568" } },
    { senderPhone: { countryCode: "US", number: "12125550123" } },
    { metadata: { a: "1" } },
    { metadata: { a: '1"],["b","2' } },
  ])("differs when %j is bought instead", (change) => {
    expect(contentOf({ ...REQUEST, ...change })).not.toBe(contentOf(REQUEST));
  });
});
