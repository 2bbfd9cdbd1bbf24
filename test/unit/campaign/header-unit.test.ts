/** The unit that a column's name gives its amounts: a currency where it is clear, several where it is not. */
import { unitDoubt, unitOfHeader } from "@surefill/campaign";
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

describe("the unit of a column is in doubt", () => {
  test.each([
    ["Amount (thousands)", "thousands"],
    ["Amount ('000)", "'000"],
    ["Amount (000s)", "000s"],
    ["Montant en milliers", "milliers"],
    ["Valor (mil)", "mil"],
    ["Amount (USD cents)", "cents"],
    ["Amount in cents", "cents"],
    ["Monto (centavos)", "centavos"],
    ["Amount (%)", "%"],
  ])("where %j counts in %j", (column, text) => {
    expect(unitDoubt(column)).toEqual({ kind: "scale", text });
  });

  test.each([
    ["Amount (Kz)", "Kz"],
    ["Valor (MT)", "MT"],
    ["Amount (K)", "K"],
    ["Amount [Le]", "Le"],
    ["Amount (S/)", "S"],
    ["Amount (BTC)", "BTC"],
    ["المبلغ (دولار)", "دولار"],
  ])("where the brackets of %j hold a unit that is not known", (column, text) => {
    expect(unitDoubt(column)).toEqual({ kind: "unknown", text });
  });

  test.each([
    "Amount",
    "Amount (USD)",
    "Amount (USD, net)",
    "Amount (local currency)",
    "Amount (required)",
    "Amount (all)",
    "Amount (per person)",
    "Amount (max 10)",
    "Amount (1-10)",
    "Montant (par bénéficiaire)",
    "Amount_2026",
  ])("nowhere in %j", (column) => {
    expect(unitDoubt(column)).toBeUndefined();
  });
});
