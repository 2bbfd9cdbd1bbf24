// What a POST does, refuses and leaves behind, over HTTP with an injected clock. The rules are those of the real
// sandbox; each test checks the answer and the books.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { waitFor } from "../../support/wait-for.js";
import { inOrder, onSend, openWorld, orderBody, phone, type World } from "./world.js";

test("an accepted top-up answers with its transactionId only, is PROCESSING for its time and then SUCCESSFUL", async () => {
  const world = await openWorld({ processingMs: 8000 });
  const reply = await world.send({ customIdentifier: "a" });
  expect(reply.text).toMatch(/^\{"transactionId":\d+\}$/);
  const id = Number(reply.body.transactionId);
  world.clock.advance(7999);
  expect((await world.get(`/topups/${id}/status`)).body).toEqual({
    code: null,
    message: null,
    status: "PROCESSING",
    transaction: null,
  });
  world.clock.advance(1);
  const done = await world.get(`/topups/${id}/status`);
  expect(done.body).toMatchObject({ status: "SUCCESSFUL", transaction: { transactionId: id, customIdentifier: "a" } });
});

test("a synchronous top-up answers with the final transaction and five exact decimals of the wallet", async () => {
  const world = await openWorld({ initialBalance: "993.81" });
  const { httpStatus, text, body } = await world.send({ customIdentifier: "a" }, "/topups");
  expect(httpStatus).toBe(200);
  expect(body).toMatchObject({
    status: "SUCCESSFUL",
    recipientPhone: "22796121000",
    deliveredAmountCurrencyCode: "XOF",
  });
  expect(text).toContain('"oldBalance":993.81000,"newBalance":993.61215,"cost":0.19785');
});

test("a PIN product delivers a voucher", async () => {
  const world = await openWorld();
  const order = {
    operatorId: 672,
    amount: "10.9",
    useLocalAmount: false,
    recipientPhone: { countryCode: "gr", number: "6907039456" },
  };
  const { body } = await world.send(order, "/topups");
  expect(body.pinDetail).toMatchObject({
    serial: expect.stringMatching(/^\d+$/),
    code: expect.stringMatching(/^\d+$/),
  });
});

test("Nauta is topped up by e-mail address", async () => {
  const world = await openWorld();
  const order = { operatorId: "685", amount: "10", useLocalAmount: false, recipientEmail: "peter@nauta.com.cu" };
  expect((await world.send(order, "/topups")).body).toMatchObject({
    recipientEmail: "peter@nauta.com.cu",
    recipientPhone: null,
  });
  const elsewhere = await world.send({ ...order, recipientEmail: "peter@example.com" });
  expect(elsewhere).toMatchObject({ httpStatus: 400, body: { errorCode: "INVALID_INPUT_PROVIDED" } });
});

test.each([["+22796123456"], ["22796123456"], ["96123456"], [96123456], ["+227 96-12-34-56"]])(
  "the number %j is the same phone in Niger",
  async (number) => {
    const world = await openWorld();
    const { body } = await world.send({ recipientPhone: { countryCode: "ne", number } }, "/topups");
    expect(body.recipientPhone).toBe("22796123456");
  },
);

test("a trunk zero is taken where the country has one, and nowhere else", async () => {
  const world = await openWorld();
  const nigeria = { countryCode: "NG", number: "08147658721" };
  const order = { operatorId: 341, amount: 500, recipientPhone: nigeria };
  expect((await world.send(order, "/topups")).body.recipientPhone).toBe("2348147658721");
  const niger = await world.send({ recipientPhone: { countryCode: "NE", number: "096123456" } });
  expect(niger.body.errorCode).toBe("INVALID_RECIPIENT_PHONE");
});

const REFUSED: ReadonlyArray<
  [title: string, change: Record<string, unknown>, httpStatus: number, errorCode: string, message: RegExp]
