import { couldNotTell, doesNotHold, holds, type Probe } from "./probe.js";

const OVERLAPPING = 5;

/** Whether a second request with a used identifier is refused, one after the other. */
export const sequentialDuplicate: Probe = {
  name: "sequential-duplicate",
  assumption: "A1",
  claims: "A request whose identifier was accepted before is refused as CUSTOM_IDENTIFIER_ALREADY_USED",
  topupsMax: 2,
  async run(bench) {
    const identifier = bench.newIdentifier("twice");
    const first = await bench.post({ identifier, number: bench.newNumber() });
    if (first.kind !== "accepted") return couldNotTell(`the first request was not accepted: ${first.code}`);
    if ((await bench.untilListed(identifier)) === undefined) return couldNotTell("the report never showed the first");
    const second = await bench.post({ identifier, number: bench.newNumber() });
    if (second.kind === "accepted") {
      return doesNotHold(`both were accepted, as transactions ${first.transactionId} and ${second.transactionId}`);
    }
    const { length } = await bench.rows(identifier);
    if (length > 1) return doesNotHold(`the second was answered ${second.code}, and the report shows ${length} rows`);
    if (second.code !== "CUSTOM_IDENTIFIER_ALREADY_USED") return couldNotTell(`the second was answered ${second.code}`);
    return holds("the second was refused, and the report shows one row");
  },
};

/** Whether the check for duplicates can be overtaken by a second request that comes at the same time. */
export const overlappingDuplicates: Probe = {
  name: "overlapping-duplicates",
  assumption: "A2",
  claims: "Of requests with one identifier that arrive together only one is executed",
  topupsMax: OVERLAPPING,
  async run(bench) {
    const identifier = bench.newIdentifier("together");
    const numbers = Array.from({ length: OVERLAPPING }, () => bench.newNumber());
    const answers = await Promise.all(numbers.map((number) => bench.post({ identifier, number })));
    const ids = new Set(answers.flatMap((answer) => (answer.kind === "accepted" ? [answer.transactionId] : [])));
    if (ids.size === 0) return couldNotTell(`none was accepted: ${answers.map(codeOf).join(", ")}`);
    const listed = await bench.untilListed(identifier);
    const executed = Math.max(ids.size, listed?.rows.length ?? 0);
    const because = `${executed} of ${OVERLAPPING} requests with one identifier were executed`;
    return executed > 1 ? doesNotHold(because) : holds(because);
  },
};

function codeOf(answer: { kind: string; code?: string }): string {
  return answer.code ?? answer.kind;
}
