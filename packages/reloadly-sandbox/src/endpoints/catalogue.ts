import { type Answer, ok } from "../answer.js";
import { allCountries, type Country, findCountry } from "../catalogue/countries.js";
import { operatorBody } from "../catalogue/operator-body.js";
import type { OperatorBook } from "../catalogue/operator-book.js";
import type { Operator } from "../catalogue/operators.js";
import { internationalDigits } from "../catalogue/phone.js";
import { PROMOTIONS, type Promotion } from "../catalogue/promotions.js";
import { exact, fieldsOf, parseJson, textOf } from "../json.js";
import { decimal, formatDecimal, parseDecimal } from "../money.js";
import { invalidInput, type Refusal, refusal, refuse } from "../refusal.js";
import type { Call, Route } from "../router.js";
import { readPage, springPage } from "./page.js";

const OPERATORS_SIZE = { default: 200, max: 1000 };

const OPERATOR_NOT_FOUND: Refusal = { httpStatus: 404, errorCode: null, message: "Operator not found for given id" };
const PROMOTION_NOT_FOUND: Refusal = { httpStatus: 404, errorCode: null, message: "Promotion not found for given id" };
const MNP_FAILED: Refusal = { httpStatus: 404, errorCode: null, message: "mnp lookup for given number failed" };
const COUNTRY_NOT_FOUND: Refusal = {
  httpStatus: 404,
  errorCode: "COUNTRY_NOT_SUPPORTED",
  message: "Country not found and/or not currently supported",
};

// The real sandbox cannot detect Indian operators and says so with a 500.
const LIVE_ONLY: Refusal = {
  httpStatus: 500,
  errorCode: null,
  message: "This feature is only available on live environment.",
};

/** The read-only endpoints: countries, operators, detection, rates, commissions, promotions. */
export function catalogueRoutes(currency: string, operators: OperatorBook): Route[] {
  const world = { currency, operators };
  const routes: Array<[method: Route["method"], path: string, handle: (call: Call) => unknown]> = [
    ["GET", "/countries", () => allCountries().map(countryBody)],
    ["GET", "/countries/:iso", ({ values }) => countryBody(country(values[0], COUNTRY_NOT_FOUND))],
    ["GET", "/operators", (call) => operatorsPage(call, world)],
    ["GET", "/operators/commissions", (call) => commissionsPage(call, operators)],
    [
      "GET",
      "/operators/:id",
      ({ values }) => operatorBody(operator(values[0], operators), { currency, suggestions: true }),
    ],
    ["GET", "/operators/:id/commissions", ({ values }) => commissionBody(operator(values[0], operators))],
    ["GET", "/operators/countries/:iso", (call) => operatorsOfCountry(call, world)],
    ["GET", "/operators/auto-detect/phone/:phone/countries/:iso", (call) => autoDetect(call, world)],
    ["GET", "/operators/auto-detect/phone/:phone/country-code/:iso", (call) => autoDetect(call, world)],
    ["GET", "/operators/mnp-lookup/phone/:phone/countries/:iso", (call) => mnpByPath(call, world)],
    ["POST", "/mnp-lookup/operators", (call) => mnpByBody(call, world)],
    ["POST", "/operators/fx-rate", (call) => convert(call, operators, undefined)],
    ["POST", "/operators/:id/fx-rate", (call) => convert(call, operators, call.values[0])],
    ["GET", "/promotions", promotionsPage],
    ["GET", "/promotions/:id", ({ values }) => promotionById(values[0])],
    [
      "GET",
      "/promotions/operators/:id",
      ({ values }) => promotionsOf(({ operatorId }) => String(operatorId) === values[0]),
    ],
    ["GET", "/promotions/country-codes/:iso", (call) => promotionsOfCountry(call, operators)],
    ["GET", "/promotions/countries/:iso", (call) => promotionsOfCountry(call, operators)],
  ];
  return routes.map(([method, path, handle]) => ({ method, path, operation: "catalogue", handle: answering(handle) }));
}

