import type { Effect } from "./effects.js";

/** What the sandbox does with a recipient whose number ends in these four digits. */
export interface OutcomeByEnding {
  readonly ending: string;
  readonly effects: readonly Effect[];
  /**
   * How often: "always", or only for so many POSTs of one customIdentifier, or only for so many executions for one
   * recipient and operator.
   */
  readonly applies: "always" | { readonly posts: number } | { readonly executions: number };
  /** What a reader of the documentation is told, in one sentence. */
  readonly says: string;
}

type Row = readonly [ending: string, applies: OutcomeByEnding["applies"], effects: readonly Effect[], says: string];

const FIRST_POST = { posts: 1 } as const;

// Four digits, because every country's numbers can end in them and still be valid. A number with any other ending
// succeeds, so that invented recipients need no thought. Scenarios that a client cannot get out of by itself
// apply to the first POSTs of a customIdentifier only.
const ROWS: readonly Row[] = [
  ["0001", "always", [{ kind: "success" }], "SUCCESSFUL after the usual time, like every ending that is not listed."],
  ["0002", "always", [{ kind: "success-slow" }], "PROCESSING several times as long as usual, then SUCCESSFUL."],
  ["0003", "always", [{ kind: "refunded" }], "REFUNDED: debited, then the debit is returned."],
  [
    "0004",
    { executions: 1 },
    [{ kind: "failed" }],
    "FAILED for the first execution for this recipient and operator, SUCCESSFUL from the second on.",
  ],
  ["0005", "always", [{ kind: "failed" }], "FAILED every time."],
  [
    "0006",
    "always",
    [{ kind: "refuse", errorCode: "INVALID_RECIPIENT_PHONE" }],
    "400 INVALID_RECIPIENT_PHONE, nothing is executed.",
  ],
  [
    "0007",
    FIRST_POST,
    [{ kind: "reset-after-commit" }],
    "Executed, then the connection is reset instead of an answer; first POST of a customIdentifier only.",
  ],
  [
    "0008",
    FIRST_POST,
    [{ kind: "error-after-commit" }],
    "Executed, then answered with a 500; first POST of a customIdentifier only.",
  ],
  ["0009", "always", [{ kind: "processing-for-ever" }], "PROCESSING for ever."],
  [
    "0010",
    FIRST_POST,
    [{ kind: "refuse", errorCode: "INSUFFICIENT_BALANCE" }],
    "400 INSUFFICIENT_BALANCE whatever the wallet holds; first POST of a customIdentifier only.",
  ],
  [
    "0011",
    { posts: 2 },
    [{ kind: "refuse", errorCode: "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE" }],
    "503 OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE for the first two POSTs of a customIdentifier.",
  ],
  [
    "0012",
    FIRST_POST,
    [{ kind: "refuse", errorCode: "PHONE_RECENTLY_RECHARGED" }],
    "400 PHONE_RECENTLY_RECHARGED; first POST of a customIdentifier only.",
  ],
  [
    "0013",
    FIRST_POST,
    [{ kind: "rate-limited", retryAfterSeconds: 2, limitHeaders: true }],
    "429 with Retry-After and X-RateLimit headers; first POST of a customIdentifier only.",
  ],
  [
    "0014",
    FIRST_POST,
    [{ kind: "rate-limited" }],
    "429 without any such header; first POST of a customIdentifier only.",
  ],
  [
    "0015",
    FIRST_POST,
    [{ kind: "html-502" }],
    "Executed, then answered with a proxy's HTML 502 page; first POST of a customIdentifier only.",
  ],
  [
    "0016",
    FIRST_POST,
    [{ kind: "empty-body" }],
    "500 with an empty body, nothing is executed; first POST of a customIdentifier only.",
  ],
  [
    "0017",
    FIRST_POST,
    [{ kind: "slow" }],
    "Executed, but answered only after `slowAnswerMs`; first POST of a customIdentifier only.",
  ],
  [
    "0018",
    "always",
    [{ kind: "refuse", errorCode: "SOME_CODE_NOBODY_KNOWS" }],
    "400 with an error code that is in no list, nothing is executed.",
  ],
  [
    "0019",
    { posts: 2 },
    [{ kind: "refuse", errorCode: "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT" }],
    "400 TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT for the first two POSTs of a customIdentifier.",
  ],
  [
    "0020",
    "always",
    [{ kind: "unknown-status" }],
    "A status word that is in no list where PROCESSING is expected, then SUCCESSFUL.",
  ],
  [
    "0021",
    "always",
    [{ kind: "failed-then-successful" }],
    "FAILED, and SUCCESSFUL for the same transaction when asked again after `changeOfMindMs`.",
  ],
  [
    "0022",
    FIRST_POST,
    [{ kind: "token-expired" }],
    "401 TOKEN_EXPIRED although the token is good; first POST of a customIdentifier only.",
  ],
  [
    "0023",
    FIRST_POST,
    [{ kind: "answer-without-id" }],
    "Executed, then answered with 200 and an empty JSON object; first POST of a customIdentifier only.",
  ],
  [
    "0024",
    FIRST_POST,
    [{ kind: "cut-answer" }],
    "Executed, then half of the answer and a reset; first POST of a customIdentifier only.",
  ],
  [
    "0025",
    FIRST_POST,
    [{ kind: "timeout-after-commit" }],
    "Executed and never answered; first POST of a customIdentifier only.",
  ],
  [
    "0026",
    FIRST_POST,
    [{ kind: "reset-before-commit" }],
    "The connection is reset and nothing is executed; first POST of a customIdentifier only.",
  ],
  [
    "0027",
    FIRST_POST,
    [{ kind: "reset-after-commit" }, { kind: "report-lag", lagMs: 30_000 }],
    "Like 0007, and the report does not show the transaction for 30 seconds.",
  ],
  [
    "0028",
    "always",
    [{ kind: "successful-then-refunded" }],
    "SUCCESSFUL, and REFUNDED by hand after `changeOfMindMs`.",
  ],
  [
    "0029",
    "always",
    [{ kind: "executed-twice" }],
    "One POST is executed twice: two transactions with one customIdentifier, two debits.",
  ],
  [
    "0030",
    FIRST_POST,
    [{ kind: "refuse", errorCode: "TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT", httpStatus: 500 }],
    "500 TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT, nothing is executed; first POST of a customIdentifier only.",
  ],
  [
    "0031",
    FIRST_POST,
    [{ kind: "refuse", errorCode: "RECIPIENT_HAS_PENDING_TRANSACTION" }],
    "400 RECIPIENT_HAS_PENDING_TRANSACTION; first POST of a customIdentifier only.",
  ],
  [
    "0032",
    FIRST_POST,
    [{ kind: "refuse", errorCode: "MAX_DAILY_TRANSACTION_AMOUNT_REACHED" }],
    "400 MAX_DAILY_TRANSACTION_AMOUNT_REACHED; first POST of a customIdentifier only.",
  ],
  [
    "0033",
    "always",
    [{ kind: "refuse", errorCode: "TRANSACTION_REJECTED_BY_OPERATOR" }],
    "400 TRANSACTION_REJECTED_BY_OPERATOR, nothing is executed.",
  ],
  [
    "0034",
    FIRST_POST,
    [{ kind: "duplicate-window", windowMs: 3000 }],
    "The first POST is executed only after 3 seconds, and its customIdentifier is not known until then.",
  ],
  ["0035", "always", [{ kind: "access-denied" }], "403 with the error body of the OAuth layer, nothing is executed."],
];

/** The one table of endings. docs/sandbox.md and `--help` print it. */
export const OUTCOMES_BY_ENDING: readonly OutcomeByEnding[] = ROWS.map(([ending, applies, effects, says]) => ({
  ending,
  effects,
  applies,
  says,
}));

const BY_ENDING: ReadonlyMap<string, OutcomeByEnding> = new Map(OUTCOMES_BY_ENDING.map((row) => [row.ending, row]));

/** The four digits that decide: the last of the number, or the last before the `@` of an e-mail address. */
export function endingOf(recipient: string): string {
  const at = recipient.indexOf("@");
  return (at === -1 ? recipient : recipient.slice(0, at)).slice(-4);
}

export function outcomeByEnding(ending: string): OutcomeByEnding | undefined {
  return BY_ENDING.get(ending);
}
