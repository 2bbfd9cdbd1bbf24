import type { CatalogueOperator } from "./catalogue.js";
import type { CheckOptions } from "./check-options.js";
import { cleanCell } from "./clean-cell.js";
import { unitOfHeader } from "./header-unit.js";
import type { Assumption, Problem } from "./problems.js";

/**
 * What the file says of an amount's unit. `isLocal`: the operator's own currency, or the account's. `currencies`: ISO
 * codes of which it is one. Where it says both, both have to be true.
 */
export type AmountUnit =
  | { isLocal: boolean; currencies?: readonly string[] }
  | { isLocal?: undefined; currencies: readonly string[] };

export type ReadUnit =
  | { ok: true; unit: AmountUnit; assumptions: readonly Assumption[] }
  | { ok: false; problem: Problem; culprit: string };

/** Reads the unit of a row's amount out of its cells. */
export type UnitReader = (cells: { flag: string; currency: string }) => ReadUnit;

const LOCAL = new Set(["true", "yes", "y", "1", "local"]);
const NOT_LOCAL = new Set(["false", "no", "n", "0"]);
const NONE: readonly Assumption[] = [];

/** Makes the reader of a file whose amounts stand in `amountColumn`, where one is mapped. */
export function createUnitReader(
  amountColumn: string | undefined,
  options: Pick<CheckOptions, "currency" | "useLocalAmount">,
): UnitReader {
  const said = saidOfFile(amountColumn, options);
  const assumed: ReadUnit = {
    ok: true,
    unit: { isLocal: options.useLocalAmount },
    assumptions: [options.useLocalAmount ? "default-local-currency" : "default-account-currency"],
  };
  const ofFile = said.length === 0 ? assumed : accepted(unitOf(said, options.useLocalAmount ? true : undefined));
  return (cells) => {
    if (cells.flag === "" && cells.currency === "") return ofFile;
    const flag = cleanCell(cells.flag).text.toLowerCase();
    const currency = cleanCell(cells.currency).text.toUpperCase();
    if (flag === "" && currency === "") return ofFile;
    if (currency === "") {
      if (LOCAL.has(flag) || NOT_LOCAL.has(flag)) return accepted(unitOf(said, LOCAL.has(flag)));
      return refused({ code: "LOCAL_AMOUNT_UNCLEAR", hint: "says neither true nor false" }, cells.flag);
    }
    if (!/^[A-Z]{3}$/.test(currency)) {
      return refused({ code: "CURRENCY_INVALID", hint: 'is no currency code such as "KES"' }, cells.currency);
    }
    if (said.length > 0 && !said.includes(currency)) {
      const hint = `says ${currency}, where the amount's column or the options say ${said.slice(0, 3).join(" or ")}`;
      return refused({ code: "CURRENCY_MISMATCH", hint }, cells.currency);
    }
    return accepted({ currencies: [currency] });
  };
}

/** The currencies that the column's name and the options leave. */
function saidOfFile(column: string | undefined, { currency }: Pick<CheckOptions, "currency">): readonly string[] {
  if (currency !== undefined) return [currency];
  return column === undefined ? [] : (unitOfHeader(column)?.currencies ?? []);
}

function unitOf(currencies: readonly string[], isLocal: boolean | undefined): AmountUnit {
  if (isLocal === undefined) return { currencies };
  return currencies.length === 0 ? { isLocal } : { isLocal, currencies };
}

function accepted(unit: AmountUnit): ReadUnit {
  return { ok: true, unit, assumptions: NONE };
}

function refused(problem: Problem, culprit: string): ReadUnit {
  return { ok: false, problem, culprit };
}

/** Whether an amount of this unit is a local one of the operator; `undefined` where the operator takes no such amount. */
export function isLocalUnit(
  { isLocal, currencies }: AmountUnit,
  { accountCurrency, localCurrency }: Pick<CatalogueOperator, "accountCurrency" | "localCurrency">,
): boolean | undefined {
  if (currencies === undefined) return isLocal;
  if (isLocal !== true && currencies.includes(accountCurrency)) return false;
  return isLocal !== false && currencies.includes(localCurrency) ? true : undefined;
}