/** Carries a refusal out of a lookup, so that the lookups can be written without asking after each step. */
class Refused extends Error {
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super(reason.message);
    this.reason = reason;
  }
}

function answering(handle: (call: Call) => unknown): (call: Call) => Answer {
  return (call) => {
    try {
      return ok(handle(call));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return refuse(error.reason, { path: call.request.path, nowMs: call.nowMs });
    }
  };
}

function country(isoName: string | undefined, otherwise: Refusal): Country {
  const found = isoName === undefined ? undefined : findCountry(isoName);
  if (found === undefined) throw new Refused(otherwise);
  return found;
}

/** What the catalogue is answered from. */
type World = { currency: string; operators: OperatorBook };

function operator(id: string | undefined, operators: OperatorBook): Operator {
  const found = id !== undefined && /^\d{1,9}$/.test(id) ? operators.find(Number(id)) : undefined;
  if (found === undefined) throw new Refused(OPERATOR_NOT_FOUND);
  return found;
}

function countryBody(of: Country): Record<string, unknown> {
  return {
    isoName: of.isoName,
    name: of.name,
    continent: of.continent,
    currencyCode: of.currencyCode,
    currencyName: of.currencyName,
    currencySymbol: of.currencySymbol,
    flag: `https://s3.amazonaws.com/rld-flags/${of.isoName.toLowerCase()}.svg`,
    callingCodes: [`+${of.callingCode}`],
  };
}

const isOn = (query: URLSearchParams, flag: string) => ["true", "1"].includes(query.get(flag) ?? "");
const isOff = (query: URLSearchParams, flag: string) => ["false", "0"].includes(query.get(flag) ?? "");

/** `include...=false` takes a kind out; `...Only=true` takes everything else out. 1 and 0 are true and false, too. */
function isIncluded(of: Operator, query: URLSearchParams): boolean {
  const isOut = (flag: string, has: boolean) => has && isOff(query, flag);
  const isOther = (flag: string, has: boolean) => !has && isOn(query, flag);
  const isBundle = of.kind === "bundle";
  const isData = of.kind === "data";
  const isPin = of.kind === "pin";
  const isCombo = of.kind === "combo";
  return !(
    isOut("includeBundles", isBundle) ||
    isOut("includeData", isData) ||
    isOut("includePin", isPin) ||
    isOut("includeCombo", isCombo) ||
    isOut("includeRange", of.range !== undefined) ||
    isOut("includeFixed", of.range === undefined) ||
    isOther("bundlesOnly", isBundle) ||
    isOther("dataOnly", isData) ||
    isOther("pinOnly", isPin) ||
    isOther("comboOnly", isCombo)
  );
}

function wantsSuggestions(query: URLSearchParams): boolean {
  return isOn(query, "suggestedAmounts") || isOn(query, "suggestedAmountsMap");
}

function operatorsPage({ request }: Call, { currency, operators }: World): unknown {
  const query = new URLSearchParams(request.query);
  const suggestions = wantsSuggestions(query);
  const found = operators.all().filter((one) => isIncluded(one, query));
  return pageOf(found, query, (one) => operatorBody(one, { currency, suggestions }));
}

function operatorsOfCountry({ request, values }: Call, { currency, operators }: World): unknown {
  const query = new URLSearchParams(request.query);
  const of = country(values[0], COUNTRY_NOT_FOUND);
  const found = operators.all().filter((one) => one.country === of && isIncluded(one, query));
  return found.map((one) => operatorBody(one, { currency, suggestions: wantsSuggestions(query) }));
}

function pageOf<T>(all: readonly T[], query: URLSearchParams, body: (one: T) => unknown): Record<string, unknown> {
  const page = readPage(query, OPERATORS_SIZE);
  if (typeof page === "string") throw new Refused(invalidInput(page));
  const start = page.index * page.size;
  return springPage(all.slice(start, start + page.size).map(body), page, all.length);
}

