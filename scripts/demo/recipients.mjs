import { readFile } from "node:fs/promises";

const COLUMNS = ["reference", "operatorId", "amount", "countryCode", "number"];

/**
 * Reads examples/recipients.csv: plain values, no quotes. Every run gets references of its own, since a reference is
 * paid once and for ever.
 */
export async function readRecipients(path, run) {
  const [header, ...lines] = (await readFile(path, "utf8")).trim().split(/\r?\n/);
  if (header !== COLUMNS.join(",")) throw new Error(`${path}: the first line must be ${COLUMNS.join(",")}`);
  return lines.map((line) => {
    const [reference, operatorId, amount, countryCode, number] = line.split(",");
    return {
      reference: `${run}.${reference}`,
      operatorId,
      amount,
      recipientPhone: { countryCode, number },
      campaign: run,
    };
  });
}
