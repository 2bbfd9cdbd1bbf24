/** A line that has two numbers is paid once: what was sent to the one is found for a row that names the other. */
import { type CatalogueOperator, catalogueOperatorSchema } from "@surefill/campaign";
import { OperatorMemory } from "@surefill/topup-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accepted, requestFor } from "../../support/test-ledger.js";
import { type CampaignWorld, openCampaignWorld } from "./campaign-world.js";

const OPERATOR_ID = 7_777;

/** The local Reloadly sells in none of the countries whose lines have two numbers. */
function operatorIn(countryCode: string, operatorId: number): CatalogueOperator {
  return catalogueOperatorSchema.parse({
    operatorId,
    name: `Operator of ${countryCode}`,
    countryCode,
    isActive: true,
    takesEmail: false,
    accountCurrency: "USD",
    localCurrency: countryCode === "AR" ? "ARS" : "GMD",
    supportsLocalAmounts: false,
    denominations: "RANGE",
    minAmount: "1",
    maxAmount: "90",
    localMinAmount: null,
    localMaxAmount: null,
    fixedAmounts: [],
    localFixedAmounts: [],
    fxRate: "70",
    internationalDiscount: "3",
    localDiscount: "0",
    fees: { international: "0", internationalPercentage: "0", local: "0", localPercentage: "0" },
  });
}

let world: CampaignWorld;
beforeAll(async () => {
  world = await openCampaignWorld();
});
afterAll(() => world.close());

test.each([
  ["AR", "541123456789", "+54 9 11 2345 6789", "011 15 2345-6780"],
  ["GM", "2203123456", "+220 83 312 3456", "312 3457"],
])("in %s a row is refused whose line was paid lately under its other number", async (country, paid, other, unpaid) => {
  const { ledger, redis } = world.pipeline;
  const nowMs = () => Date.now();
  const operatorId = OPERATOR_ID + paid.length;
  await new OperatorMemory(redis.client, { prefix: redis.prefix, nowMs }).keepCatalogue([
    operatorIn(country, operatorId),
  ]);
  const recipientPhone = { countryCode: country, number: paid };
  await accepted(ledger, `paid-${country}`, requestFor(1, { operatorId, amount: "5", recipientPhone }));

  const rows = [other, unpaid].map((phone) => `${phone},${country},5`).join("\n");
  const { plan } = await world.check(
    await world.draft(`phone,country,amount\n${rows}\n`, {
      mapping: { phone: "phone", country: "country", amount: "amount" },
      options: { defaultOperatorId: operatorId },
    }),
  );

  expect(plan?.rows, JSON.stringify(plan?.problems)).toMatchObject({ total: 2, planned: 1, rejected: 1 });
  expect(plan?.problems.flatMap(({ codes }) => codes)).toEqual([{ code: "RECIPIENT_PAID_RECENTLY", rows: 1 }]);
});
