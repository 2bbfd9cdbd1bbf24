/** Which of a file's first rows names the columns: no recipient becomes a header, and what is not sure is asked about. */
import { findHeader } from "@surefill/campaign";
import { describe, expect, test } from "vitest";

const found = (text: string) => findHeader(text.split("\n").map((row) => row.split(",")));

describe("the first row is a recipient", () => {
  test.each([
    "Ann,0712-345-678 (home),KE,1\nBob,0712345679,KE,1",
    "Ann (0712 345 678),KE,1\nBob (0712 345 679),KE,1",
    "0712 345 678 / 0722345678,5\n0712345678,5",
    "+254712345678,5\n+254722345678,6",
    "254712345678,5",
    "2.54712E+11,5\n254722345678,6",
    "'0712345678\n0712345679",
    "٠٧١٢٣٤٥٦٧٨\n0712345679",
    "12,5.5\n13,6.5",
  ])("where it holds a number: %j", (text) => {
    expect(found(text)).toEqual({ kind: "none" });
  });
});

describe("a row names the columns", () => {
  test.each([
    "phone,amount",
    "name,phone,amount\nAnn,0712345678,1",
    "Contact,Type,Amount\n0712345678,mobile,5\n0712345679,mobile,6",
    "phone,2026-03-01\n0712345678,5\n0712345679,5",
    "Beneficiary contact,Disbursement\n0712345678,5",
    "Wer,Wohin\nAnn,0712345678",
    "a,b\nx,y",
    "phone,,amount\n0712345678,Ann,5\n0712345679,,6",
    "phone,,amount\nunknown,Ann,5\n0712345679,,6",
  ])("where it is the first: %j", (text) => {
    expect(found(text)).toEqual({ kind: "header", at: 0 });
  });

  test.each([
    ["Payment list for March 2026\nphone,country,amount\n0712345678,KE,1\n0712345679,KE,2", 1],
    ["Payment list\nMarch 2026,,\nNom,Téléphone,Montant (USD)\nAnn,0712345678,1", 2],
    ["Payment list\nphone\n0712345678", 1],
  ])("below titles: %j", (text, at) => {
    expect(found(text)).toEqual({ kind: "header", at });
  });
});

describe("it is asked", () => {
  test.each([
    ["Ann,n/a,KE,1\nBob,0712345679,KE,1", 0],
    ["Ann,5\nBob,6", 0],
    ["0712345678,5,\nphone,amount,\n0712345679,5,", 1],
    ["Call 0712345678 for questions\nphone,amount\n0712345679,5", 1],
    ["Recipient,,Payment\nname,phone,amount\nAnn,0712345679,5", 1],
    ["March\nWer,Wohin,X\nAnn,0712345678,5\nBob,0712345679,5", 1],
    ["March\nAnn,0712345678,5\nBob,0712345679,5", 0],
    ["Amount,,Phone,Country\nPaid,To pay,Number,ISO\n5,10,0712345678,KE\n6,9,0712345679,KE", 1],
    ["Phone,,Amount\nName,Number,USD\nAnn,0712345678,5\nBob,0712345679,6", 1],
  ])("where it cannot be told: %j", (text, at) => {
    expect(found(text)).toMatchObject({ kind: "doubtful", at });
  });
});