> = [
  ["no amount", { amount: undefined }, 400, "INVALID_INPUT_PROVIDED", /^Missing required field amount$/],
  ["an amount that is no number", { amount: "ten" }, 400, "INVALID_INPUT_PROVIDED", /^Invalid amount provided$/],
  ["a negative amount", { amount: -1 }, 400, "INVALID_INPUT_PROVIDED", /^Invalid amount provided$/],
  ["no operator", { operatorId: undefined }, 400, "INVALID_INPUT_PROVIDED", /operatorId/],
  ["no recipient", { recipientPhone: undefined }, 400, "INVALID_INPUT_PROVIDED", /recipientPhone/],
  [
    "an identifier of 151 characters",
    { customIdentifier: "x".repeat(151) },
    400,
    "INVALID_INPUT_PROVIDED",
    /customIdentifier is 150$/,
  ],
  [
    "a local amount out of range",
    { amount: 99.99 },
    400,
    "INVALID_LOCAL_AMOUNT_FOR_OPERATOR",
    /^Min and max \(local\) amounts for operator id 640 \(Airtel Niger\) are : 100\.00 XOF and 50000\.00 XOF$/,
  ],
  ["an amount out of range", { amount: 0.19, useLocalAmount: false }, 400, "INVALID_AMOUNT_FOR_OPERATOR", /640/],
  [
    "an amount that is not listed",
    {
      operatorId: 345,
      amount: 0.36,
      useLocalAmount: false,
      recipientPhone: { countryCode: "NG", number: "8031234567" },
    },
    400,
    "INVALID_AMOUNT_FOR_OPERATOR",
    /0\.35, 1\.4, 3\.5/,
  ],
  [
    "a local amount where there are none",
    { operatorId: 174, recipientPhone: { countryCode: "HT", number: "36377111" } },
    400,
    "LOCAL_AMOUNTS_NOT_SUPPORTED_BY_OPERATOR",
    /./,
  ],
  [
    "a number of another country",
    { recipientPhone: { countryCode: "NE", number: "+2348031234567" } },
    400,
    "INVALID_RECIPIENT_PHONE",
    /^Recipient phone number is not valid$/,
  ],
  [
    "an operator of another country",
    { recipientPhone: { countryCode: "NG", number: "8031234567" } },
    400,
    "OPERATOR_AND_RECIPIENT_PHONE_MISMATCH",
    /./,
  ],
  ["a sender without digits", { senderPhone: { countryCode: "CA", number: "me" } }, 400, "INVALID_SENDER_PHONE", /./],
  ["an operator that does not exist", { operatorId: 999_999 }, 503, "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE", /./],
];

test.each(REFUSED)(
  "%s is refused at once and does not burn the identifier",
  async (_title, change, httpStatus, errorCode, message) => {
    const world = await openWorld();
    const reply = await world.send({ customIdentifier: "a", ...change });
    expect(reply).toMatchObject({
      httpStatus,
      body: { errorCode, path: "/topups-async", infoLink: null, details: [] },
    });
    expect(reply.body.message).toMatch(message);
    expect(reply.body.timeStamp).toBe("2026-03-10 12:00:00");
    expect((await world.send({ customIdentifier: "a" })).httpStatus).toBe(200);
  },
);

test("a body that is not JSON, or not sent as JSON, is refused", async () => {
  const world = await openWorld();
  const broken = await world.call("POST", "/topups-async", { body: '{"operatorId":' });
  expect(broken).toMatchObject({ httpStatus: 400, body: { errorCode: "INVALID_INPUT_PROVIDED" } });
  expect((await world.call("POST", "/topups-async", { body: "[]" })).body.errorCode).toBe("INVALID_INPUT_PROVIDED");
  const form = await world.call("POST", "/topups-async", { body: "a=1", headers: { "content-type": "text/plain" } });
  expect(form).toMatchObject({ httpStatus: 415, body: { errorCode: "UNSUPPORTED_MEDIA_TYPE" } });
});

