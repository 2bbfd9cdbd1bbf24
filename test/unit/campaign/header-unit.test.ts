/** The unit that a column's name gives its amounts: a currency where it is clear, several where it is not. */
import { unitOfHeader } from "@surefill/campaign";
import { describe, expect, test } from "vitest";

describe("a column's name", () => {
  test.each([
    ["Montant (USD)", "USD"],
    ["Amount [KES]", "KES"],
    ["amount_usd", "USD"],
    ["amountUSD", "USD"],
    ["Valor (R$)", "BRL"],
    ["Valor R$", "BRL"],
    ["Betrag in €", "EUR"],
    ["Airtime (KSh)", "KES"],
    ["Amount (US$)", "USD"],
    ["Amount (USD per person)", "USD"],
    ["Amount (ALL)", "ALL"],
  ])("%j has the unit %s", (column, currency) => {
    expect(unitOfHeader(column)?.currencies).toEqual([currency]);
  });

  test.each(["Amount ($)", "Montant FCFA", "Amount (pesos)", "Amount USD (KES)", "Amount (Rs.)"])(
    "%j has a unit that may be several currencies",
    (column) => {
      expect(unitOfHeader(column)?.currencies.length).toBeGreaterThan(1);
    },
  );

  test("that says local has each operator's own currency", () => {
    expect(unitOfHeader("Amount (local)")).toEqual({ text: "local", currencies: [] });
    expect(unitOfHeader("Montant local")).toEqual({ text: "local", currencies: [] });
  });

  test.each(["Amount", "TOP UP AMOUNT", "Amount (all)", "Amount (per person)", "Try", "All", "Pen", "Max"])(
    "%j has none",
    (column) => {
      expect(unitOfHeader(column)).toBeUndefined();
    },
  );
});
