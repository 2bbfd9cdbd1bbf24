/** Canaries are logged in every way we could think of; none may come out. The twin test shows that they would. */
import { createLogger, LOG_LEVELS, maskPhone } from "@surefill/runtime";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const PHONE = "50936377111";
const TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl";
const SECRET = "canary-client-secret-9f3";
const EMAIL = "canary@example.com";

function capture(secrets: readonly string[] = []) {
  const lines: string[] = [];
  const log = createLogger({
    name: "test",
    level: "debug",
    secrets,
    destination: { write: (line) => lines.push(line) },
  });
  const only = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? "{}");
  return { log, lines, only };
}

function driverError(): Error {
  const cause = new Error(`recipient +${PHONE} refused for ${EMAIL}`);
  const error = new Error(`EVALSHA failed at redis://user:${SECRET}@10.0.0.1:6379 Bearer ${TOKEN} for 509 3637-7111`, {
    cause,
  });
  // What ioredis does: the whole command hangs on the error.
  return Object.assign(error, { command: { name: "evalsha", args: [PHONE, SECRET] }, code: "ECONNRESET" });
}

describe("nothing personal or secret leaves through a log line", () => {
  const cases: ReadonlyArray<[string, (log: ReturnType<typeof capture>["log"]) => void]> = [
    [
      "fields",
      (log) =>
        log.info({ recipientPhone: PHONE, recipientEmail: EMAIL, accessToken: TOKEN, clientSecret: SECRET }, "x"),
    ],
    ["a numeric phone", (log) => log.info({ phone: Number(PHONE), number: Number(PHONE) }, "x")],
    ["nested fields", (log) => log.info({ request: { recipientPhone: { countryCode: "HT", number: PHONE } } }, "x")],
    ["lists", (log) => log.info({ phones: [PHONE], recipients: [{ senderPhone: PHONE, token: TOKEN }] }, "x")],
    [
      "headers",
      (log) => log.info({ headers: { Authorization: `Bearer ${TOKEN}`, "X-Api-Key": SECRET, cookie: SECRET } }, "x"),
    ],
    ["a child's bindings", (log) => log.child({ phone: PHONE, password: SECRET }).info({}, "x")],
    ["a URL", (log) => log.info({ url: `/operators/auto-detect/phone/${PHONE}/countries/HT` }, "x")],
    ["a connection string", (log) => log.info({ address: `rediss://user:${SECRET}@redis:6379` }, "x")],
    ["an error", (log) => log.error({ err: driverError() }, "x")],
    ["an error under another name", (log) => log.error({ failure: driverError() }, "x")],
    ["several errors", (log) => log.error({ err: new AggregateError([driverError()], `for ${PHONE}`) }, "x")],
    ["the message itself", (log) => log.info({}, `sending to ${PHONE} with Bearer ${TOKEN}`)],
    ["an international number in any field", (log) => log.info({ note: `call +${PHONE}` }, "x")],
  ];

  test.each(cases)("%s", (_name, write) => {
    const { log, lines } = capture([SECRET]);
    write(log);
    expect(lines).toHaveLength(1);
    for (const canary of [PHONE, "3637-7111", TOKEN, SECRET, EMAIL]) expect(lines.join()).not.toContain(canary);
  });

  test.each(["clientSecret", "password", "accessToken", "tokens", "apiKey", "X-Api-Key", "authorization", "cookie"])(
    "a field called %s is hidden whatever its value looks like",
    (name) => {
      const { log, lines } = capture();
      log.child({ [name]: "canary" }).info({ deep: { [name]: "canary", list: [{ [name]: ["canary"] }] } }, "x");
      expect(lines.join()).not.toContain("canary");
    },
  );

  test("a secret value that was named at the start is taken out of a field nobody thought of", () => {
    const { log, lines } = capture([SECRET]);
    log.info({ hint: `it was ${SECRET}` }, "x");
    expect(lines.join()).not.toContain(SECRET);
    const unaware = capture();
    unaware.log.info({ hint: `it was ${SECRET}` }, "x");
    expect(unaware.lines.join()).toContain(SECRET);
  });

  test("no phone number gets out of an error text, however people group its digits", () => {
    const grouped = fc.tuple(
      fc.array(fc.constantFrom("", " ", "-", ") "), { minLength: 9, maxLength: 9 }),
      fc.stringMatching(/^[1-9]\d{9}$/),
    );
    fc.assert(
      fc.property(grouped, ([gaps, digits]) => {
        const phone = digits
          .split("")
          .map((digit, index) => digit + (gaps[index] ?? ""))
          .join("");
        const { log, lines } = capture();
        log.error({ err: new TypeError(`no such number ${phone}.`) }, "x");
        expect(lines.join()).not.toContain(phone);
      }),
    );
  });
});

describe("what an operator needs is still there", () => {
  test("references, ids, states, hosts and the error's code and causes", () => {
    const { log, only } = capture();
    const fields = { reference: "payroll-2026-11-0042", transactionId: 4602843, state: "processing", durationMs: 12.5 };
    log.child({ queue: "poll" }).warn({ ...fields, err: driverError() }, "poll failed");
    expect(only()).toMatchObject({
      ...fields,
      level: "warn",
      name: "test",
      queue: "poll",
      msg: "poll failed",
      err: { type: "Error", code: "ECONNRESET", cause: { type: "Error" } },
    });
    expect(JSON.stringify(only())).toContain("10.0.0.1:6379");
  });

  test("two recipients can be told apart by the end of a masked number, and a short one is hidden whole", () => {
    expect(maskPhone(PHONE)).toBe("***111");
    expect(maskPhone("123456")).toBe("***");
  });

  test("bigints, dates, cycles and great depth do not break a line", () => {
    const { log, lines, only } = capture();
    const cycle: Record<string, unknown> = { amount: 5n, at: new Date(0), list: Array.from({ length: 500 }, () => 1) };
    cycle["self"] = cycle;
    log.info({ cycle }, "x");
    expect(lines).toHaveLength(1);
    expect(only()).toMatchObject({ cycle: { amount: "5", at: "1970-01-01T00:00:00.000Z" } });
    expect(lines.join().length).toBeLessThan(10_000);
  });

  test("lines below the level are not written", () => {
    for (const level of LOG_LEVELS) {
      const lines: string[] = [];
      const log = createLogger({ name: "test", level, destination: { write: (line) => lines.push(line) } });
      log.debug({}, "d");
      log.info({}, "i");
      log.warn({}, "w");
      log.error({}, "e");
      log.fatal({}, "f");
      expect(lines).toHaveLength(LOG_LEVELS.length - 1 - LOG_LEVELS.indexOf(level));
    }
  });
});