test("a used identifier is refused without a transactionId, whatever the rest of the body says", async () => {
  const world = await openWorld();
  await world.accept({ customIdentifier: "a" });
  const again = await world.send({ customIdentifier: "a", amount: 700, recipientPhone: phone("2000") });
  expect(again.httpStatus).toBe(400);
  expect(again.body).toEqual({
    timeStamp: "2026-03-10 12:00:00",
    message: "The custom identifier provided has already been used. Please provide a new, unique custom identifier",
    path: "/topups-async",
    errorCode: "CUSTOM_IDENTIFIER_ALREADY_USED",
    infoLink: null,
    details: [],
  });
  expect(world.row("a")).toMatchObject({ posts: 2, executions: 1, duplicateRefusals: 1, rejections: 0 });
});

test("identifiers that differ in case are different identifiers", async () => {
  const world = await openWorld();
  await world.accept({ customIdentifier: "abc" });
  await world.accept({ customIdentifier: "ABC", recipientPhone: phone("2000") });
});

const sendFive = (world: World) => Promise.all(Array.from({ length: 5 }, () => world.send({ customIdentifier: "a" })));

test("five overlapping POSTs with one identifier are five executions while the check is not atomic", async () => {
  const world = await openWorld({ duplicateWindowMs: 300 });
  const sending = sendFive(world);
  await waitFor(() => expect(world.sandbox.books().totals.posts).toBe(5));
  world.clock.advance(300);
  expect((await sending).map(({ httpStatus }) => httpStatus)).toEqual([200, 200, 200, 200, 200]);
  expect(world.row("a")).toMatchObject({ posts: 5, executions: 5, debited: "0.98925" });
  expect(world.sandbox.books().totals.identifiersWithSeveralExecutions).toBe(1);
  const report = await world.get("/topups/reports/transactions?customIdentifier=a");
  expect(report.body.totalElements).toBe(5);
});

test("a sequential POST is refused even where overlapping ones are not", async () => {
  const world = await openWorld({ duplicateWindowMs: 300 });
  const first = world.send({ customIdentifier: "a" });
  await waitFor(() => expect(world.sandbox.books().totals.posts).toBe(1));
  world.clock.advance(300);
  await first;
  expect((await world.send({ customIdentifier: "a" })).body.errorCode).toBe("CUSTOM_IDENTIFIER_ALREADY_USED");
});

test("five overlapping POSTs with one identifier are one execution without a window", async () => {
  const world = await openWorld();
  const replies = await sendFive(world);
  expect(replies.filter(({ httpStatus }) => httpStatus === 200)).toHaveLength(1);
  expect(world.row("a")).toMatchObject({ posts: 5, executions: 1, duplicateRefusals: 4, debited: "0.19785" });
});

test("a POST whose caller has left is executed all the same", async () => {
  const world = await openWorld({ duplicateWindowMs: 5000 });
  const leaving = new AbortController();
  const sending = fetch(`${world.sandbox.url}/topups-async`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: await bearer(world) },
    body: JSON.stringify(orderBody({ customIdentifier: "a" })),
    signal: leaving.signal,
  });
  await waitFor(() => expect(world.sandbox.books().totals.posts).toBe(1));
  leaving.abort();
  await expect(sending).rejects.toThrow();
  world.clock.advance(5000);
  expect(world.row("a")?.executions).toBe(1);
});

async function bearer(world: World): Promise<string> {
  return `Bearer ${String((await world.signIn()).body.access_token)}`;
}

test.each([
  ["burns its identifier by default", true, "CUSTOM_IDENTIFIER_ALREADY_USED"],
  ["frees its identifier on request", false, undefined],
])("a FAILED top-up %s", async (_title, failedBurnsIdentifier, errorCode) => {
  const world = await openWorld({ failedBurnsIdentifier });
  await world.accept({ customIdentifier: "a", recipientPhone: phone("0005") });
  expect((await world.send({ customIdentifier: "a" })).body.errorCode).toBe("CUSTOM_IDENTIFIER_ALREADY_USED");
  world.clock.advance(11_000);
  expect((await world.send({ customIdentifier: "a" })).body.errorCode).toBe(errorCode);
});

