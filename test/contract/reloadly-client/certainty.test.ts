// What each answer proves about a write, row by row, over real HTTP. A row that says "not-executed" lets the caller
// send again, so every one of them is a statement about money.
import { RELOADLY_ERROR_CODES } from "@surefill/reloadly-client";
import { describe, expect, test } from "vitest";
import { failureOf, openClient, topup, within } from "../../support/provider-stub-client.js";

const reloadly = (errorCode: string | null, message = "No") =>
  JSON.stringify({ timeStamp: "2026-10-08 01:41:16", message, path: "/x", errorCode, infoLink: null, details: [] });
const spring = (status: number, path: string | null = "/x", message?: string) =>
  JSON.stringify({ timestamp: "2026-10-08T12:20:51.818+0000", status, error: "Error", message, path });
const timeStamped = (body: string) => body.replace('"timestamp"', '"timeStamp"');
const stamped = (body: string) => body.replace('"timeStamp"', '"timestamp"');
const sentence = (message: string) => JSON.stringify({ message });
const MEDIA = "UNSUPPORTED_MEDIA_TYPE";
const USED = "CUSTOM_IDENTIFIER_ALREADY_USED";
const NOROUTE = "Not Found";
const FUNDS = "Insufficient funds in the wallet to complete this transaction";
const UNAVAILABLE =
  "The topup operator is currently unavailable or inactive, please try again later or contact support";
const used = "The custom identifier provided has already been used. Please provide a new, unique custom identifier";

type Row = [status: number, body: string, certainty: string, code: string, providerCode: string | null];

