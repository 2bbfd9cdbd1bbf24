export type { Books, BooksQuery, BooksTotals, IdentifierBooks } from "./books.js";
export type { Clock } from "./clock.js";
export type { Effect } from "./effects.js";
export type { FaultPlan } from "./fault-plan.js";
export type { SandboxOptions } from "./options.js";
export { OUTCOMES_BY_ENDING, type OutcomeByEnding } from "./outcomes-by-ending.js";
export { PRODUCTION_MIX, type RandomMix } from "./random-mix.js";
export { type ReloadlySandbox, startReloadlySandbox } from "./sandbox.js";
export type { WalletBooks } from "./wallet.js";