test("a phone takes no second top-up for two minutes, and then it does", async () => {
  const world = await openWorld();
  await world.accept({ customIdentifier: "a" });
  world.clock.advance(119_999);
  const early = await world.send({ customIdentifier: "b" });
  expect(early).toMatchObject({ httpStatus: 400, body: { errorCode: "PHONE_RECENTLY_RECHARGED" } });
  world.clock.advance(1);
  expect((await world.send({ customIdentifier: "b" })).httpStatus).toBe(200);
});

test("the two-minute rule forgets a top-up that failed, and can be turned off", async () => {
  const world = await openWorld();
  await world.accept({ recipientPhone: phone("0005") });
  world.clock.advance(11_000);
  await world.accept({ recipientPhone: phone("0005") });
  const free = await openWorld({ phoneRechargeWindowMs: 0 });
  await inOrder(3, () => free.accept());
});

test("the same product fails again during the hold after FAILED, another product does not", async () => {
  const faultPlan = onSend({ kind: "failed" });
  const world = await openWorld({ faultPlan, providerHoldMs: 1_800_000, processingMs: 1000, phoneRechargeWindowMs: 0 });
  const outcome = async (operatorId: number) => {
    const id = await world.accept({ operatorId, amount: 500 });
    world.clock.advance(1000);
    return world.statusOf(id);
  };
  expect(await outcome(640)).toBe("FAILED");
  expect(await outcome(640)).toBe("FAILED");
  expect(await outcome(641)).toBe("SUCCESSFUL");
});

test("the hold of thirty minutes runs from the failure that began it, not from the attempts during it", async () => {
  const faultPlan = onSend({ kind: "failed" });
  const world = await openWorld({ faultPlan, providerHoldMs: 1_800_000, processingMs: 0 });
  const outcome = async () => world.statusOf(await world.accept());
  expect(await outcome()).toBe("FAILED");
  world.clock.advance(1_799_999);
  expect(await outcome()).toBe("FAILED");
  world.clock.advance(1);
  expect(await outcome()).toBe("SUCCESSFUL");
});

test("without a hold the second execution for the same recipient and operator succeeds", async () => {
  const world = await openWorld();
  const ids = await inOrder(2, async () => {
    const id = await world.accept({ recipientPhone: phone("0004") });
    world.clock.advance(130_000);
    return id;
  });
  expect(await Promise.all(ids.map((id) => world.statusOf(id)))).toEqual(["FAILED", "SUCCESSFUL"]);
});

const documented = (name: string) =>
  JSON.parse(readFileSync(new URL(`../reloadly-client/fixtures/${name}.body`, import.meta.url), "utf8"));

const { recipientPhone: receiverPhone, ...guide } = documented("request-phone");

test.each<[string, Record<string, unknown>]>([
  ["of the reference", documented("request-phone")],
  ["of the reference, for Nauta", documented("request-nauta")],
  ["of the guide, with receiverPhone", { ...guide, receiverPhone }],
  [
    "of the official sample, with a text for a flag",
    { ...guide, receiverPhone, amount: "5000", useLocalAmount: "true" },
  ],
  ["with 150 characters of identifier", { ...guide, receiverPhone, customIdentifier: "id ".repeat(50) }],
  ["with a sender's country alone", { ...guide, receiverPhone, senderPhone: { countryCode: "CA" } }],
  ["with a sender's number alone", { ...guide, receiverPhone, senderPhone: { number: "123" } }],
  ["with a sender of no parts", { ...guide, receiverPhone, senderPhone: {} }],
])("a body %s is taken as it is printed, and its identifier kept to the letter", async (_of, body) => {
  const world = await openWorld();
  const reply = await world.call("POST", "/topups-async", { body });
  expect(reply, reply.text).toMatchObject({ httpStatus: 200, body: { transactionId: expect.any(Number) } });
  expect(world.row(String(body["customIdentifier"]))).toMatchObject({ posts: 1, executions: 1 });
  expect((await world.call("POST", "/topups-async", { body })).body.errorCode).toBe("CUSTOM_IDENTIFIER_ALREADY_USED");
});

