/** Files of recipients, as long as they are asked for, without holding them. */
import { Readable } from "node:stream";

/** Two countries, each number once in a file. Both operators sell any amount in a range. */
const COUNTRIES = [
  { countryCode: "KE", prefix: "+25471", operatorId: 265, amount: "1" },
  { countryCode: "NG", prefix: "+234803", operatorId: 341, amount: "1.5" },
];

/** Endings up to here make the local Reloadly misbehave on purpose. */
const SPECIAL_ENDINGS = 100;
const ORDINARY_ENDINGS = 10_000 - SPECIAL_ENDINGS;
/** An ending of these comes back after a hundred rows at the earliest, with the next block of numbers. */
const ROWS_PER_SPECIAL_BLOCK = 100;
const LINES_PER_PIECE = 500;

/** Steps through all numbers of an operator in no visible order, each once: real lists do not count upwards either. */
const NUMBERS = 1_000 * ORDINARY_ENDINGS;
const STEP = 7_368_787;

export const MAPPING = { phone: "phone", country: "country", operator: "operator", amount: "amount" };

/**
 * A CSV file of `rows` recipients, piece by piece. `endingOf` gives the last four digits of a row's number where they
 * are to make the local Reloadly misbehave, and `undefined` where the number is an ordinary one. Numbers stay unique up to
 * 100,000 rows while an ending stands at most once in each hundred.
 * @param {{ rows: number, endingOf?: (row: number) => string | undefined }} options
 */
export function recipientsFile({ rows, endingOf = () => undefined }) {
  return Readable.from(pieces(rows, endingOf), { objectMode: false });
}

function* pieces(rows, endingOf) {
  yield "name,phone,country,operator,amount\n";
  for (let start = 0; start < rows; start += LINES_PER_PIECE) {
    const lines = [];
    for (let index = start; index < Math.min(rows, start + LINES_PER_PIECE); index += 1) {
      lines.push(lineOf(index, endingOf(index + 1)));
    }
    yield lines.join("");
  }
}

function lineOf(index, special) {
  const { countryCode, prefix, operatorId, amount } = COUNTRIES[index % COUNTRIES.length];
  const number = (Math.floor(index / COUNTRIES.length) * STEP) % NUMBERS;
  const block = Math.floor(special === undefined ? number / ORDINARY_ENDINGS : index / ROWS_PER_SPECIAL_BLOCK);
  const ending = special ?? String(SPECIAL_ENDINGS + (number % ORDINARY_ENDINGS)).padStart(4, "0");
  const phone = `${prefix}${String(block % 1_000).padStart(3, "0")}${ending}`;
  return `Recipient ${index + 1},${phone},${countryCode},${operatorId},${amount}\n`;
}
