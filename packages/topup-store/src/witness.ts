import { isAccountOf } from "./account.js";
import { type LedgerLoss, LedgerLostError } from "./errors.js";
import type { RecordFields } from "./record-codec.js";

/** A ledger at one moment: which one it is, and how many writes it had acknowledged. */
export type Witnessed = {
  /** Names one ledger. It is made when the ledger is created, and anew when a lost one is rebuilt. */
  epoch: string;
  /** Grows with every write of that ledger. */
  sequence: number;
};

/** Between the epochs that a rebuilt ledger names as its former ones. */
export const ANCESTORS_SEPARATOR = " ";

/**
 * What a process knows of the ledger and holds against Redis: every script is told the epoch and the highest sequence
 * that was acknowledged to this process, and is refused where Redis has gone back behind them.
 */
export class LedgerWitness {
  #current: Witnessed = { epoch: "", sequence: 0 };
  /** What was known before this process opened the ledger, until the ledger has accounted for it. */
  #earlier: readonly Witnessed[];
  #recipientKey = "";
  /** The provider account of this process. */
  readonly account: string | undefined;
  #lost: LedgerLostError | undefined;

  /**
   * `known`: what processes on this machine witnessed before; empty where nobody knows anything. `account`: the one
   * that this process has; left out, it does not matter whose the ledger is.
   */
  constructor(known: readonly Witnessed[], account?: string) {
    this.#earlier = known;
    this.account = account;
  }

  get epoch(): string {
    return this.#current.epoch;
  }

  /** The highest sequence of this epoch that was acknowledged. */
  get sequence(): number {
    return this.#current.sequence;
  }

  /** The key of the hashes under which recipients are filed. A rebuilt ledger may have a new one. */
  get recipientKey(): string {
    return this.#recipientKey;
  }

  /** Set from the moment at which a loss was noticed until the ledger accounts for everything again. */
  get lost(): LedgerLostError | undefined {
    return this.#lost;
  }

  /** Notes that a script ran, on which epoch, and the sequence that it answered with. */
  note({ epoch, sequence }: Witnessed): void {
    // An answer from before a rebuild may come late, and counts in another epoch.
    if (epoch !== this.#current.epoch) return;
    this.#lost = undefined;
    if (sequence > this.#current.sequence) this.#current = { epoch, sequence };
  }

  /**
   * Holds what is known against the ledger's fixed values. They become the current ones when they account for all
   * that was witnessed, under another epoch too where that one names the former; the loss is answered otherwise.
   */
  judge(meta: RecordFields): LedgerLostError | undefined {
    const witnessed = [...this.#earlier, ...(this.#current.epoch === "" ? [] : [this.#current])];
    for (const each of witnessed) {
      const loss = lossOf(each, meta);
      if (loss === undefined) continue;
      if (this.#current.epoch === "") this.#current = each; // Scripts are refused on its behalf.
      this.#lost ??= new LedgerLostError(loss);
      return this.#lost;
    }
    // Given to another account while this process runs. It keeps the former epoch, so its scripts go on being refused.
    if (this.account !== undefined && !isAccountOf(this.account, meta)) {
      if (this.#lost?.loss !== "rebound") this.#lost = new LedgerLostError("rebound");
      return this.#lost;
    }
    const { epoch = "", recipientKey = "" } = meta;
    const sequences = witnessed.filter((each) => each.epoch === epoch).map((each) => each.sequence);
    this.#current = { epoch, sequence: Math.max(0, ...sequences) };
    this.#earlier = [];
    this.#recipientKey = recipientKey;
    this.#lost = undefined;
    return undefined;
  }
}

/**
 * What the ledger with these fixed values has lost, for one who has not opened it. Who knows nothing (`known` is empty)
 * still hears of a ledger that has no epoch, or that was found to be behind.
 */
export function lossOfLedger(known: readonly Witnessed[], meta: RecordFields): LedgerLostError | undefined {
  return new LedgerWitness([...known, { epoch: meta.epoch ?? "", sequence: 0 }]).judge(meta);
}

function lossOf({ epoch, sequence }: Witnessed, meta: RecordFields): LedgerLoss | undefined {
  if (meta.epoch === undefined) return "missing";
  const ancestors = meta.ancestors?.split(ANCESTORS_SEPARATOR) ?? [];
  if (meta.epoch !== epoch) return ancestors.includes(epoch) ? undefined : "replaced";
  return meta.behind !== undefined || Number(meta.sequence ?? "0") < sequence ? "behind" : undefined;
}
