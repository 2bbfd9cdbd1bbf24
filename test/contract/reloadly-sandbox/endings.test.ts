// Every row of the table of endings, over HTTP: what the caller sees of the first POST and of a second with the same
// identifier, and what the provider did. A row without an expectation here fails, so the table can not outgrow it.
import { readFile } from "node:fs/promises";
import { OUTCOMES_BY_ENDING } from "@surefill/reloadly-sandbox";
import { expect, test } from "vitest";
import { helpText } from "../../../packages/reloadly-sandbox/src/command.js";
import { waitFor } from "../../support/wait-for.js";
import { openWorld, phone, type World } from "./world.js";

interface Expected {
  /** An HTTP status with an error code, "accepted", or what happens to the connection. */
  readonly sees: string;
  readonly executions: number;
  /** Statuses once the usual time is over, and once the time for a change of mind is over. */
  readonly becomes?: readonly [soon: string, inTheEnd: string];
  /** What a second POST with the same identifier sees. */
  readonly again: string;
}

const USED = "400 CUSTOM_IDENTIFIER_ALREADY_USED";
const succeeds = { executions: 1, becomes: ["SUCCESSFUL", "SUCCESSFUL"], again: USED } as const;
const accepted = (soon: string, inTheEnd = soon): Expected => ({
  sees: "accepted",
  executions: 1,
  becomes: [soon, inTheEnd],
  again: USED,
});
const refusedOnce = (sees: string): Expected => ({ sees, executions: 0, again: "accepted" });
const refusedAlways = (sees: string): Expected => ({ sees, executions: 0, again: sees });

const EXPECTED: Readonly<Record<string, Expected>> = {
  "0001": accepted("SUCCESSFUL"),
  "0002": accepted("PROCESSING", "SUCCESSFUL"),
  "0003": accepted("REFUNDED"),
  "0004": accepted("FAILED"),
  "0005": accepted("FAILED"),
  "0006": refusedAlways("400 INVALID_RECIPIENT_PHONE"),
  "0007": { sees: "reset", ...succeeds },
  "0008": { sees: "500 INTERNAL_SERVER_ERROR", ...succeeds },
  "0009": accepted("PROCESSING"),
  "0010": refusedOnce("400 INSUFFICIENT_BALANCE"),
  "0011": {
    sees: "503 OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE",
    executions: 0,
    again: "503 OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE",
  },
  "0012": refusedOnce("400 PHONE_RECENTLY_RECHARGED"),
  "0013": refusedOnce("429 RATE_LIMIT_REACHED after 2"),
  "0014": refusedOnce("429 RATE_LIMIT_REACHED"),
  "0015": { sees: "502 html", ...succeeds },
  "0016": refusedOnce("500 empty"),
  "0017": { sees: "nothing", ...succeeds },
  "0018": refusedAlways("400 SOME_CODE_NOBODY_KNOWS"),
  "0019": {
    sees: "400 TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT",
    executions: 0,
    again: "400 TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT",
  },
  "0020": accepted("SUCCESSFUL"),
  "0021": accepted("FAILED", "SUCCESSFUL"),
  "0022": refusedOnce("401 TOKEN_EXPIRED"),
  "0023": { sees: "200 {}", ...succeeds },
  "0024": { sees: "reset", ...succeeds },
  "0025": { sees: "nothing", ...succeeds },
  "0026": refusedOnce("reset"),
  "0027": { sees: "reset", ...succeeds },
  "0028": accepted("SUCCESSFUL", "REFUNDED"),
  "0029": { sees: "accepted", executions: 2, becomes: ["SUCCESSFUL", "SUCCESSFUL"], again: USED },
  "0030": refusedOnce("500 TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT"),
  "0031": refusedOnce("400 RECIPIENT_HAS_PENDING_TRANSACTION"),
  "0032": refusedOnce("400 MAX_DAILY_TRANSACTION_AMOUNT_REACHED"),
  "0033": refusedAlways("400 TRANSACTION_REJECTED_BY_OPERATOR"),
  "0034": { sees: "nothing", executions: 0, again: "accepted" },
  "0035": refusedAlways("403 access_denied"),
};

const USUAL_MS = 11_000;
const CHANGE_OF_MIND_MS = 1_800_000;

