export { cleanCode, codeOf, detailOf } from "./code.js";
export { isNoSuchThing } from "./no-such-thing.js";
export { type ProviderTransaction, providerTransactionOf, recipientOf, wordOf } from "./provider-transaction.js";
export { mergeSettlements, settlementOf } from "./settlement.js";
export { providerRowOf, statusAnswerFor, statusAnswerOf } from "./status.js";
export { submitOutcomeOf } from "./submit-outcome.js";
