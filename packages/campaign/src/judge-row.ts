import { lineOf } from "@surefill/topup";
import type { Catalogue, CatalogueOperator } from "./catalogue.js";
import type { CheckOptions } from "./check-options.js";
import { formatUnits, type Units, unitsOf } from "./money.js";
import { createOffer, type Offer } from "./offer.js";
import type { JudgedRow, PlannedRow } from "./planned-row.js";
import { createPricer, type Price, type Pricer } from "./price.js";
import type { Assumption, Problem, ProblemCode } from "./problems.js";
import type { ReadRow } from "./read-row.js";
import { isLocalUnit } from "./read-unit.js";
import { RecipientTable, ReferenceTable } from "./row-tables.js";

/** What is known of a row besides the file: looked up for a whole chunk of rows before they are judged. */
export type KnownOfRow = {
  /** The operator that detection found; `none` when it found none. Needed where the row's operator is `detect`. */
  detected?: number | "none";
  /** The latest payment to the recipient within the days of `recentlyPaid`. */
  paidRecently?: { daysAgo: number; reference: string };
  /** The ledger has a top-up under the row's reference: of the same content, or of another. */
  referenceUsed?: "same" | "other";
};

/** What became of a row, with what a summary needs to know of it. */
export type RowVerdict = {
  judged: Exclude<JudgedRow, { kind: "left-out" }>;
  /** For rows that are sent: what was assumed. */
  assumptions: readonly Assumption[];
  /** Absent where the row could not be priced. */
  price?: Price;
  operator?: CatalogueOperator;
  /** For rows that are not sent: the cell at fault, where it is one cell. */
  culprit?: string;
};

/** Judges the rows of one check, in the order of the file: a recipient's second row depends on the first. */
export interface Judge {
  judge(read: ReadRow, known: KnownOfRow): RowVerdict;
}

/** What a check knows of the account and is told to insist on. */
export type JudgeRules = {
  catalogue: Catalogue;
  accountCurrency: string;
  options: Pick<CheckOptions, "duplicates" | "recentlyPaid">;
  limits: { perRecipientMax?: string | undefined; priceMarginPercent: number };
  /** The installation's limit for the value of one top-up. */
  topupMaxUnits?: Units | undefined;
  /** Any number below 2^32 that a file's author cannot know. */
  seed: number;
  /** What is known of the file, so that room is made at once for what is kept of its rows. */
  file?: { rowsExpected: number; namesReferences: boolean };
};

type Seller = { operator: CatalogueOperator; offer: Offer; pricer: Pricer };

/** Starts a check. */
export function createJudge(rules: JudgeRules): Judge {
  const { rowsExpected = 0, namesReferences = true } = rules.file ?? {};
  const recipients = new RecipientTable({
    rowsExpected,
    sums: rules.limits.perRecipientMax !== undefined,
    seed: rules.seed,
  });
  const references = new ReferenceTable(rules.seed, { rowsExpected: namesReferences ? rowsExpected : 0 });
  const sellerOf = rememberSellers(rules);
  const perRecipientMax =
    rules.limits.perRecipientMax === undefined ? undefined : unitsOf(rules.limits.perRecipientMax);
  return {
    judge(read, known) {
      const problems = [...read.problems];
      const assumptions = [...read.assumptions];
      const operator = findOperator(read, known, rules.catalogue, problems, assumptions);
      const seller = operator === undefined ? undefined : sellerOf(operator);
      if (operator !== undefined) checkOperator(operator, read, rules.accountCurrency, problems);
      const order = seller === undefined ? undefined : placeOrder(seller, read, problems, assumptions);
      checkTopupMax(order?.price, rules.topupMaxUnits, problems);
      checkReference(read, known, references, problems);
      checkPaidRecently(known, rules.options, problems);
      const recipient = recipientOfRow(read);
      const earlier = recipient === undefined ? undefined : recipients.find(lineOf(recipient.text));
      checkRecipient(earlier, order?.price, { duplicates: rules.options.duplicates, perRecipientMax }, problems);
      const priced = order !== undefined && { price: order.price };
      const sold = operator !== undefined && { operator };
      if (problems.length > 0 || order === undefined || operator === undefined || recipient === undefined) {
        const rejected = { row: read.row, problems, ...(order !== undefined && { costUnits: order.price.cost }) };
        const culprit = read.culprit !== undefined && { culprit: read.culprit };
        return { judged: { kind: "rejected", rejected }, assumptions: [], ...priced, ...sold, ...culprit };
      }
      recipients.add(lineOf(recipient.text), read.line, order.price.cost);
      const planned: PlannedRow = {
        row: read.row,
        recipient: recipient.text,
        countryCode: recipient.countryCode,
        operatorId: operator.operatorId,
        amount: order.amount,
        useLocalAmount: order.isLocal,
        costUnits: order.price.cost,
        reserveUnits: order.price.reserve,
        ...(read.reference !== undefined && { reference: read.reference }),
        ...(read.sender !== undefined && { sender: read.sender }),
        ...(read.metadata !== undefined && { metadata: read.metadata }),
      };
      return { judged: { kind: "planned", planned }, assumptions, ...priced, ...sold };
    },
  };
}

