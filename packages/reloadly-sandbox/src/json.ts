import { LosslessNumber, parse, stringify } from "lossless-json";

const keepNumber = (text: string): LosslessNumber => new LosslessNumber(text);

/** Parses JSON with every number kept to the last digit, or undefined when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return parse(text, null, keepNumber);
  } catch {
    return undefined;
  }
}

/** Prints JSON; an `exact` number is printed digit for digit. */
export function printJson(value: unknown): string {
  return stringify(value) ?? "null";
}

/** A number that is printed exactly as given: `993.81000` stays `993.81000`. */
export function exact(digits: string): LosslessNumber {
  return new LosslessNumber(digits);
}

/** The fields of a JSON object, or undefined for anything else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber)
    ? { ...value }
    : undefined;
}

/** The digits of a JSON number, or the text of a JSON string: Reloadly takes either for ids, amounts and phones. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof LosslessNumber ? value.value : undefined;
}
