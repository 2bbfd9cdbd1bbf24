import { couldNotTell, doesNotHold, holds, type Probe } from "./probe.js";

/** Whether, and how soon, the report shows what was accepted. */
export const reportVisibility: Probe = {
  name: "report-visibility",
  assumption: "A5",
  claims: "The report shows an accepted top-up by its identifier long before the quiet period ends",
  topupsMax: 1,
  async run(bench) {
    const identifier = bench.newIdentifier("seen");
    const answer = await bench.post({ identifier, number: bench.newNumber() });
    if (answer.kind !== "accepted") return couldNotTell(`the request was not accepted: ${answer.code}`);
    const listed = await bench.untilListed(identifier);
    if (listed === undefined) {
      return doesNotHold(`transaction ${answer.transactionId} was not shown within ${bench.options.patienceMs} ms`);
    }
    const [row] = listed.rows;
    if (row?.transactionId !== answer.transactionId) return doesNotHold("the report shows another transaction");
    return holds(`shown ${listed.afterMs} ms after the answer, as ${wordOf(row)}`);
  },
};

/** Whether a request that nobody waits for any more takes effect soon, or not at all. */
export const abandonedRequest: Probe = {
  name: "abandoned-request",
  assumption: "A3",
  claims: "A request whose sender has gone is executed soon, or never",
  topupsMax: 1,
  async run(bench) {
    const { abandonAfterMs, patienceMs } = bench.options;
    const identifier = bench.newIdentifier("left");
    const answer = await bench.post({ identifier, number: bench.newNumber() }, abandonAfterMs);
    if (answer.kind !== "unknown") {
      const what = answer.kind === "accepted" ? "accepted" : `refused: ${answer.code}`;
      return couldNotTell(`the answer came before the request could be given up (${what})`);
    }
    const listed = await bench.untilListed(identifier);
    if (listed === undefined)
      return couldNotTell(`nothing was shown within ${patienceMs} ms; look again after 20 minutes`);
    return holds(`given up after ${abandonAfterMs} ms, and shown ${listed.afterMs} ms later`);
  },
};

/** The longest reference, with every character that one may have, as the second attempt. */
const LONGEST_IDENTIFIER = 150;

/** What Reloadly says of a field that it does not take. */
const SPELLING_REFUSALS: ReadonlySet<string> = new Set(["INVALID_INPUT_PROVIDED", "INVALID_REQUEST"]);

/** Whether our identifiers are taken and found just as they are spelt. */
export const identifierSpelling: Probe = {
  name: "identifier-spelling",
  assumption: "identifiers",
  claims: `An identifier of ${LONGEST_IDENTIFIER} characters with a tilde, capitals and spaces is taken, and found`,
  topupsMax: 1,
  async run(bench) {
    const start = bench.newIdentifier("a_b-c");
    const identifier = `${`${start} (A: b) `.padEnd(LONGEST_IDENTIFIER - 2, "x")}~2`;
    const answer = await bench.post({ identifier, number: bench.newNumber() });
    if (answer.kind !== "accepted") {
      const isItsFault = SPELLING_REFUSALS.has(answer.code);
      const because = `the request was answered ${answer.code}`;
      return isItsFault ? doesNotHold(because) : couldNotTell(because);
    }
    const listed = await bench.untilListed(identifier);
    if (listed !== undefined) return holds("it was accepted, and the report finds it");
    return doesNotHold(`transaction ${answer.transactionId} is not found by its identifier`);
  },
};

/** The provider reads dates as US Eastern time: windows are asked for this much wider on both sides. */
const WINDOW_MARGIN_MS = 36 * 3_600_000;

/** Whether a walk through the report by dates, as the audit does it, meets a transaction of just now. */
export const reportWindow: Probe = {
  name: "report-window",
  assumption: "report by dates",
  claims: "A window of the report that is 36 hours wider on both sides shows a top-up of just now",
  topupsMax: 1,
  async run(bench) {
    const identifier = bench.newIdentifier("window");
    const sentMs = Date.now();
    const answer = await bench.post({ identifier, number: bench.newNumber() });
    if (answer.kind !== "accepted") return couldNotTell(`the request was not accepted: ${answer.code}`);
    if ((await bench.untilListed(identifier)) === undefined) return couldNotTell("the report never showed it at all");
    const rows = await bench.window(dateText(sentMs - WINDOW_MARGIN_MS), dateText(sentMs + WINDOW_MARGIN_MS));
    if (rows.some(({ transactionId }) => transactionId === answer.transactionId)) {
      return holds(`it is among the ${rows.length} rows of the window`);
    }
    return doesNotHold(`it is not among the ${rows.length} rows of the window`);
  },
};

function dateText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}

function wordOf({
  status,
}: {
  status: { kind: "known"; status: string } | { kind: "unrecognised"; raw: string };
}): string {
  return status.kind === "known" ? status.status : status.raw;
}
