import type { Answer } from "./answer.js";
import { AnswerSwap } from "./answer-swap.js";
import { type Books, type BooksQuery, type PostCounts, writeBooks } from "./books.js";
import { OperatorBook, type PriceChange } from "./catalogue/operator-book.js";
import { addEffect, answerAfter, answerBefore, type Treatment } from "./effects.js";
import { balanceEndpoint, tokenEndpoint } from "./endpoints/account.js";
import { catalogueRoutes } from "./endpoints/catalogue.js";
import { type NewPrice, ownRoutes, parsePriceChange } from "./endpoints/own.js";
import { reportEndpoint, reportRowEndpoint, statusEndpoint } from "./endpoints/report.js";
import { sendEndpoint } from "./endpoints/send.js";
import { type FaultPlan, FaultRules, type Operation, parseFaultPlan } from "./fault-plan.js";
import { type ApiRequest, HttpServer } from "./http-server.js";
import { parseMoney, parseOptions, type SandboxOptions, type Settings } from "./options.js";
import { between, type Random, seededRandom } from "./random.js";
import { refusal, refuse, springNotFound } from "./refusal.js";
import { type Call, type Route, Router } from "./router.js";
import { Tokens } from "./tokens.js";
import { TopUpBook } from "./top-up-book.js";
import { Wallet } from "./wallet.js";
import { Webhooks } from "./webhooks.js";

/** A running sandbox. */
export interface ReloadlySandbox {
  /** Base URL of the API and of the token endpoint, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** What was posted, executed and paid so far. */
  books(query?: BooksQuery): Books;
  /** Puts another fault plan in place of the present one; its counters start anew. */
  setFaultPlan(plan: FaultPlan): void;
  /** Puts money into the wallet: a decimal string with at most five decimals. */
  topUpWallet(amount: string): void;
  /** Changes what an operator costs from now on. Throws when there is no such operator or a price is no price. */
  setPrice(operatorId: number, price: NewPrice): void;
  /** Stops listening and drops every connection at once. */
  close(): Promise<void>;
}

/** Starts a local Reloadly and resolves once it listens. Rejects when an option is wrong or the port is taken. */
export async function startReloadlySandbox(options: SandboxOptions = {}): Promise<ReloadlySandbox> {
  const settings = parseOptions(options);
  const sandbox = new Sandbox(settings);
  const server = new HttpServer((request) => sandbox.answer(request), settings);
  const port = await server.listen(settings.port, settings.host);
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  sandbox.url = `http://${host}:${port}`;
  return {
    url: sandbox.url,
    port,
    books: (query = {}) => sandbox.books(query),
    setFaultPlan: (plan) => sandbox.setFaultPlan(parseFaultPlan(plan)),
    topUpWallet: (amount) => sandbox.topUpWallet(amount),
    setPrice: (operatorId, price) => sandbox.changePrice(operatorId, parsePriceChange(price)),
    close: async () => {
      sandbox.close();
      await server.close();
    },
  };
}

/** Builds the parts, and takes every request through time, faults and token to its endpoint. */
class Sandbox {
  url = "";
  readonly #settings: Settings;
  readonly #book: TopUpBook;
  readonly #tokens: Tokens;
  readonly #operators = new OperatorBook();
  readonly #random: Random;
  readonly #router: Router;
  readonly #webhooks: Webhooks | undefined;
  readonly #counts: PostCounts = { posts: 0, postsWithoutIdentifier: 0, duplicateRefusals: 0, rejections: 0 };
  readonly #cancels = new Set<() => void>();
  readonly #swap = new AnswerSwap((delayMs, action) => this.#later(delayMs, action));
  #faults: FaultRules;
  #settlementTimer: { readonly dueAtMs: number; readonly cancel: () => void } | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#random = seededRandom(settings.seed);
    this.#faults = new FaultRules(settings.faultPlan, this.#random);
    this.#book = new TopUpBook(new Wallet(settings.currency, parseMoney(settings.initialBalance)), settings);
    this.#tokens = new Tokens(settings.clientSecret, settings.tokenLifetimeSeconds, settings.audiences);
    this.#router = new Router(this.#routes());
    if (settings.webhooks !== undefined) {
      const world = { clock: settings.clock, random: this.#random, currency: settings.currency };
      const webhooks = new Webhooks(settings.webhooks, world);
      this.#webhooks = webhooks;
      this.#book.onSettled = (transaction) => webhooks.announce(transaction);
    }
  }