test.each(OUTCOMES_BY_ENDING)("a number that ends in $ending: $says", async ({ ending }) => {
  const expected = EXPECTED[ending];
  if (expected === undefined) throw new Error(`ending ${ending} has no expectation in this test`);
  const world = await openWorld({ processingMs: USUAL_MS, phoneRechargeWindowMs: 0 });
  expect(await see(world, ending)).toBe(expected.sees);
  expect(world.row("a")?.executions).toBe(expected.executions);
  expect(await see(world, ending)).toBe(expected.again);
  if (expected.becomes === undefined) return;
  world.clock.advance(USUAL_MS);
  expect(new Set(world.row("a")?.statuses)).toEqual(new Set([expected.becomes[0]]));
  world.clock.advance(CHANGE_OF_MIND_MS);
  expect(new Set(world.row("a")?.statuses)).toEqual(new Set([expected.becomes[1]]));
});

/** Puts what a caller sees of a POST into a few words. "nothing" once the request is known to have arrived. */
async function see(world: World, ending: string): Promise<string> {
  const arrivedBefore = world.sandbox.books().totals.posts;
  const answer = world.send({ customIdentifier: "a", recipientPhone: phone(ending) }).then(
    ({ httpStatus, headers, text, body }) => {
      if (body.transactionId !== undefined) return "accepted";
      if (headers.get("content-type") === "text/html") return `${httpStatus} html`;
      const wait = headers.get("retry-after");
      const what = body.errorCode ?? body.error ?? (text === "" ? "empty" : text);
      return `${httpStatus} ${what}${wait === null ? "" : ` after ${wait}`}`;
    },
    () => "reset",
  );
  // The sandbox answers within one turn of its loop or not at all, and a read takes several.
  await waitFor(() => expect(world.sandbox.books().totals.posts).toBe(arrivedBefore + 1));
  const nothing = world
    .get("/accounts/balance")
    .then(() => world.get("/accounts/balance"))
    .then(() => "nothing");
  return Promise.race([answer, nothing]);
}

test("a slow answer arrives after its time", async () => {
  const world = await openWorld({ slowAnswerMs: 100_000 });
  const sending = world.send({ customIdentifier: "a", recipientPhone: phone("0017") });
  await waitFor(() => expect(world.row("a")?.executions).toBe(1));
  world.clock.advance(100_000);
  expect((await sending).httpStatus).toBe(200);
});

test("the first POST to ending 0034 is executed after its window, in spite of the second", async () => {
  const world = await openWorld({ phoneRechargeWindowMs: 0 });
  expect(await see(world, "0034")).toBe("nothing");
  expect(await see(world, "0034")).toBe("accepted");
  world.clock.advance(3000);
  expect(world.row("a")?.executions).toBe(2);
});

test("an unknown status word stands where PROCESSING is expected", async () => {
  const world = await openWorld();
  const id = await world.accept({ recipientPhone: phone("0020") });
  expect(await world.statusOf(id)).toBe("AWAITING_OPERATOR_CONFIRMATION");
});

test("endings that are not in the table succeed", async () => {
  const world = await openWorld();
  const id = await world.accept({ recipientPhone: phone("4711") });
  world.clock.advance(USUAL_MS);
  expect(await world.statusOf(id)).toBe("SUCCESSFUL");
});

test("the table of endings is the same in the code, in --help and in docs/sandbox.md", async () => {
  const docs = await readFile(new URL("../../../docs/sandbox.md", import.meta.url), "utf8");
  const inDocs = [...docs.matchAll(/^\| (\d{4}) +\| (.+?) +\|$/gm)].map(([, ending, says]) => [ending, says]);
  const inHelp = [...helpText().matchAll(/^ {2}(\d{4}) {2}(.+)$/gm)].map(([, ending, says]) => [ending, says]);
  const inCode = OUTCOMES_BY_ENDING.map(({ ending, says }) => [ending, says]);
  expect(inDocs).toEqual(inCode);
  expect(inHelp).toEqual(inCode);
});

test("docs/sandbox.md describes every flag of the command and no other", async () => {
  const docs = await readFile(new URL("../../../docs/sandbox.md", import.meta.url), "utf8");
  const flagsIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, flag]) => flag).sort();
  const inHelp = flagsIn(helpText(), /^ {2}(?:-\w, )?(--[a-z-]+)/gm).filter((flag) => flag !== "--help");
  expect(flagsIn(docs, /^\| `(--[a-z-]+)/gm)).toEqual(inHelp);
});