function detected(phone: string | undefined, of: Country, operators: OperatorBook): Operator | undefined {
  const digits = phone === undefined ? undefined : internationalDigits(of, phone);
  return digits === undefined ? undefined : operators.detect(of, digits);
}

function autoDetect({ values }: Call, { currency, operators }: World): unknown {
  const [phone, isoName] = values;
  const of = country(isoName, refusal("COUNTRY_NOT_SUPPORTED"));
  if (of.isoName === "IN") throw new Refused(LIVE_ONLY);
  const found = detected(phone, of, operators);
  if (found === undefined) throw new Refused(refusal("COULD_NOT_AUTO_DETECT_OPERATOR"));
  return operatorBody(found, { currency, suggestions: true });
}

function mnpByPath({ values }: Call, { currency, operators }: World): unknown {
  const found = detected(values[0], country(values[1], MNP_FAILED), operators);
  if (found === undefined) throw new Refused(MNP_FAILED);
  return operatorBody(found, { currency, suggestions: true });
}

function mnpByBody({ request }: Call, { currency, operators }: World): unknown {
  const fields = fieldsOf(parseJson(request.body));
  const phone = textOf(fields?.phone) ?? textOf(fields?.number);
  const found = detected(phone, country(textOf(fields?.countryCode), MNP_FAILED), operators);
  if (found === undefined) throw new Refused(MNP_FAILED);
  return operatorBody(found, { currency, suggestions: true });
}

/** Reloadly calls it a rate, but what comes back is the amount converted into the operator's currency. */
function convert({ request }: Call, operators: OperatorBook, idInPath: string | undefined): unknown {
  const fields = fieldsOf(parseJson(request.body));
  const of = operator(idInPath ?? textOf(fields?.operatorId), operators);
  const text = textOf(fields?.amount);
  if (text === undefined) throw new Refused(invalidInput("Missing required field amount"));
  const amount = parseDecimal(text);
  if (amount === undefined || amount.lte(decimal("0"))) throw new Refused(invalidInput("Invalid amount provided"));
  return {
    id: of.operatorId,
    name: of.name,
    fxRate: exact(formatDecimal(amount.times(of.fxRate), 5)),
    currencyCode: of.country.currencyCode,
  };
}

function commissionsPage({ request }: Call, operators: OperatorBook): unknown {
  return pageOf(operators.all(), new URLSearchParams(request.query), commissionBody);
}

function commissionBody(of: Operator): Record<string, unknown> {
  const international = exact(of.internationalDiscount.toFixed());
  return {
    operator: {
      id: of.operatorId,
      operatorId: of.operatorId,
      name: of.name,
      countryCode: of.country.isoName,
      status: true,
      bundle: of.kind === "bundle",
      data: of.kind === "data",
    },
    percentage: international,
    internationalPercentage: international,
    localPercentage: exact(of.localDiscount.toFixed()),
    updatedAt: "2026-01-01 00:00:00",
  };
}

function promotionsPage({ request }: Call): unknown {
  return pageOf(PROMOTIONS, new URLSearchParams(request.query), (promotion) => promotion);
}

function promotionById(id: string | undefined): Promotion {
  const found = PROMOTIONS.find(({ promotionId }) => String(promotionId) === id);
  if (found === undefined) throw new Refused(PROMOTION_NOT_FOUND);
  return found;
}

function promotionsOf(isWanted: (promotion: Promotion) => boolean): readonly Promotion[] {
  return PROMOTIONS.filter(isWanted);
}

function promotionsOfCountry({ values }: Call, operators: OperatorBook): readonly Promotion[] {
  const of = country(values[0], COUNTRY_NOT_FOUND);
  return promotionsOf(({ operatorId }) => operators.find(operatorId)?.country === of);
}
