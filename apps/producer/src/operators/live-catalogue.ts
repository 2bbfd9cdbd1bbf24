import { type CatalogueOperator, catalogueOperatorOf, createOffer, type Offer } from "@surefill/campaign";
import { listAllOperators, type Operator, type ReloadlyClient } from "@surefill/reloadly-client";
import { type Clock, DeadlineSignals, type Logger } from "@surefill/runtime";
import { slipsBetween } from "@surefill/topup";

/** An operator as the provider lists it; `sold` is absent where it says too little to be sold from. */
export type ListedOperator = { operator: Operator; sold?: CatalogueOperator & { offer: Offer } };

/** Everything that the account can send to, as it was listed once. */
export type CatalogueView = {
  byId: ReadonlyMap<number, ListedOperator>;
  /** By id, rising. */
  all: readonly ListedOperator[];
};

/** Prices and amounts move slowly; the campaign check keeps a catalogue as long. */
const REFRESH_MS = 600_000;
/** An older one may name amounts that are not sold any more, and is not used. */
const USABLE_MS = 3_600_000;
/** What a request may wait for the first catalogue. */
const COLD_WAIT_MS = 1_500;
/** After a failure nobody waits for the provider, and it is not asked again for this long. */
const RETRY_MS = 30_000;
const LOAD_DEADLINE_MS = 30_000;

/**
 * The catalogue of operators in this process: read when it is first asked for, and again in the background. With one at
 * hand nothing waits; without one a request waits a second and a half at most, and not at all after a failure.
 */
export class LiveCatalogue {
  readonly #client: Pick<ReloadlyClient, "listOperators">;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  readonly #deadlines: DeadlineSignals;
  #latest: { view: CatalogueView; atMs: number } | undefined;
  #loading: Promise<void> | undefined;
  #retryAtMs = 0;

  constructor(deps: { client: Pick<ReloadlyClient, "listOperators">; clock: Clock; log: Logger }) {
    this.#client = deps.client;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#deadlines = new DeadlineSignals(this.#stopping.signal);
  }

  /** The catalogue, at most an hour old; `undefined` where it cannot be had now. */
  async view(): Promise<CatalogueView | undefined> {
    const nowMs = this.#clock.monotonicMs();
    const ageMs = this.#latest === undefined ? Number.POSITIVE_INFINITY : nowMs - this.#latest.atMs;
    if (ageMs > REFRESH_MS && nowMs >= this.#retryAtMs) this.#loading ??= this.#load();
    if (ageMs <= USABLE_MS) return this.#latest?.view;
    if (this.#loading === undefined) return undefined;
    const waited = new AbortController();
    const late = this.#clock.sleep(COLD_WAIT_MS, waited.signal).catch(() => undefined);
    await Promise.race([this.#loading, late]);
    waited.abort();
    return this.#latest !== undefined && this.#clock.monotonicMs() - this.#latest.atMs <= USABLE_MS
      ? this.#latest.view
      : undefined;
  }

  /** The latest catalogue, however old: rates of exchange are better old than not at all. */
  get lastKnown(): CatalogueView | undefined {
    return this.#latest?.view;
  }

  /** Ends a reading that is under way. */
  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#loading;
  }

  async #load(): Promise<void> {
    try {
      const signal = this.#deadlines.within(LOAD_DEADLINE_MS);
      const view = viewOf(await listAllOperators(this.#client, { signal, retriesMax: 0 }));
      this.#latest = { view, atMs: this.#clock.monotonicMs() };
    } catch (err) {
      this.#retryAtMs = this.#clock.monotonicMs() + RETRY_MS;
      if (!this.#stopping.signal.aborted) this.#log.warn({ err }, "the catalogue of operators cannot be read");
    } finally {
      this.#loading = undefined;
    }
  }
}

function viewOf(operators: readonly Operator[]): CatalogueView {
  const all = operators
    .map((operator): ListedOperator => {
      const sold = catalogueOperatorOf(operator);
      return sold === undefined ? { operator } : { operator, sold: { ...sold, offer: createOffer(sold) } };
    })
    .toSorted((left, right) => left.operator.operatorId - right.operator.operatorId);
  return { byId: new Map(all.map((listed) => [listed.operator.operatorId, listed])), all };
}

const NEAREST_SHOWN_MAX = 3;

/** The operators whose ids are closest to a wrong one, of the country if it is known: `341 (MTN Nigeria)`. */
export function nearestOperators(view: CatalogueView, operatorId: number, countryCode: string | undefined): string[] {
  const wanted = String(operatorId);
  const inCountry = view.all.filter(({ operator }) => operator.country?.isoName === countryCode);
  return (inCountry.length > 0 ? inCountry : view.all)
    .map(({ operator }) => ({ operator, slips: slipsBetween(wanted, String(operator.operatorId)) }))
    .toSorted((left, right) => left.slips - right.slips)
    .slice(0, NEAREST_SHOWN_MAX)
    .map(({ operator }) => `${operator.operatorId} (${operator.name.slice(0, 60)})`);
}