  books(query: BooksQuery): Books {
    this.#book.settleDue(this.#settings.clock.nowMs());
    const webhooks = this.#webhooks?.counts ?? { sent: 0, failed: 0, withheld: 0 };
    const { recordPosts: recordsPosts } = this.#settings;
    return writeBooks(this.#book, { posts: this.#counts, webhooks, recordsPosts }, query);
  }

  topUpWallet(amount: string): void {
    this.#book.wallet.credit(parseMoney(amount));
  }

  changePrice(operatorId: number, change: PriceChange): void {
    if (!this.#operators.changePrice(operatorId, change)) throw new Error(`there is no operator ${operatorId}`);
  }

  setFaultPlan(plan: ReturnType<typeof parseFaultPlan>): void {
    this.#faults = new FaultRules(plan, this.#random);
  }

  close(): void {
    this.#settlementTimer?.cancel();
    for (const cancel of this.#cancels) cancel();
    this.#webhooks?.close();
  }

  answer(request: ApiRequest): Answer | Promise<Answer> {
    const latencyMs = between(this.#random, this.#settings.latencyMs);
    if (latencyMs === 0 || request.path.startsWith("/_sandbox/")) return this.#answerNow(request);
    return this.#later(latencyMs, () => this.#answerNow(request));
  }

  #answerNow(request: ApiRequest): Answer | Promise<Answer> {
    const nowMs = this.#settings.clock.nowMs();
    this.#book.settleDue(nowMs);
    const where = { path: request.path, nowMs };
    const found = this.#router.find(request.method, request.path);
    if (found === undefined) return springNotFound(where);
    if (found === "method") return refuse(refusal("METHOD_NOT_SUPPORTED"), where);
    const { route, values } = found;
    const call = { request, values, nowMs };
    if (route.operation === "own") return route.handle(call);
    const media = mediaProblem(request);
    if (media !== undefined) return refuse(refusal(media), where);
    if (route.operation === "send") return this.#send(route, call);
    return this.#read(route, route.operation, call);
  }

  #send(route: Route, call: Call): Answer | Promise<Answer> {
    const answer = route.handle(call);
    if (this.#webhooks !== undefined) this.#armSettlement();
    return answer;
  }

  /** Reads have no effect, so a fault "after commit" is simply an answer that gets lost. */
  #read(route: Route, operation: Operation, call: Call): Answer | Promise<Answer> {
    const where = { path: call.request.path, nowMs: call.nowMs, slowAnswerMs: this.#settings.slowAnswerMs };
    const treatment: Treatment = { executions: 1 };
    const facts = { operation, customIdentifier: undefined, recipient: undefined };
    for (const effect of this.#faults.take(facts)) addEffect(treatment, effect);
    if (treatment.before !== undefined) return answerBefore(treatment.before, where);
    const refused =
      operation === "token" ? undefined : this.#tokens.check(call.request.headers.authorization, call.nowMs);
    if (refused !== undefined) return refuse(refused, where);
    const answer = route.handle(call);
    if (answer instanceof Promise) return answer.then((late) => answerAfter(treatment.after, late, where));
    return answerAfter(treatment.after, answer, where);
  }

  /** Statuses change by themselves only when somebody looks; webhooks need a timer that looks in time. */
  #armSettlement(): void {
    const dueAtMs = this.#book.nextDueAtMs;
    if (dueAtMs === undefined) return;
    if (this.#settlementTimer !== undefined && this.#settlementTimer.dueAtMs <= dueAtMs) return;
    this.#settlementTimer?.cancel();
    const { clock } = this.#settings;
    const cancel = clock.after(Math.max(0, dueAtMs - clock.nowMs()), () => {
      this.#settlementTimer = undefined;
      this.#book.settleDue(clock.nowMs());
      this.#armSettlement();
    });
    this.#settlementTimer = { dueAtMs, cancel };
  }

  /** Acts after a wait, unless the sandbox closes first; then the promise stays open and its connection is gone. */
  #later(delayMs: number, action: () => Answer | Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const cancel = this.#settings.clock.after(delayMs, () => {
        this.#cancels.delete(cancel);
        try {
          resolve(action());
        } catch (error) {
          reject(error);
        }
      });
      this.#cancels.add(cancel);
    });
  }

  #routes(): Route[] {
    const settings = this.#settings;
    const book = this.#book;
    const desk = {
      settings,
      book,
      tokens: this.#tokens,
      operators: this.#operators,
      random: this.#random,
      counts: this.#counts,
      faults: () => this.#faults,
      swap: this.#swap,
      later: (delayMs: number, action: () => Answer | Promise<Answer>) => this.#later(delayMs, action),
    };
    const account: Route[] = [
      route("POST", "/topups-async", "send", sendEndpoint(desk, "async")),
      route("POST", "/topups", "send", sendEndpoint(desk, "sync")),
      route("GET", "/topups/:transactionId/status", "status", statusEndpoint(book, settings)),
      route("GET", "/topups/reports/transactions", "report", reportEndpoint(book, settings)),
      route("GET", "/topups/reports/transactions/:transactionId", "report", reportRowEndpoint(book, settings)),
      route("GET", "/accounts/balance", "balance", balanceEndpoint(book.wallet)),
      route(
        "POST",
        "/oauth/token",
        "token",
        tokenEndpoint(this.#tokens, settings, () => this.url),
      ),
    ];
    return [...account, ...catalogueRoutes(settings.currency, this.#operators), ...ownRoutes(this)];
  }
}

function route(method: Route["method"], path: string, operation: Route["operation"], handle: Route["handle"]): Route {
  return { method, path, operation, handle };
}

/** Reloadly speaks JSON in both directions and says so when it is asked for anything else. */
function mediaProblem(request: ApiRequest): "UNSUPPORTED_MEDIA_TYPE" | "MEDIA_TYPE_NOT_ACCEPTABLE" | undefined {
  const { accept, "content-type": contentType } = request.headers;
  if (request.method === "POST" && contentType?.includes("json") !== true) return "UNSUPPORTED_MEDIA_TYPE";
  const isAcceptable = accept === undefined || accept.includes("json") || accept.includes("*/*");
  return isAcceptable ? undefined : "MEDIA_TYPE_NOT_ACCEPTABLE";
}
