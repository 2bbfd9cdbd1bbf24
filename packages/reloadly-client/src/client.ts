import { type Account, createAccount } from "./account.js";
import { createCaller, type ReadOptions } from "./caller.js";
import { type Clock, systemClock } from "./clock.js";
import { type Commissions, createCommissions } from "./commissions.js";
import { type Countries, createCountries } from "./countries.js";
import { endpointsOf, type ReloadlyEnvironment } from "./environment.js";
import { createObserver, type RequestInfo } from "./observer.js";
import { createOperators, type Operators } from "./operators.js";
import { createPromotions, type Promotions } from "./promotions.js";
import { createReports, type Reports } from "./reports.js";
import { withRetries } from "./retries.js";
import { createTokenSource } from "./token.js";
import { createTopups, type Topups } from "./topups.js";
import { createTransport, type OpenTransport } from "./transport.js";

/** What a client is made of. */
export interface ReloadlyClientOptions {
  environment: ReloadlyEnvironment;
  /** Credentials are per environment: live ones are refused by the sandbox and the reverse. */
  clientId: string;
  clientSecret: string;
  /** How many connections may be open to the API at once. More calls than that wait. Default 64. */
  connectionsMax?: number;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: HTTP over undici. Another one is for proofs that hold every request in their hands. */
  openTransport?: OpenTransport;
  /** Called once for each HTTP request when it has ended, token requests included. What it throws is ignored. */
  onRequest?: (info: RequestInfo) => void;
}

/** Reloadly's airtime API. Every call rejects with `ReloadlyError` only. */
export interface ReloadlyClient extends Topups, Reports, Operators, Countries, Account, Commissions, Promotions {
  /**
   * Makes sure that a token is in hand which lives for two more minutes (or half its life, if that is shorter), so
   * that a write that follows soon needs no other network step first.
   */
  prepare(options: ReadOptions): Promise<void>;
  /** Waits for running calls, then closes every connection. Later calls fail with RELOADLY_CLOSED. */
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 64;
/** One token is fetched at a time. */
const TOKEN_CONNECTIONS_MAX = 1;

/** Makes a client. Nothing is sent until it is used. */
export function createReloadlyClient(options: ReloadlyClientOptions): ReloadlyClient {
  const endpoints = endpointsOf(options.environment);
  const { clientId, clientSecret, connectionsMax = CONNECTIONS_MAX, clock = systemClock } = options;
  const { openTransport = createTransport } = options;
  if (clientId === "" || clientSecret === "") throw new TypeError("clientId and clientSecret must not be empty");
  if (!Number.isSafeInteger(connectionsMax) || connectionsMax < 1) {
    throw new TypeError("connectionsMax must be a whole number of at least 1");
  }
  const observer = createObserver(options.onRequest, clock);
  const authTransport = openTransport(endpoints.authUrl, TOKEN_CONNECTIONS_MAX);
  const transport = openTransport(endpoints.apiUrl, connectionsMax);
  const tokens = createTokenSource({ endpoints, clientId, clientSecret, transport: authTransport, clock, observer });
  const caller = createCaller({ transport, tokens, clock, observer });

  return {
    ...createTopups(caller),
    ...createReports(caller),
    ...createOperators(caller),
    ...createCountries(caller),
    ...createAccount(caller),
    ...createCommissions(caller),
    ...createPromotions(caller),
    async prepare(readOptions) {
      await withRetries(readOptions, clock, () => tokens.prepare(readOptions.signal));
    },
    async close() {
      await Promise.all([transport.close(), authTransport.close()]);
    },
  };
}
