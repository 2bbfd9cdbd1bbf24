import { type ClosedGate, isGateOf } from "./gates.js";

/** A closed gate in plain words. None of them holds personal data. */
export type GateExplained = {
  /** Which top-ups wait. */
  gates: string;
  /** Why it is closed. */
  reason: string;
  /** What a person can do, or that nothing needs to be done. */
  whatToDo: string;
};

type Words = Pick<GateExplained, "reason" | "whatToDo">;

const NOTHING = "Nothing: waiting top-ups are sent at the next try.";
const TOKEN_REFUSED: Words = {
  reason: "token refused: wrong client id or secret",
  whatToDo:
    "Check RELOADLY_CLIENT_ID, RELOADLY_CLIENT_SECRET and RELOADLY_ENVIRONMENT (each environment has its own keys), then restart the workers. Waiting top-ups are sent at the next try.",
};
const UNREACHABLE = "Check network, DNS, proxy and firewall, and Reloadly's status page. It is tried again by itself.";
const ASK_RELOADLY = "Ask Reloadly's support about the account. Waiting top-ups are sent once it accepts them again.";
const DAILY_LIMIT = "Ask Reloadly to raise the limit, or wait for the next day. It is tried again by itself.";

/** Every code that is known to close a gate. */
const WORDS: Readonly<Record<string, Words>> = {
  INVALID_CREDENTIALS: TOKEN_REFUSED,
  RELOADLY_TOKEN_REFUSED: TOKEN_REFUSED,
  INVALID_TOKEN: { ...TOKEN_REFUSED, reason: "token refused by the top-up API: keys of another environment?" },
  MISSING_TOKEN: { ...TOKEN_REFUSED, reason: "token refused by the top-up API: it saw none" },
  TOKEN_EXPIRED: {
    reason: "token refused by the top-up API: it has expired",
    whatToDo: "Check the machine's clock if this lasts. A new token is fetched at the next try.",
  },
  RELOADLY_TOKEN_UNAVAILABLE: { reason: "unreachable: the token service gave no token", whatToDo: UNREACHABLE },
  RELOADLY_CONNECTION_FAILED: { reason: "unreachable: no connection could be opened", whatToDo: UNREACHABLE },
  RELOADLY_CONNECTION_LOST: { reason: "unreachable: the connection broke", whatToDo: UNREACHABLE },
  RELOADLY_TIMEOUT: { reason: "unreachable: no answer in time", whatToDo: UNREACHABLE },
  RELOADLY_SERVER_ERROR: { reason: "unreachable: Reloadly answered with a server error", whatToDo: UNREACHABLE },
  INSUFFICIENT_BALANCE: {
    reason: "the account's balance is too low",
    whatToDo: "Add balance. It is asked for every few seconds, and waiting top-ups are sent once it suffices.",
  },
  MAX_DAILY_TRANSACTION_AMOUNT_REACHED: {
    reason: "the account's daily limit on the amount is reached",
    whatToDo: DAILY_LIMIT,
  },
  MAX_DAILY_TRANSACTION_COUNT_REACHED: {
    reason: "the account's daily limit on the number of top-ups is reached",
    whatToDo: DAILY_LIMIT,
  },
  INACTIVE_ACCOUNT: { reason: "the account is not active", whatToDo: ASK_RELOADLY },
  ACCOUNT_NOT_FOUND: { reason: "the account is not known to Reloadly", whatToDo: ASK_RELOADLY },
  NOT_AUTHORIZED: { reason: "the account may not do this", whatToDo: ASK_RELOADLY },
  NOT_FOUND: {
    reason: "Reloadly has no such path: the address is wrong",
    whatToDo:
      "Check RELOADLY_ENVIRONMENT, RELOADLY_URL and any proxy in between, then restart the workers. Waiting top-ups are sent at the next try.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    reason: "Reloadly cannot read the form of the request: something in between may change it",
    whatToDo: "Check any proxy in between. Waiting top-ups are sent at the next try.",
  },
  RATE_LIMIT_REACHED: {
    reason: "too many requests: Reloadly asks to wait",
    whatToDo: "Lower SUBMIT_CONCURRENCY or the campaigns' rate if this lasts. It is tried again by itself.",
  },
  RELOADLY_RATE_LIMITED: {
    reason: "too many requests: Reloadly asks to wait",
    whatToDo: "Lower SUBMIT_CONCURRENCY or the campaigns' rate if this lasts. It is tried again by itself.",
  },
  OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE: { reason: "the operator is unavailable", whatToDo: NOTHING },
  TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT: {
    reason: "the operator takes no top-ups at the moment",
    whatToDo: NOTHING,
  },
  CONNECTION_TO_OPERATOR_FAILED: { reason: "Reloadly does not reach the operator", whatToDo: NOTHING },
  CONNECTION_TO_OPERATOR_TEMPORARILY_DOWN: { reason: "Reloadly's line to the operator is down", whatToDo: NOTHING },
  OPERATOR_NOT_IN_SERVICE: { reason: "the operator is not in service", whatToDo: NOTHING },
  PHONE_RECENTLY_RECHARGED: { reason: "the phone was recharged a moment ago", whatToDo: NOTHING },
  RECIPIENT_REACHED_MAX_TOPUP_NUMBER: { reason: "the phone has received its most top-ups for now", whatToDo: NOTHING },
};

