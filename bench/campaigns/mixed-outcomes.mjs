/** What the local Reloadly is made to do with the rows of a campaign: sixteen of each hundred, spread over it. */

const HUNDRED = 100;

/** Position in each hundred, and the ending of its number (docs/sandbox.md); an empty one is a number that is too short. */
const ENDING_AT = new Map([
  [3, "0003"], // Refunded.
  [9, "0004"], // FAILED the first time.
  [16, "0005"], // FAILED every time.
  [22, "0006"], // Refused for good.
  [27, "0007"], // Executed, and the answer is lost.
  [34, "0008"],
  [38, "0012"], // Refused for now.
  [45, "0015"],
  [51, "0016"], // Not executed, and nobody can tell from the answer.
  [56, "0019"],
  [63, "0020"],
  [69, "0022"],
  [74, "0023"],
  [80, "0025"],
  [87, "0026"],
  [93, ""],
]);

/** Rows of each hundred that the check refuses. */
export const REFUSED_IN_A_HUNDRED = [...ENDING_AT.values()].filter((ending) => ending === "").length;

/** The last four digits of a row's number where they are to make trouble; rows count from 1. */
export function mixedEnding(row) {
  return ENDING_AT.get(row % HUNDRED);
}
