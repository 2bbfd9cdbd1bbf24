/** Who is topped up: numbers of many operators, so that one operator's refusals do not stop the others. */
import type { SeededChance } from "./seeded-chance.js";

export type Order = {
  reference: string;
  operatorId: number;
  amount: string;
  useLocalAmount: boolean;
  recipientPhone: { countryCode: string; number: string };
};

/** An operator of the local Reloadly, and how its numbers look. */
export type Network = { operatorId: number; countryCode: string; prefix: string; digits: number; localAmount?: string };

/** Networks of the local Reloadly. All take 1 to 3 of the account's currency. */
export const NETWORKS: readonly Network[] = [
  { operatorId: 265, countryCode: "KE", prefix: "+25471", digits: 7, localAmount: "150" },
  { operatorId: 266, countryCode: "KE", prefix: "+25473", digits: 7 },
  { operatorId: 341, countryCode: "NG", prefix: "+234803", digits: 7, localAmount: "2000" },
  { operatorId: 342, countryCode: "NG", prefix: "+234802", digits: 7 },
  { operatorId: 640, countryCode: "NE", prefix: "+22796", digits: 6 },
  { operatorId: 289, countryCode: "ML", prefix: "+22376", digits: 6 },
  { operatorId: 150, countryCode: "GH", prefix: "+23324", digits: 7, localAmount: "20" },
  { operatorId: 410, countryCode: "PH", prefix: "+63917", digits: 7 },
  { operatorId: 285, countryCode: "UG", prefix: "+25677", digits: 7, localAmount: "7000" },
  { operatorId: 286, countryCode: "UG", prefix: "+25675", digits: 7 },
  { operatorId: 460, countryCode: "LK", prefix: "+9477", digits: 7 },
  { operatorId: 480, countryCode: "PE", prefix: "+519", digits: 8 },
  { operatorId: 110, countryCode: "EG", prefix: "+2010", digits: 8 },
];

/** The local Reloadly reads a meaning into numbers that end in less than this. */
export const SPECIAL_ENDINGS = 100;
const LOCAL_SHARE = 0.15;
/** Some people are topped up twice: the provider's rule of one top-up a phone in a while is met. */
const AGAIN_SHARE = 0.03;
const REMEMBERED = 50;

/** Makes orders, each with a reference of its own. */
export function orderMaker(run: string, chance: SeededChance): () => Order {
  const recent: Pick<Order, "operatorId" | "recipientPhone">[] = [];
  let made = 0;
  return () => {
    made += 1;
    const reference = `${run}-${made}`;
    const amount = chance.pick(["1", "1.5", "2", "2.75", "3"]);
    if (recent.length > 0 && chance.next() < AGAIN_SHARE) {
      return { reference, ...chance.pick(recent), amount, useLocalAmount: false };
    }
    const { operatorId, countryCode, prefix, digits, localAmount } = chance.pick(NETWORKS);
    const ending = chance.between([SPECIAL_ENDINGS, 9_999]);
    const middle = chance.between([0, 10 ** (digits - 4) - 1]);
    const number = `${prefix}${String(middle).padStart(digits - 4, "0")}${String(ending).padStart(4, "0")}`;
    const recipientPhone = { countryCode, number };
    recent.push({ operatorId, recipientPhone });
    if (recent.length > REMEMBERED) recent.shift();
    const isLocal = localAmount !== undefined && chance.next() < LOCAL_SHARE;
    return { reference, operatorId, amount: isLocal ? localAmount : amount, useLocalAmount: isLocal, recipientPhone };
  };
}
