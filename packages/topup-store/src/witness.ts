import { isAccountOf } from "./account.js";
import { LedgerComparingError, type LedgerLoss, LedgerLostError } from "./errors.js";
import type { RecordFields } from "./record-codec.js";

/** A ledger at one moment: which one it is, and how many writes it had acknowledged. */
export type Witnessed = {
  /** Names one ledger. It is made when the ledger is created, and anew when a lost one is rebuilt. */
  epoch: string;
  /** Grows with every write of that ledger. */
  sequence: number;
  /** The replication id of the Redis that told it. Absent in what earlier versions wrote, and where INFO is refused. */
  server?: string | undefined;
};

/** A process, as others are to know it. */
export type LedgerProcess = {
  /** Names it, and no other. */
  id: string;
  /** Names its state folder. */
  folder: string;
  /** A claim is sent within so long or never, in milliseconds; 0 where nothing is sent. */
  sendWithinMs: number;
  /** For people, such as `worker on host-1`. */
  label: string;
};

/** Between the epochs that a rebuilt ledger names as its former ones. */
export const ANCESTORS_SEPARATOR = " ";

/** The highest sequence of each epoch and server. */
export function highestWitnessed(all: Iterable<Witnessed>): Witnessed[] {
  const highest = new Map<string, Witnessed>();
  for (const each of all) keepHighest(highest, each);
  return [...highest.values()];
}

/** Keeps what was witnessed in `highest`, under its epoch and server, where it is more than what is there. */
export function keepHighest(highest: Map<string, Witnessed>, { epoch, server, sequence }: Witnessed): void {
  const key = `${epoch} ${server ?? ""}`;
  if (sequence <= (highest.get(key)?.sequence ?? -1)) return;
  highest.set(key, { epoch, sequence, ...(server !== undefined && { server }) });
}

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
  /** This process, where others wait for what it knows after a change of server. */
  readonly process: LedgerProcess | undefined;
  /** What a former server acknowledged after another one had answered, until the ledger has accounted for it. */
  #late: readonly Witnessed[] = [];
  /** What was known when this process opened the ledger, until it has been open since. */
  #remembered: readonly Witnessed[];
  #seen: readonly string[] = [];
  #lost: LedgerLostError | undefined;
  #comparing: LedgerComparingError | undefined;

  /**
   * `known`: what processes on this machine witnessed before; empty where nobody knows anything. `account`: the one
   * that this process has; left out, it does not matter whose the ledger is.
   */
  constructor(known: readonly Witnessed[], account?: string, process?: LedgerProcess) {
    this.#earlier = known;
    this.#remembered = known;
    this.account = account;
    this.process = process;
  }

  /** This process as the ledger keeps it, and by what name; empty texts where it has no state folder. */
  get listed(): [id: string, entry: string] {
    if (this.process === undefined) return ["", ""];
    const { id, folder, sendWithinMs, label } = this.process;
    return [id, [folder, String(sendWithinMs), label].join("|")];
  }

  get epoch(): string {
    return this.#current.epoch;
  }

  /** The highest sequence of this epoch that was acknowledged. */
  get sequence(): number {
    return this.#current.sequence;
  }

  /** The replication id of the Redis that told it. */
  get server(): string | undefined {
    return this.#current.server;
  }

  /** What scripts are told, and refused for where the ledger lacks it. */
  get told(): Witnessed {
    return this.#late[0] ?? this.#current;
  }

  /** What is known beside that, for a comparison after a change of server. */
  get remembered(): readonly Witnessed[] {
    return this.#remembered;
  }

  /** The list of processes, as this one has seen it last: name and state of each after each other. */
  get seen(): readonly string[] {
    return this.#seen;
  }

  /** The key of the hashes under which recipients are filed. A rebuilt ledger may have a new one. */
  get recipientKey(): string {
    return this.#recipientKey;
  }

  /** Set from the moment at which a loss was noticed until the ledger accounts for everything again. */
  get lost(): LedgerLostError | undefined {
    return this.#lost;
  }

  /** Set while the ledger is closed since Redis became another server. */
  get comparing(): LedgerComparingError | undefined {
    return this.#comparing;
  }

  /** Keeps the list of processes. */
  see(processes: readonly string[]): void {
    this.#seen = processes;
  }

  /** Notes why the ledger is closed, and answers that. */
  compares(why: ConstructorParameters<typeof LedgerComparingError>[0]): LedgerComparingError {
    this.#comparing = new LedgerComparingError(why);
    return this.#comparing;
  }

  /** Notes that a script ran, on which epoch and server, and the sequence that it answered with. `told`: what it was told. */
  note(answered: Witnessed, told: Witnessed): void {
    const { epoch, sequence, server } = answered;
    // An answer from before a rebuild may come late, and counts in another epoch.
    if (epoch !== this.#current.epoch) return;
    this.#late = this.#late.filter(({ server: late, sequence: most }) => late !== told.server || most > told.sequence);
    const isFormer = server !== this.#current.server && told.server !== this.#current.server && server === told.server;
    // It is behind the other server's back that this one went on: that one must account for it.
    if (isFormer) this.#late = highestWitnessed([...this.#late, answered]);
    if (isFormer) return;
    this.#lost = undefined;
    this.#comparing = undefined;
    this.#remembered = [];
    if (server !== this.#current.server || sequence > this.#current.sequence) this.#current = answered;
  }

  /**
   * Holds what is known against the ledger's fixed values. They become the current ones when they account for all
   * that was witnessed, under another epoch too where that one names the former; the loss is answered otherwise.
   */
  judge(meta: RecordFields): LedgerLostError | undefined {
    const witnessed = [...this.#earlier, ...this.#late, ...(this.#current.epoch === "" ? [] : [this.#current])];
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
    const { epoch = "", recipientKey = "", server } = meta;
    // Nothing is missing of what was witnessed, so all that is there was told by now.
    this.#current = { epoch, sequence: Number(meta.sequence ?? "0"), ...(server !== undefined && { server }) };
    this.#earlier = [];
    this.#late = [];
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

function lossOf({ epoch, sequence, server }: Witnessed, meta: RecordFields): LedgerLoss | undefined {
  if (meta.epoch === undefined) return "missing";
  const ancestors = meta.ancestors?.split(ANCESTORS_SEPARATOR) ?? [];
  if (meta.epoch !== epoch) return ancestors.includes(epoch) ? undefined : "replaced";
  if (meta.behind !== undefined || Number(meta.sequence ?? "0") < sequence) return "behind";
  if (server === undefined || meta.server === undefined || server === meta.server) return undefined;
  const ended = endOf(server, meta);
  return ended === undefined || ended < sequence ? "behind" : undefined;
}

/** The sequence at which the ledger's history under a former server ended; `undefined` where it never had that server. */
function endOf(server: string, { servers = "", serversDropped }: RecordFields): number | undefined {
  const [, ended = serversDropped] =
    servers
      .split(" ")
      .find((each) => each.startsWith(`${server}:`))
      ?.split(":") ?? [];
  return ended === undefined ? undefined : Number(ended);
}
