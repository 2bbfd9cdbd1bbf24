/** What a file's columns are taken for: the two known formats for sure, others as a suggestion that gives its reason. */
import { columnsWithOurs, mappingSchema, REJECT_COLUMNS, RESULT_COLUMNS, suggestMapping } from "@surefill/campaign";
import { describe, expect, test } from "vitest";

describe("a file of a known format", () => {
  test("of Reloadly's sample needs no mapping", () => {
    const suggested = suggestMapping(["CountryCode", "PhoneNumber", "IsLocal", "Amount"], []);
    expect(suggested).toMatchObject({
      format: "reloadly-sample",
      mapping: { country: "CountryCode", phone: "PhoneNumber", useLocalAmount: "IsLocal", amount: "Amount" },
      options: {},
      missing: [],
    });
    expect(suggested.reasons.every(({ confidence }) => confidence === "certain")).toBe(true);
  });

  test("of go-reloadly needs none either, and its amounts are local", () => {
    const columns = ["number", "amount", "country", "tolerance", "operator", "id", "custom_identifier"];
    expect(suggestMapping(columns, [])).toMatchObject({
      format: "go-reloadly",
      mapping: {
        phone: "number",
        amount: "amount",
        country: "country",
        tolerance: "tolerance",
        operator: "operator",
        reference: "custom_identifier",
        metadata: { id: "id" },
      },
      options: { useLocalAmount: true },
    });
    expect(suggestMapping(columns.slice(0, 5).toReversed(), []).format).toBe("go-reloadly");
  });

  test.each([
    ["the refused rows", [REJECT_COLUMNS]],
    ["refused rows that were refused again", [REJECT_COLUMNS, REJECT_COLUMNS]],
  ])("is of it still when it comes back as our file of %s, whose columns mean nothing", (_what, ours) => {
    for (const columns of [
      ["CountryCode", "PhoneNumber", "IsLocal", "Amount"],
      ["number", "amount", "country", "tolerance", "id"],
    ]) {
      const back = ours.reduce<string[]>(columnsWithOurs, columns);
      expect(suggestMapping(back, [])).toEqual(suggestMapping(columns, []));
    }
  });

  test.each([
    ["the results", [RESULT_COLUMNS]],
    ["the results of mended rows", [REJECT_COLUMNS, RESULT_COLUMNS]],
    ["what was refused of the results", [RESULT_COLUMNS, REJECT_COLUMNS]],
  ])("needs its mapping said when it comes back as our file of %s, which names rows as sent", (_what, ours) => {
    const columns = ["number", "amount", "country", "tolerance"];
    const { mapping, options } = suggestMapping(columns, []);
    const back = suggestMapping(ours.reduce<string[]>(columnsWithOurs, columns), []);
    expect(back).toMatchObject({ mapping: { ...mapping, reference: "reference" }, options, missing: [] });
    expect(back.format).toBeUndefined();
  });

  test("that has references of its own keeps them when its results come back", () => {
    const columns = ["number", "amount", "country", "tolerance", "custom_identifier"];
    const back = suggestMapping(columnsWithOurs(columns, RESULT_COLUMNS), []);
    expect(back.mapping).toMatchObject({ reference: "custom_identifier" });
  });

  test("with a column more or less is not of it", () => {
    expect(suggestMapping(["CountryCode", "PhoneNumber", "IsLocal", "Amount", "Name"], []).format).toBeUndefined();
    expect(suggestMapping(["number", "amount", "country"], []).format).toBeUndefined();
  });
});

