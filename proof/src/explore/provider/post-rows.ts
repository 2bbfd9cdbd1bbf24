/** What the provider does with a POST: at once, after so long, or never. A late one is held on its way there. */
export type Execution = "at-once" | "never" | { processedAfterMs: number } | { arrivesAfterMs: number };

/** What the sender gets to see. `reset`: the connection breaks. `hang`: nothing at all comes. */
export type PostAnswer =
  | {
      status: number;
      body: "id" | "empty" | "html" | "no-id" | "spring" | { code: string | null; message?: string };
      headers?: Record<string, string>;
    }
  | "reset"
  | "hang"
  | "no-connection";

/** One row of the table of answers to a POST. */
export type PostRow = {
  execution: Execution;
  answer: PostAnswer;
  /** The answer proves that nothing was or will be executed. */
  isProof?: true;
  /** What the provider books is not what was asked for. */
  anomaly?:
    | "other-amount"
    | "two-rows"
    | "foreign-id"
    | "exchanged-id"
    | "exchanged-failed-id"
    | "burnt-identifier"
    | "hidden"
    | "away";
  /** From then on every POST is answered so, for so long. */
  lastsMs?: number;
};

const refused = (status: number, code: string | null): PostRow => ({
  execution: "never",
  answer: { status, body: { code } },
  isProof: true,
});

/** An answer after which only a look-up tells what happened: a definite refusal of this POST, but not of an earlier one. */
const lookFirst = (status: number, code: string | null): PostRow => ({
  execution: "never",
  answer: { status, body: { code } },
});

/**
 * Every kind of answer to `POST /topups-async`, by name: the table of RELOADLY.md and of the reading rules, each with
 * what the provider really did. Where an answer proves nothing there is a row for both cases.
 */
export const POST_ROWS = {
  accepted: { execution: "at-once", answer: { status: 200, body: "id" } },
  "accepted, and no report ever shows it": {
    execution: "at-once",
    answer: { status: 200, body: "id" },
    anomaly: "hidden",
  },
  "accepted after 80 s of silence": { execution: { processedAfterMs: 80_000 }, answer: { status: 200, body: "id" } },
  "accepted, 2xx without an id": { execution: "at-once", answer: { status: 200, body: "no-id" } },
  "accepted, 2xx that is HTML": { execution: "at-once", answer: { status: 200, body: "html" } },
  "accepted, 2xx that is empty": { execution: "at-once", answer: { status: 200, body: "empty" } },
  "accepted, connection reset": { execution: "at-once", answer: "reset" },
  "accepted, no answer": { execution: "at-once", answer: "hang" },
  "accepted after 85 s, no answer": { execution: { processedAfterMs: 85_000 }, answer: "hang" },
  "accepted, 500 with a code": {
    execution: "at-once",
    answer: { status: 500, body: { code: "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT" } },
  },
  "accepted, 500 that says recently recharged": {
    execution: "at-once",
    answer: { status: 500, body: { code: "PHONE_RECENTLY_RECHARGED" } },
  },
  "accepted, 500 of the framework": { execution: "at-once", answer: { status: 500, body: "spring" } },
  "accepted, 502 that is HTML": { execution: "at-once", answer: { status: 502, body: "html" } },
  "accepted, 504 that is empty": { execution: "at-once", answer: { status: 504, body: "empty" } },
  "accepted, 408": { execution: "at-once", answer: { status: 408, body: { code: "REQUEST_TIMEOUT" } } },
  "accepted, 302": { execution: "at-once", answer: { status: 302, body: "html" } },
  "accepted, 403 page of a proxy": { execution: "at-once", answer: { status: 403, body: "html" } },
  "accepted, 400 with a code nobody knows": {
    execution: "at-once",
    answer: { status: 400, body: { code: "BRAND_NEW" } },
  },
  "accepted 15 min later, connection reset": { execution: { arrivesAfterMs: 900_000 }, answer: "reset" },
  "accepted 10 min later, no answer": { execution: { arrivesAfterMs: 600_000 }, answer: "hang" },
  "never arrived, connection reset": { execution: "never", answer: "reset" },
  "never arrived, no answer": { execution: "never", answer: "hang" },
  "not executed, 500": { execution: "never", answer: { status: 500, body: { code: null, message: "oops" } } },
  "not executed, 503 with another code": {
    execution: "never",
    answer: { status: 503, body: { code: "SERVICE_UNAVAILABLE" } },
  },
  "503 operator unavailable": refused(503, "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
  "503 operator unavailable for hours": {
    ...refused(503, "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE"),
    lastsMs: 7_200_000,
  },
  "429 with Retry-After": {
    execution: "never",
    answer: { status: 429, body: { code: "RATE_LIMIT_REACHED" }, headers: { "retry-after": "7" } },
    isProof: true,
  },
  "429 without advice": { execution: "never", answer: { status: 429, body: "empty" }, isProof: true },
  "401 token expired": refused(401, "TOKEN_EXPIRED"),
  "401 for five minutes": { ...refused(401, "INVALID_TOKEN"), lastsMs: 300_000 },
  "wallet empty for two minutes": { ...refused(400, "INSUFFICIENT_BALANCE"), lastsMs: 120_000 },
  "phone recently recharged": refused(400, "PHONE_RECENTLY_RECHARGED"),
  "bad number": refused(400, "INVALID_RECIPIENT_PHONE"),
  "operator not in service": refused(400, "OPERATOR_NOT_IN_SERVICE"),
  "400 cannot be processed at the moment": refused(400, "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"),
  "400 cannot be processed at the moment, for hours": {
    ...refused(400, "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"),
    lastsMs: 7_200_000,
  },
  "not executed, pending transaction": lookFirst(400, "RECIPIENT_HAS_PENDING_TRANSACTION"),
  "not executed, 400 without a code": lookFirst(400, null),
  "identifier burnt by an attempt without a record": {
    ...lookFirst(400, "CUSTOM_IDENTIFIER_ALREADY_USED"),
    anomaly: "burnt-identifier",
  },
  "accepted, and says already used": {
    execution: "at-once",
    answer: { status: 400, body: { code: "CUSTOM_IDENTIFIER_ALREADY_USED" } },
  },
  "accepted, and says already used in words alone": {
    execution: "at-once",
    answer: { status: 400, body: { code: null, message: "The custom identifier provided has already been used." } },
  },
  "no connection": { execution: "never", answer: "no-connection", isProof: true },
  "booked twice, and one id is answered": {
    execution: "at-once",
    answer: { status: 200, body: "id" },
    anomaly: "two-rows",
  },
  "booked twice, connection reset": { execution: "at-once", answer: "reset", anomaly: "two-rows" },
  "booked with another amount, connection reset": { execution: "at-once", answer: "reset", anomaly: "other-amount" },
  "accepted with the id of another top-up": {
    execution: "never",
    answer: { status: 200, body: "id" },
    anomaly: "foreign-id",
  },
  "accepted, and answered with the id of a transaction for somebody else": {
    execution: "at-once",
    answer: { status: 200, body: "id" },
    anomaly: "exchanged-id",
  },
  "accepted, and answered with the id of a transaction for somebody else that failed": {
    execution: "at-once",
    answer: { status: 200, body: "id" },
    anomaly: "exchanged-failed-id",
  },
  "never arrived, no answer, for an hour": {
    execution: "never",
    answer: "hang",
    lastsMs: 4_200_000,
    anomaly: "away",
  },
} as const satisfies Record<string, PostRow>;

export type PostRowName = keyof typeof POST_ROWS;

export const POST_ROW_NAMES = Object.keys(POST_ROWS) as PostRowName[]; // The keys of an object that nobody adds to.
