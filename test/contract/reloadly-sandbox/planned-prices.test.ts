/**
 * Prices as a check plans them, held against what the local Reloadly really debits: every operator of its catalogue,
 * in its own currency and in the account's, at its bounds and in between. Nothing that is planned without a doubt is refused for its
 * amount, and nothing costs a hundred-thousandth more or less.
 */
import { type CatalogueOperator, catalogueOperatorOf, createPricer, formatUnits, unitsOf } from "@surefill/campaign";
import { createReloadlyClient, type ReloadlyClient, ReloadlyError } from "@surefill/reloadly-client";
import { type ReloadlySandbox, startReloadlySandbox } from "@surefill/reloadly-sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createOffer } from "../../../packages/campaign/src/offer.js";

let sandbox: ReloadlySandbox;
let client: ReloadlyClient;
let operators: CatalogueOperator[];
beforeAll(async () => {
  sandbox = await startReloadlySandbox({ phoneRechargeWindowMs: 0, initialBalance: "1000000" });
  client = createReloadlyClient({
    environment: { apiUrl: sandbox.url, authUrl: sandbox.url, audience: "https://topups-sandbox.reloadly.com" },
    clientId: "sandbox-client",
    clientSecret: "sandbox-secret",
  });
  const flags = { includeBundles: true, includeData: true, includePin: true };
  const page = await client.listOperators({ page: 1, size: 1_000, ...flags }, within());
  operators = page.content.map(catalogueOperatorOf).filter((operator) => operator !== undefined);
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const within = () => ({ signal: AbortSignal.timeout(60_000) });

/** A subscriber of each country whose number ends in no scenario. */
const NUMBERS: Readonly<Record<string, string>> = {
  AF: "93701234567",
  CU: "5351234567",
  EG: "201012345678",
  GB: "447400123456",
  GH: "233241234567",
  GR: "306901234567",
  HT: "50934101234",
  IN: "919812345678",
  CI: "2250708091011",
  GA: "24174123456",
  KE: "254712345678",
  KH: "85512345678",
  LK: "94712345678",
  ML: "22365123456",
  NE: "22793123456",
  NG: "2348031234567",
  PE: "51951234567",
  PH: "639171234567",
  TR: "905312345678",
  UG: "256772123456",
};

/** Amounts worth trying, in units: what is sold, just beside it, and odd ones. */
function candidates(operator: CatalogueOperator, isLocal: boolean): number[] {
  const { fixedAmounts, localFixedAmounts, minAmount, maxAmount, localMinAmount, localMaxAmount } = operator;
  const listed = isLocal ? localFixedAmounts : fixedAmounts;
  const bounds = isLocal ? [localMinAmount, localMaxAmount] : [minAmount, maxAmount];
  const edges = [...listed, ...bounds.filter((bound) => bound !== null)].map(unitsOf);
  const middle = Math.round(edges.reduce((sum, edge) => sum + edge, 0) / Math.max(1, edges.length) / 7) * 7;
  return [...new Set([...edges, ...edges.map((edge) => edge - 1), ...edges.map((edge) => edge + 1), middle])];
}

let sent = 0;

/** What the provider debits, or its refusal. */
async function debitOf(operator: CatalogueOperator, amount: string, useLocalAmount: boolean): Promise<string> {
  const { operatorId, countryCode } = operator;
  sent += 1;
  const recipientPhone = { countryCode, number: NUMBERS[countryCode] ?? "" };
  const request = { operatorId, amount, useLocalAmount, customIdentifier: `price-${sent}`, recipientPhone };
  try {
    const { transaction } = await client.sendTopup(request, within());
    return formatUnits(unitsOf(transaction?.balanceInfo?.cost ?? "no cost"));
  } catch (error) {
    return error instanceof ReloadlyError ? (error.providerCode ?? error.code) : String(error);
  }
}

test("every amount that a plan lets through is taken, at exactly the planned cost", async () => {
  const sellers = operators.filter(({ takesEmail, operatorId }) => !takesEmail && operatorId !== 1213);
  expect(sellers.length).toBeGreaterThan(20);
  const differences: string[] = [];
  let compared = 0;
  for (const operator of sellers) {
    const [offer, pricer] = [createOffer(operator), createPricer(operator, 2)];
    for (const isLocal of [false, true]) {
      for (const units of candidates(operator, isLocal).filter((amount) => amount > 0)) {
        const fit = offer({ units, isLocal, toleranceUnits: 0 });
        const planned = fit.ok ? pricer(fit.units, fit.isLocal) : undefined;
        if (planned === undefined) continue;
        compared += 1;
        const debit = await debitOf(operator, formatUnits(units), isLocal);
        if (debit === formatUnits(planned.cost) && planned.reserve >= planned.cost) continue;
        // Of bounds that disagree the wider one is tried, and the provider decides.
        if (fit.ok && fit.doubt === "bounds-disagree" && debit === "INVALID_AMOUNT_FOR_OPERATOR") continue;
        differences.push(
          `${operator.name} ${formatUnits(units)} ${isLocal}: ${debit}, not ${formatUnits(planned.cost)}`,
        );
      }
    }
  }
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(100);
});

test("an amount that a plan refuses is refused by the provider too, unless only rounding lies between them", async () => {
  for (const operator of operators.filter(({ takesEmail }) => !takesEmail).slice(0, 12)) {
    for (const isLocal of [false, true]) {
      const wrong = isLocal ? unitsOf("0.01") : unitsOf("100000");
      const fit = createOffer(operator)({ units: wrong, isLocal, toleranceUnits: 0 });
      if (fit.ok) continue;
      expect(await debitOf(operator, formatUnits(wrong), isLocal), operator.name).toMatch(/AMOUNT/);
    }
  }
});
