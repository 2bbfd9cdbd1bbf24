import { nowMs } from "./clock.js";
import { language } from "./text/catalogue.js";

/** A count, by the language's rules. */
export function count(number: number): string {
  return number.toLocaleString(language.value);
}

/** Money: decimal text is shown digit by digit, never rounded; only the marks are the language's. */
export function money(amount: string | null | undefined, currency: string | null | undefined): string {
  if (amount === null || amount === undefined) return "–";
  const [whole = "0", decimals = ""] = amount.split(".");
  const mark = (1.1).toLocaleString(language.value).slice(1, 2);
  const grouped = BigInt(whole.replace("-", "") || "0").toLocaleString(language.value);
  const shown = `${whole.startsWith("-") ? "-" : ""}${grouped}${mark}${decimals.padEnd(2, "0")}`;
  return `${shown}\u00a0${currency ?? ""}`.trim();
}

/** A moment with its date, by the clock of the browser. */
export function moment(time: string | null | undefined): string {
  if (!time) return "–";
  return new Date(time).toLocaleString(language.value, { dateStyle: "medium", timeStyle: "medium" });
}

/** A moment of today or near it, with the zone. */
export function clockTime(time: string | null | undefined): string {
  if (!time) return "–";
  const options = { hour: "2-digit", minute: "2-digit", timeZoneName: "short" } as const;
  const date = new Date(time);
  const isNear = Math.abs(date.getTime() - nowMs()) < 20 * 3_600_000;
  return date.toLocaleString(language.value, isNear ? options : { ...options, day: "numeric", month: "short" });
}

/** How long ago, roughly. */
export function age(ms: number): string {
  const s = Math.round(ms / 1_000);
  const format = (value: number, unit: string) =>
    value.toLocaleString(language.value, { style: "unit", unit, unitDisplay: "long" });
  if (s < 90) return format(s, "second");
  return s < 5_400 ? format(Math.round(s / 60), "minute") : format(Math.round(s / 3_600), "hour");
}