const rows: Row[] = [
  [401, reloadly("INVALID_TOKEN"), "not-executed", "RELOADLY_UNAUTHORIZED", "INVALID_TOKEN"],
  [401, "", "not-executed", "RELOADLY_UNAUTHORIZED", null],
  [429, reloadly("RATE_LIMIT_REACHED"), "not-executed", "RELOADLY_RATE_LIMITED", "RATE_LIMIT_REACHED"],
  [429, "<html></html>", "not-executed", "RELOADLY_RATE_LIMITED", null],
  [400, reloadly("INVALID_RECIPIENT_PHONE"), "not-executed", "RELOADLY_REFUSED", "INVALID_RECIPIENT_PHONE"],
  [404, reloadly("INSUFFICIENT_BALANCE"), "not-executed", "RELOADLY_REFUSED", "INSUFFICIENT_BALANCE"],
  [409, reloadly("PHONE_RECENTLY_RECHARGED"), "not-executed", "RELOADLY_REFUSED", "PHONE_RECENTLY_RECHARGED"],
  [
    400,
    reloadly("CUSTOM_IDENTIFIER_ALREADY_USED", used),
    "not-executed",
    "RELOADLY_REFUSED",
    "CUSTOM_IDENTIFIER_ALREADY_USED",
  ],
  [400, reloadly(null, used), "not-executed", "RELOADLY_REFUSED", "CUSTOM_IDENTIFIER_ALREADY_USED"],
  [404, reloadly(null, "Operator not found for given id"), "not-executed", "RELOADLY_REFUSED", null],
  [
    503,
    reloadly("OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
    "not-executed",
    "RELOADLY_SERVER_ERROR",
    "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE",
  ],
  [400, reloadly("A_CODE_OF_TOMORROW"), "ambiguous", "RELOADLY_REFUSED", "A_CODE_OF_TOMORROW"],
  [400, reloadly("UNMAPPED_PROVIDER_ERROR_CODE"), "ambiguous", "RELOADLY_REFUSED", "UNMAPPED_PROVIDER_ERROR_CODE"],
  [408, reloadly("INVALID_AMOUNT"), "ambiguous", "RELOADLY_REFUSED", "INVALID_AMOUNT"],
  [404, spring(404, "/topups-async"), "not-executed", "RELOADLY_REFUSED", "NOT_FOUND"],
  [404, spring(404, "/topups-async", "No message available"), "not-executed", "RELOADLY_REFUSED", "NOT_FOUND"],
  [404, timeStamped(spring(404, "/topups-async")), "not-executed", "RELOADLY_REFUSED", "NOT_FOUND"],
  [415, spring(415, "/topups-async", "Content type '' not supported"), "not-executed", "RELOADLY_REFUSED", MEDIA],
  // The framework of something behind Reloadly, or Reloadly's own code, which may have done something before.
  [404, spring(404, "/x"), "ambiguous", "RELOADLY_REFUSED", "NOT_FOUND"],
  [404, spring(404, null), "ambiguous", "RELOADLY_REFUSED", "NOT_FOUND"],
  [404, spring(415, "/topups-async"), "ambiguous", "RELOADLY_REFUSED", MEDIA],
  [404, spring(404, "/topups-async", "Operator did not answer"), "ambiguous", "RELOADLY_REFUSED", "NOT_FOUND"],
  [404, timeStamped(spring(404, "/x")), "ambiguous", "RELOADLY_REFUSED", "NOT_FOUND"],
  [409, spring(409, "/topups-async"), "ambiguous", "RELOADLY_REFUSED", null],
  [404, "<html>Not Found</html>", "ambiguous", "RELOADLY_REFUSED", null],
  [404, "", "ambiguous", "RELOADLY_REFUSED", null],
  [404, '{"message":"Not Found"}', "ambiguous", "RELOADLY_REFUSED", null],
  [
    404,
    '{"error":"Not Found","message":"no Route matched with those values"}',
    "ambiguous",
    "RELOADLY_REFUSED",
    NOROUTE,
  ],
  [415, "", "ambiguous", "RELOADLY_REFUSED", null],
  [415, "Unsupported Media Type", "ambiguous", "RELOADLY_REFUSED", null],
  [415, reloadly(MEDIA), "not-executed", "RELOADLY_REFUSED", MEDIA],
  // A code alone, when it is one of Reloadly's own.
  [400, '{"errorCode":"INVALID_RECIPIENT_PHONE"}', "not-executed", "RELOADLY_REFUSED", "INVALID_RECIPIENT_PHONE"],
  [400, '{"errorCode":"CUSTOM_IDENTIFIER_ALREADY_USED"}', "not-executed", "RELOADLY_REFUSED", USED],
  [400, '{"errorCode":"A_CODE_OF_TOMORROW"}', "ambiguous", "RELOADLY_REFUSED", null],
  [400, '{"errorCode":"INTERNAL_SERVER_ERROR"}', "ambiguous", "RELOADLY_REFUSED", null],
  [400, '{"errorCode":400}', "ambiguous", "RELOADLY_REFUSED", null],
  [408, '{"errorCode":"INVALID_RECIPIENT_PHONE"}', "ambiguous", "RELOADLY_REFUSED", "INVALID_RECIPIENT_PHONE"],
  [500, '{"errorCode":"INVALID_RECIPIENT_PHONE"}', "ambiguous", "RELOADLY_SERVER_ERROR", "INVALID_RECIPIENT_PHONE"],
  // A sentence alone, when it is one of Reloadly's own, whole.
  [
    400,
    '{"message":"The custom identifier provided has already been used."}',
    "not-executed",
    "RELOADLY_REFUSED",
    USED,
  ],
  [400, sentence("Recipient phone number is not valid"), "not-executed", "RELOADLY_REFUSED", "INVALID_RECIPIENT_PHONE"],
  [400, sentence(FUNDS), "not-executed", "RELOADLY_REFUSED", "INSUFFICIENT_BALANCE"],
  [400, sentence("Missing required field amount"), "not-executed", "RELOADLY_REFUSED", "INVALID_INPUT_PROVIDED"],
  [400, sentence("This API key has already been used up"), "ambiguous", "RELOADLY_REFUSED", null],
  [400, sentence("Recipient phone number is not valid after all"), "ambiguous", "RELOADLY_REFUSED", null],
  [400, sentence("Bad Request"), "ambiguous", "RELOADLY_REFUSED", null],
  [400, `{"error":"x","message":"${FUNDS}"}`, "ambiguous", "RELOADLY_REFUSED", "x"],
  [500, sentence(FUNDS), "ambiguous", "RELOADLY_SERVER_ERROR", "INSUFFICIENT_BALANCE"],
  [503, sentence(UNAVAILABLE), "ambiguous", "RELOADLY_SERVER_ERROR", "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"],
  [
    503,
    reloadly(null, UNAVAILABLE),
    "ambiguous",
    "RELOADLY_SERVER_ERROR",
    "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE",
  ],
  // Reloadly's object with the date spelt as its framework spells it.
  [404, stamped(reloadly(null, "Operator not found for given id")), "not-executed", "RELOADLY_REFUSED", null],
  [400, '{"message":"No","errorCode":null}', "ambiguous", "RELOADLY_REFUSED", null],
  [
    403,
    '{"error":"access_denied","error_description":"Unauthorized"}',
    "ambiguous",
    "RELOADLY_REFUSED",
    "access_denied",
  ],
  [400, "", "ambiguous", "RELOADLY_REFUSED", null],
  [403, "<html>Forbidden</html>", "ambiguous", "RELOADLY_REFUSED", null],
  [400, '{"hello":"world"}', "ambiguous", "RELOADLY_REFUSED", null],
  [
    500,
    reloadly("TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"),
    "ambiguous",
    "RELOADLY_SERVER_ERROR",
    "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT",
  ],
  [
    500,
    reloadly("OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
    "ambiguous",
    "RELOADLY_SERVER_ERROR",
    "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE",
  ],
  [503, reloadly("SERVICE_UNAVAILABLE"), "ambiguous", "RELOADLY_SERVER_ERROR", "SERVICE_UNAVAILABLE"],
  [503, "", "ambiguous", "RELOADLY_SERVER_ERROR", null],
  [502, "<html>Bad Gateway</html>", "ambiguous", "RELOADLY_SERVER_ERROR", null],
  [500, spring(500), "ambiguous", "RELOADLY_SERVER_ERROR", null],
  [504, "", "ambiguous", "RELOADLY_SERVER_ERROR", null],
  [302, "", "ambiguous", "RELOADLY_UNEXPECTED_STATUS", null],
  [200, "", "ambiguous", "RELOADLY_UNREADABLE_BODY", null],
  [200, "<html></html>", "ambiguous", "RELOADLY_UNREADABLE_BODY", null],
  [200, '{"transactionId":null}', "ambiguous", "RELOADLY_UNREADABLE_BODY", null],
  [200, '{"transactionId":"9007199254740993"}', "ambiguous", "RELOADLY_UNREADABLE_BODY", null],
  [202, '{"status":"ok"}', "ambiguous", "RELOADLY_UNREADABLE_BODY", null],
];

describe("a write answered with", () => {
  test.each(rows)("HTTP %i %s is %s", async (status, body, certainty, code, providerCode) => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", { status, body });
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({ certainty, code, providerCode, httpStatus: status, operation: "sendTopupAsync" });
  });

  test("HTTP 401 whose body is cut off is not-executed all the same", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", (_request, _response, socket) => {
      socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 100\r\n\r\n{");
    });
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({ certainty: "not-executed", httpStatus: 401 });
  });

  test("HTTP 200 and more than a megabyte is ambiguous", async () => {
    const { stub, client } = await openClient();
    stub.on("POST /topups-async", { body: `{"transactionId": 1, "padding": "${"x".repeat(2_000_000)}"}` });
    const error = await failureOf(client.sendTopupAsync(topup, within()));
    expect(error).toMatchObject({ certainty: "ambiguous", code: "RELOADLY_BODY_TOO_LARGE", httpStatus: 200 });
  });

  test("each known code under a 4xx proves that nothing happened, but for the one that says nothing", async () => {
    const { stub, client } = await openClient();
    for (const code of Object.keys(RELOADLY_ERROR_CODES)) {
      stub.on("POST /topups", { status: 400, body: reloadly(code) });
      const error = await failureOf(client.sendTopup(topup, within()));
      const expected = code === "UNMAPPED_PROVIDER_ERROR_CODE" ? "ambiguous" : "not-executed";
      expect([code, error.certainty]).toEqual([code, expected]);
    }
  });
});

test("a failed read is never ambiguous", async () => {
  const { stub, client } = await openClient();
  stub.on("GET /topups/7/status", { status: 500 });
  expect(await failureOf(client.getTopupStatus(7, within()))).toMatchObject({ certainty: "not-executed" });
});

test("a refusal that asks to wait says for how long", async () => {
  const { stub, client } = await openClient();
  stub.on("POST /topups-async", { status: 429, headers: { "retry-after": "3" } });
  expect(await failureOf(client.sendTopupAsync(topup, within()))).toMatchObject({ retryAfterMs: 3_000 });
});