function rememberSellers({ limits }: JudgeRules): (operator: CatalogueOperator) => Seller {
  const sellers = new Map<number, Seller>();
  return (operator) => {
    const known = sellers.get(operator.operatorId);
    if (known !== undefined) return known;
    const pricer = createPricer(operator, limits.priceMarginPercent);
    const seller = { operator, offer: createOffer(operator), pricer };
    sellers.set(operator.operatorId, seller);
    return seller;
  };
}

/** Who is paid: E.164 digits, or the address of a Nauta account, which are all in Cuba. */
export function recipientOfRow({ phone, email }: ReadRow): { text: string; countryCode: string } | undefined {
  if (phone !== undefined) return { text: phone.number, countryCode: phone.countryCode };
  return email === undefined ? undefined : { text: email, countryCode: "CU" };
}

function findOperator(
  read: ReadRow,
  { detected }: KnownOfRow,
  catalogue: Catalogue,
  problems: Problem[],
  assumptions: Assumption[],
): CatalogueOperator | undefined {
  const { operator, phone, email } = read;
  if (operator === undefined) return undefined;
  switch (operator.kind) {
    case "id": {
      const found = catalogue.byId(operator.operatorId);
      if (found === undefined) refuse(problems, "OPERATOR_UNKNOWN", "the account has no operator with this id");
      return found;
    }
    case "name": {
      const countryCode = recipientOfRow(read)?.countryCode;
      if (countryCode === undefined) return undefined;
      const found = catalogue.byName(countryCode, operator.name);
      if (found === undefined) refuse(problems, "OPERATOR_UNKNOWN", explainName(catalogue, countryCode));
      return found;
    }
    case "detect": {
      if (email !== undefined) {
        refuse(
          problems,
          "OPERATOR_NOT_DETECTED",
          "an e-mail address names no operator; give the id of a Nauta operator",
        );
      }
      if (phone === undefined) return undefined;
      const found = typeof detected === "number" ? catalogue.byId(detected) : undefined;
      if (found === undefined) {
        refuse(problems, "OPERATOR_NOT_DETECTED", "the number's prefix names no operator; give the operator");
      } else assumptions.push("operator-detected");
      return found;
    }
  }
}

const NAMES_SHOWN_MAX = 5;

function explainName(catalogue: Catalogue, countryCode: string): string {
  const names = catalogue.namesIn(countryCode);
  if (names.length === 0) return `the account has no operators in ${countryCode}`;
  const shown = names.slice(0, NAMES_SHOWN_MAX).join(", ");
  const more = names.length > NAMES_SHOWN_MAX ? `, and ${names.length - NAMES_SHOWN_MAX} more` : "";
  return `no one operator of ${countryCode} has this name; there are ${shown}${more}`;
}

function checkOperator(operator: CatalogueOperator, read: ReadRow, accountCurrency: string, problems: Problem[]): void {
  const { phone, email } = read;
  const countryCode = recipientOfRow(read)?.countryCode;
  if (countryCode !== undefined && operator.countryCode !== countryCode) {
    const what = email === undefined ? "number" : "address";
    const hint = `${operator.name} is in ${operator.countryCode}, the ${what} in ${countryCode}`;
    refuse(problems, "OPERATOR_OTHER_COUNTRY", hint);
  }
  if (email !== undefined && !operator.takesEmail) {
    refuse(problems, "OPERATOR_NEEDS_PHONE", `${operator.name} tops up phone numbers, not e-mail addresses`);
  }
  if (operator.takesEmail && (phone !== undefined || email === undefined)) {
    refuse(problems, "OPERATOR_NEEDS_EMAIL", `${operator.name} tops up e-mail addresses, not phone numbers`);
  }
  if (!operator.isActive) refuse(problems, "OPERATOR_INACTIVE", `${operator.name} takes no top-ups at present`);
  if (operator.accountCurrency !== accountCurrency) {
    const hint = `${operator.name} is priced in ${operator.accountCurrency}, the account is in ${accountCurrency}`;
    refuse(problems, "OPERATOR_UNPRICED", hint);
  }
}

