import type { LedgerWitness } from "../witness.js";

/** What the stores of campaigns are opened with. */
export type CampaignStoreOptions = {
  /** Key prefix of the installation, the same as the ledger's. */
  prefix: string;
  /** The open ledger's: nothing is written where Redis has lost what was witnessed. */
  witness?: LedgerWitness;
  /** The ledger's time in milliseconds, for tests. Left out, Redis's own clock is used. */
  nowMs?: () => number;
};
