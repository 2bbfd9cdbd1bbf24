import { type Decimal, decimal } from "../money.js";

/** A telecom circle of India and what is sold there: amounts in sender currency and, in the same order, local ones. */
export interface Circle {
  readonly locationCode: string;
  readonly locationName: string;
  readonly fixedAmounts: readonly Decimal[];
  readonly localAmounts: readonly Decimal[];
}

const CIRCLES: readonly (readonly [code: string, name: string])[] = [
  ["AP", "Andhra Pradesh"],
  ["AS", "Assam"],
  ["BR", "Bihar"],
  ["CH", "Chennai"],
  ["DL", "Delhi"],
  ["GJ", "Gujarat"],
  ["HP", "Himachal Pradesh"],
  ["HR", "Haryana"],
  ["JK", "Jammu and Kashmir"],
  ["KA", "Karnataka"],
  ["KL", "Kerala"],
  ["KO", "Kolkata"],
  ["MH", "Maharashtra"],
  ["MP", "Madhya Pradesh"],
  ["MU", "Mumbai"],
  ["NE", "North East"],
  ["OR", "Orissa"],
  ["PB", "Punjab"],
  ["RJ", "Rajasthan"],
  ["TN", "Tamil Nadu"],
  ["UE", "Uttar Pradesh East"],
  ["UW", "Uttar Pradesh West"],
  ["WB", "West Bengal"],
];

type Pair = readonly [amount: string, local: string];
const SOLD_EVERYWHERE: readonly Pair[] = [
  ["0.14", "10"],
  ["0.28", "20"],
  ["0.7", "50"],
  ["1.4", "100"],
];
/** Circles differ: every other one sells one of these as well. */
const SOLD_IN_SOME: readonly Pair[] = [
  ["2.09", "149"],
  ["4.19", "299"],
];

/** All circles. */
export function circlesOfIndia(): Circle[] {
  return CIRCLES.map(([locationCode, locationName], index) => {
    const more = SOLD_IN_SOME[index % SOLD_IN_SOME.length];
    const pairs = more === undefined ? SOLD_EVERYWHERE : [...SOLD_EVERYWHERE, more];
    const fixedAmounts = pairs.map(([amount]) => decimal(amount));
    return { locationCode, locationName, fixedAmounts, localAmounts: pairs.map(([, local]) => decimal(local)) };
  });
}
