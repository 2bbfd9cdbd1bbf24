import { couldNotTell, doesNotHold, holds, type Probe } from "./probe.js";

/** Whether FAILED stays FAILED for as long as we hold it. Only where something fails: Reloadly's sandbox rarely lets it. */
export const failedStaysFailed: Probe = {
  name: "failed-stays-failed",
  assumption: "A9",
  claims: "FAILED does not turn into another status",
  topupsMax: 1,
  async run(bench) {
    const { failingNumber, holdMs } = bench.options;
    const identifier = bench.newIdentifier("failed");
    const answer = await bench.post({ identifier, number: failingNumber ?? bench.newNumber() });
    if (answer.kind !== "accepted") return couldNotTell(`the request was not accepted: ${answer.code}`);
    const status = await bench.untilSettled(answer.transactionId);
    if (status !== "FAILED")
      return couldNotTell(`it ended as ${status}; name a number that fails with --failing-number`);
    const turned = await bench.watchStatus(answer.transactionId, "FAILED", holdMs);
    if (turned !== undefined) return doesNotHold(`transaction ${answer.transactionId} turned from FAILED to ${turned}`);
    return holds(`FAILED for the ${Math.round(holdMs / 1_000)} s that it was watched`);
  },
};