type Order = { amount: string; isLocal: boolean; price: Price };

/** What is ordered of the operator for the row. `undefined` where the file or the operator does not allow to tell. */
function placeOrder(
  { operator, offer, pricer }: Seller,
  { amountUnits, toleranceUnits, unit }: ReadRow,
  problems: Problem[],
  assumptions: Assumption[],
): Order | undefined {
  if (amountUnits === undefined || unit === undefined) return undefined;
  const isLocal = isLocalUnit(unit, operator);
  if (isLocal === undefined) {
    const taken = operator.supportsLocalAmounts ? ` or ${operator.localCurrency}` : "";
    refuse(problems, "CURRENCY_MISMATCH", `${operator.name} takes amounts in ${operator.accountCurrency}${taken}`);
    return undefined;
  }
  const fit = offer({ units: amountUnits, isLocal, toleranceUnits });
  if (!fit.ok) {
    problems.push(fit.problem);
    return undefined;
  }
  const price = pricer(fit.units, fit.isLocal);
  if (price === undefined) {
    refuse(problems, "OPERATOR_UNPRICED", `${operator.name} tells no exchange rate, so its price cannot be known`);
    return undefined;
  }
  if (fit.assumption !== undefined) assumptions.push(fit.assumption);
  if (fit.doubt !== undefined) assumptions.push(fit.doubt);
  return { amount: formatUnits(fit.units), isLocal: fit.isLocal, price };
}

function checkTopupMax(price: Price | undefined, topupMaxUnits: Units | undefined, problems: Problem[]): void {
  if (price === undefined || topupMaxUnits === undefined || price.face <= topupMaxUnits) return;
  const hint = `is worth ${formatUnits(price.face)}, the limit for one top-up is ${formatUnits(topupMaxUnits)}`;
  refuse(problems, "AMOUNT_OVER_LIMIT", hint);
}

function checkReference(
  { reference, line }: ReadRow,
  { referenceUsed }: KnownOfRow,
  references: ReferenceTable,
  problems: Problem[],
): void {
  const firstLine = reference === undefined ? undefined : references.claim(reference, line);
  if (firstLine !== undefined) refuse(problems, "REFERENCE_DUPLICATE", `line ${firstLine} has the same reference`);
  if (referenceUsed === "same") {
    refuse(problems, "REFERENCE_USED", "this very top-up exists already under the same reference");
  } else if (referenceUsed === "other") {
    refuse(problems, "REFERENCE_OF_ANOTHER", "a top-up of other content has this reference");
  }
}

function checkPaidRecently(
  { paidRecently }: KnownOfRow,
  { recentlyPaid }: JudgeRules["options"],
  problems: Problem[],
): void {
  if (paidRecently === undefined || recentlyPaid.action === "allow") return;
  const { daysAgo, reference } = paidRecently;
  const when = daysAgo === 0 ? "today" : daysAgo === 1 ? "a day ago" : `${daysAgo} days ago`;
  refuse(problems, "RECIPIENT_PAID_RECENTLY", `the recipient was paid ${when} by ${reference}`);
}

function checkRecipient(
  earlier: { firstLine: number; units: Units } | undefined,
  price: Price | undefined,
  limits: { duplicates: CheckOptions["duplicates"]; perRecipientMax: Units | undefined },
  problems: Problem[],
): void {
  if (earlier !== undefined && limits.duplicates === "reject") {
    refuse(problems, "RECIPIENT_DUPLICATE", `line ${earlier.firstLine} pays the same recipient`);
    return;
  }
  if (price === undefined || limits.perRecipientMax === undefined) return;
  const total = (earlier?.units ?? 0) + price.cost;
  if (total <= limits.perRecipientMax) return;
  const hint = `the recipient would get ${formatUnits(total)}, the limit is ${formatUnits(limits.perRecipientMax)}`;
  refuse(problems, "RECIPIENT_OVER_LIMIT", hint);
}

function refuse(problems: Problem[], code: ProblemCode, hint: string): void {
  problems.push({ code, hint });
}
