/** One top-up that the wallet cannot pay for. */
import type { Order } from "../../recipients.js";
import type { Finding, Scenario } from "../scenario.js";
import { steadyOrders } from "../steady-load.js";
import { compareThroughput } from "../throughput.js";

const DEAR_OPERATOR_ID = 265;
/** At this rate 10,000 of the operator's currency are twice what the wallet holds. */
const DEAR_RATE = "0.1";
const BALANCE = "50000";
const USUAL_RATE = "129";
const PAID_IN = "1000";

/** Steady orders, the tenth of which alone goes to the dear operator. */
function withOneDear(run: string, count: number): Order[] {
  const orders = steadyOrders(run, 2 * count);
  const dear = orders.find(({ operatorId }) => operatorId === DEAR_OPERATOR_ID);
  const others = orders.filter(({ operatorId }) => operatorId !== DEAR_OPERATOR_ID);
  if (dear === undefined) throw new Error("no order for the dear operator");
  return [...others.slice(0, 9), { ...dear, amount: "10000", useLocalAmount: true }, ...others.slice(9, count - 1)];
}

const isDear = ({ operatorId }: Order) => operatorId === DEAR_OPERATOR_ID;

const aboveTheWallet: Scenario = {
  name: "above-the-wallet",
  trouble: "one top-up costs more than the wallet holds",
  measure: async (context) => {
    let waits = 0;
    const findings = await compareThroughput(context, {
      untroubled: { makeOrders: withOneDear },
      troubled: {
        rig: { provider: { balance: BALANCE } },
        makeOrders: withOneDear,
        begin: ({ providerDesk }) => providerDesk.setRate(DEAR_OPERATOR_ID, DEAR_RATE),
        async end({ providerDesk, ledger }) {
          const waiting = await ledger.records(await ledger.gates.parkedAt("balance", 1_000));
          waits = waiting.length;
          await providerDesk.setRate(DEAR_OPERATOR_ID, USUAL_RATE);
          await providerDesk.payIn(PAID_IN);
        },
      },
      bounds: [{ least: 0.99, what: "others", isWanted: (order) => !isDear(order) }],
      strokes: ({ ends }) => ends.refusals,
    });
    return findings.map(
      (finding): Finding => ({
        ...finding,
        wrong: waits === 1 ? finding.wrong : [...finding.wrong, `${waits} top-ups waited for balance, and not one`],
      }),
    );
  },
};

export const MONEY_SCENARIOS: readonly Scenario[] = [aboveTheWallet];