test("the ending of a receiverPhone decides as that of a recipientPhone does", async () => {
  const world = await openWorld();
  const refused = { countryCode: "NG", number: "+2348031230006" };
  const body = { ...guide, receiverPhone: refused };
  expect((await world.call("POST", "/topups-async", { body })).body.errorCode).toBe("INVALID_RECIPIENT_PHONE");
});

test("operator 1213 holds a synchronous order for 52 seconds, refuses it and leaves no record", async () => {
  const world = await openWorld();
  const order = { operatorId: 1213, amount: "5", useLocalAmount: false, customIdentifier: "a" };
  const nigeria = { countryCode: "NG", number: "8031234567" };
  const sending = world.send({ ...order, recipientPhone: nigeria }, "/topups");
  await waitFor(() => expect(world.sandbox.books().totals.posts).toBe(1));
  expect(world.sandbox.books().totals.rejections).toBe(0);
  world.clock.advance(52_000);
  expect(await sending).toMatchObject({
    httpStatus: 400,
    body: { errorCode: "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT" },
  });
  expect((await world.get("/topups/reports/transactions")).body.totalElements).toBe(0);
});

test("an empty wallet refuses, and takes the same identifier once there is money", async () => {
  const world = await openWorld({ initialBalance: "0.19784" });
  const poor = await world.send({ customIdentifier: "a" });
  expect(poor).toMatchObject({ httpStatus: 400, body: { errorCode: "INSUFFICIENT_BALANCE" } });
  const credit = await world.call("POST", "/_sandbox/wallet", { body: { amount: "0.00001" } });
  expect(credit.body).toMatchObject({ balance: "0.19785", credited: "0.00001" });
  await world.accept({ customIdentifier: "a" });
  expect((await world.get("/accounts/balance")).text).toContain('"balance":0.00000');
});

test("money that is set aside for a top-up still PROCESSING can not be spent twice", async () => {
  const world = await openWorld({ initialBalance: "0.3" });
  await world.accept({ customIdentifier: "a", recipientPhone: phone("0005") });
  expect((await world.get("/accounts/balance")).body).toMatchObject({ balance: 0.3, frozenBalance: 0.19785 });
  const second = { customIdentifier: "b", recipientPhone: phone("2000") };
  expect((await world.send(second)).body.errorCode).toBe("INSUFFICIENT_BALANCE");
  world.clock.advance(11_000);
  expect((await world.send(second)).httpStatus).toBe(200);
});

test("the debit follows discount, percentage fee and flat fee", async () => {
  const world = await openWorld();
  const ghana = { countryCode: "GH", number: "241234567" };
  const cost = async (order: Record<string, unknown>) => {
    const { body } = await world.send({ recipientPhone: ghana, ...order }, "/topups");
    world.clock.advance(120_000);
    return body.balanceInfo;
  };
  // 10 USD at 2 % discount; 10 USD and a flat fee of 0.25; 100 GHS at 11.2 and 1.5 % fee, which forfeits the discount.
  expect(await cost({ operatorId: 150, amount: 10, useLocalAmount: false })).toMatchObject({ cost: 9.8 });
  expect(await cost({ operatorId: 153, amount: 10, useLocalAmount: false })).toMatchObject({ cost: 10.05 });
  expect(await cost({ operatorId: 150, amount: 100, useLocalAmount: true })).toMatchObject({ cost: 9.0625 });
  expect(await cost({ operatorId: 153, amount: 100, useLocalAmount: true })).toMatchObject({ cost: 8.97321 });
});

test("every connection is closed after one answer on request", async () => {
  const world = await openWorld({ closeConnections: true });
  expect((await world.get("/accounts/balance")).headers.get("connection")).toBe("close");
});

test("unknown paths and methods are answered in the framework's words", async () => {
  const world = await openWorld();
  const lost = await world.get("/topup-async");
  expect(lost).toMatchObject({ httpStatus: 404, body: { status: 404, error: "Not Found", path: "/topup-async" } });
  expect(await world.get("/topups-async")).toMatchObject({
    httpStatus: 405,
    body: { errorCode: "METHOD_NOT_SUPPORTED" },
  });
});