describe("another file", () => {
  test.each([
    [["MSISDN", "Airtime Amount", "Network"], { phone: "MSISDN", amount: "Airtime Amount", operator: "Network" }],
    [["Numéro", "Montant", "Pays"], { phone: "Numéro", amount: "Montant", country: "Pays" }],
    [["Name", "Mobile No.", "Value", "Currency"], { phone: "Mobile No.", amount: "Value", currency: "Currency" }],
    [["Sender phone", "Recipient phone", "Sum"], { phone: "Recipient phone", amount: "Sum", sender: "Sender phone" }],
    [["phone", "amount", "local", "currency"], { phone: "phone", amount: "amount", useLocalAmount: "local" }],
  ])("with the columns %j is mapped by their names", (columns, mapping) => {
    const suggested = suggestMapping(columns, []);
    expect(suggested.mapping).toEqual(mapping);
    expect(mappingSchema.safeParse(suggested.mapping).success).toBe(true);
    expect(suggested.reasons.every(({ confidence, because }) => confidence === "likely" && because !== "")).toBe(true);
  });

  test.each([
    ["phone", "Téléphone mobile, N° de téléphone, Teléfono móvil, Número de celular, Telefone, Telemóvel, Handynummer"],
    ["phone", "Mobile No., phone_number, PhoneNumber, Phone #, MSISDN, GSM, WhatsApp number, Recipient mobile number"],
    ["operator", "Telco, Network, Operator, Carrier, Opérateur, Operadora, Operador, Réseau, Rede, Mobile network"],
    [
      "operator",
      "Operator ID, Network provider, Mobile operator, Nom de l'opérateur, MNO, Netzbetreiber, Service provider",
    ],
    [
      "amount",
      "Montant (USD), Monto, Valor, Betrag, Amount (KES), Amount_USD, amountUSD, Valor (R$), Importe, Montant FCFA",
    ],
    [
      "amount",
      "Betrag in €, Amount [NGN], TOP UP AMOUNT, Top-up amount, Airtime (KES), Amount in USD, Amount (per person)",
    ],
    ["country", "Country, Country code, Pays, País, Land, ISO2"],
    ["currency", "Currency, Devise, Moneda, Moeda, Währung"],
  ] as const)("has its column for %s by any of the names %s", (field, names) => {
    for (const name of names.split(", ")) {
      const beside = field === "phone" ? {} : { phone: "telephone" };
      const { mapping } = suggestMapping([...Object.values(beside), name], []);
      expect(mapping, name).toEqual({ ...beside, [field]: name });
    }
  });

  test.each(["N°", "Nº", "#", "No.", "No", "ID", "S/N", "Sr", "lfd. Nr.", "Index", "Row", "x"])(
    "in which %j numbers the rows is never suggested to pay those numbers",
    (name) => {
      const rows = ["1", "2", "17"].map((number) => [number, "0712345678"]);
      const { mapping, reasons, missing } = suggestMapping([name, "phone"], rows);
      expect({ mapping, missing }).toEqual({ mapping: { phone: "phone" }, missing: ["amount"] });
      expect(reasons.filter(({ field }) => field === "amount")).toEqual([]);
    },
  );

  test("of which only the cells say how much is shown as possible, and not suggested", () => {
    const rows = [
      ["Jane", "0712345678", "5"],
      ["Joe", "0722345678", "10.50"],
      ["Ann", "", "7"],
    ];
    const suggested = suggestMapping(["column 1", "column 2", "column 3"], rows);
    expect(suggested.mapping).toEqual({ phone: "column 2" });
    expect(suggested.missing).toEqual(["amount"]);
    expect(suggested.reasons.map(({ column, confidence }) => [column, confidence])).toEqual([
      ["column 2", "likely"],
      ["column 3", "possible"],
    ]);
    const named = suggestMapping(["who", "where", "how much"], rows);
    expect(named.mapping).toBeUndefined();
    expect(named.reasons.every(({ confidence }) => confidence === "possible")).toBe(true);
  });

  test.each([
    [["phone", "mobile", "amount"], [["0712345678", "0712345679", "5"]], undefined],
    [["phone", "Amount (USD)", "Amount (KES)"], [["0712345678", "5", "600"]], { phone: "phone" }],
    [["phone", "mobile", "amount"], [["n/a", "0712345679", "5"]], { phone: "mobile", amount: "amount" }],
    [["Numéro", "Nom"], [["1", "Ann"]], undefined],
    [["Numéro", "Tel"], [["1", "0712345679"]], { phone: "Tel" }],
  ])(
    "with the columns %j has none suggested of which there are two, or whose cells say no",
    (columns, rows, mapping) => {
      expect(suggestMapping(columns, rows).mapping).toEqual(mapping);
    },
  );

  test("in which nothing looks like numbers gets no mapping, and is told what is missing", () => {
    const suggested = suggestMapping(["a", "b"], [["x", "y"]]);
    expect(suggested).toEqual({ options: {}, reasons: [], missing: ["phone", "amount"] });
  });
});

test("a mapping names a column for what it names, and says one thing once", () => {
  expect(mappingSchema.safeParse({ amount: "amount" }).success).toBe(false);
  expect(mappingSchema.safeParse({ phone: "p", colour: "c" }).success).toBe(false);
  expect(mappingSchema.safeParse({ phone: "p", useLocalAmount: "l", currency: "c" }).success).toBe(false);
  expect(mappingSchema.safeParse({ phone: "p", metadata: { "a b": "c" } }).success).toBe(false);
  expect(mappingSchema.safeParse({ phone: "p", metadata: { wave: "c" } }).success).toBe(true);
});

describe("a column of other people's numbers, or of other amounts, is not suggested", () => {
  const rows = [["0712345678", "5", "KE"]];

  test.each([
    "Phone (emergency contact)",
    "Phone (enumerator)",
    "Téléphone (conjoint)",
    "Celular (alternativo)",
    "Mobile [old]",
    "Telefono (fisso)",
  ])("%j", (column) => {
    expect(suggestMapping([column, "Amount", "Country"], rows).mapping).toBeUndefined();
  });

  test.each(["Amount (paid)", "Montant (reçu)", "Saldo (anterior)"])("%j", (column) => {
    expect(suggestMapping(["Phone", column, "Country"], rows).mapping?.amount).toBeUndefined();
  });

  test("and leaves the one that is the recipient's", () => {
    const columns = ["Phone", "Phone (spouse)", "Amount (USD)"];
    const suggested = suggestMapping(columns, [["0712345678", "0712345679", "5"]]);
    expect(suggested.mapping).toMatchObject({ phone: "Phone", amount: "Amount (USD)" });
  });
});

test.each([
  ["رقم الهاتف", "البلد", "المبلغ", "الشبكة", "العملة"],
  ["رقم الجوال", "الدولة", "القيمة", "المشغل", "العملة"],
  ["Numero di telefono", "Paese", "Importo ricarica", "Operatore", "Valuta"],
  ["Numero cellulare", "Nazione", "Importo", "Gestore", "Valuta"],
  ["Handynummer", "Land", "Aufladebetrag", "Netz", "Währung"],
  ["Nº de telemóvel", "País", "Valor da recarga", "Operadora", "Moeda"],
])("columns in other languages are known: %s, %s, %s, %s, %s", (phone, country, amount, operator, currency) => {
  const columns = [phone, country, amount, operator, currency];
  const suggested = suggestMapping(columns, [["0712345678", "KE", "5", "Safaricom", "USD"]]);
  expect(suggested.mapping).toEqual({ phone, country, amount, operator, currency });
});
