import { couldNotTell, doesNotHold, holds, type Probe } from "./probe.js";

/** More than any wallet or operator takes. */
const IMPOSSIBLE_AMOUNT = "99999999";

/** Whether a refused request leaves nothing behind: no row, no debit, and an identifier that can be used again. */
export const refusalLeavesNothing: Probe = {
  name: "refusal-leaves-nothing",
  assumption: "A6",
  claims: "A request that was refused is not executed, costs nothing, and leaves its identifier free",
  topupsMax: 1,
  async run(bench) {
    const identifier = bench.newIdentifier("refused");
    const number = bench.newNumber();
    const before = await bench.balance();
    const refused = await bench.post({ identifier, number, amount: IMPOSSIBLE_AMOUNT });
    if (refused.kind !== "refused") return couldNotTell(`an impossible amount was not refused, but ${refused.kind}`);
    const { length } = await bench.rows(identifier);
    if (length > 0) return doesNotHold(`refused as ${refused.code}, and the report shows ${length} rows`);
    const after = await bench.balance();
    if (after !== before)
      return doesNotHold(`refused as ${refused.code}, and the balance went from ${before} to ${after}`);
    const again = await bench.post({ identifier, number });
    if (again.kind === "accepted") return holds(`refused as ${refused.code}: no row, no debit, and then accepted`);
    if (again.code === "CUSTOM_IDENTIFIER_ALREADY_USED")
      return doesNotHold("the refused request used its identifier up");
    return couldNotTell(`no row and no debit, but the same identifier was then answered ${again.code}`);
  },
};

/** Whether the two-minute rule refuses, rather than swallows or executes. */
export const recentRecharge: Probe = {
  name: "recent-recharge",
  assumption: "A6",
  claims: "A second top-up of one phone within two minutes is refused as PHONE_RECENTLY_RECHARGED, and not executed",
  topupsMax: 2,
  async run(bench) {
    const number = bench.newNumber();
    const first = await bench.post({ identifier: bench.newIdentifier("first"), number });
    if (first.kind !== "accepted") return couldNotTell(`the first request was not accepted: ${first.code}`);
    await bench.untilSettled(first.transactionId);
    const identifier = bench.newIdentifier("second");
    const second = await bench.post({ identifier, number });
    if (second.kind === "accepted") return doesNotHold("the second was accepted: the rule is not in force here");
    const { length } = await bench.rows(identifier);
    if (length > 0) return doesNotHold(`the second was answered ${second.code}, and executed all the same`);
    if (second.code !== "PHONE_RECENTLY_RECHARGED") return couldNotTell(`the second was answered ${second.code}`);
    return holds("the second was refused, and left no row");
  },
};