const BY_KIND: ReadonlyArray<
  readonly [kind: Parameters<typeof isGateOf>[1], gates: (rest: string) => string, otherwise: Words]
> = [
  [
    "account",
    () => "all top-ups of the account",
    { reason: "Reloadly refuses requests of the account for now", whatToDo: "Look the code up. It is tried again." },
  ],
  [
    "balance",
    () => "one top-up",
    {
      reason: "the account holds too little for this top-up",
      whatToDo: "Add balance. Cheaper top-ups are sent, and this one once the balance suffices.",
    },
  ],
  ["operator", (id) => `top-ups to operator ${id}`, { reason: "the operator refuses for now", whatToDo: NOTHING }],
  ["phone", () => "top-ups to one phone", { reason: "the phone can receive none for now", whatToDo: NOTHING }],
  [
    "product",
    (rest) => `top-ups to one phone at operator ${rest.slice(rest.lastIndexOf(":") + 1)}`,
    { reason: "provider said FAILED and asks to wait before the same is sent again", whatToDo: NOTHING },
  ],
  [
    "recreated",
    () => "top-ups that a rebuild made again and that Reloadly's report does not show",
    {
      reason: "Redis had lost data; a person must confirm, once for all, that they may be sent again",
      whatToDo:
        "Cancel those that must not be paid, then run `surefill recreated`: it shows how many and how much, and how to confirm.",
    },
  ],
  [
    "campaign",
    (name) => `top-ups of ${name}`,
    { reason: "the campaign is paused, cancelled or outside its hours", whatToDo: "See the campaign." },
  ],
];

/** Why one top-up waits although no gate is closed. `code` is the provider's. */
export function explainRefusal(code: string | undefined): string {
  const known = code !== undefined && Object.hasOwn(WORDS, code) ? WORDS[code] : undefined;
  return `${known?.reason ?? "refused for a reason that passes"}: it is tried again`;
}

/** What a closed gate means: what waits, why, and what a person can do. */
export function explainGate({ name, reason, detail }: Pick<ClosedGate, "name" | "reason" | "detail">): GateExplained {
  const [kind = "", gates, otherwise] = BY_KIND.find(([known]) => isGateOf(name, known)) ?? [];
  const known = kind === "product" ? undefined : Object.hasOwn(WORDS, reason) ? WORDS[reason] : undefined;
  const words = known ?? otherwise ?? { reason: "closed", whatToDo: NOTHING };
  return {
    gates: gates?.(name.slice(kind.length + 1)) ?? "some top-ups",
    reason: detail === undefined ? words.reason : `${words.reason} (${detail})`,
    whatToDo: words.whatToDo,
  };
}
