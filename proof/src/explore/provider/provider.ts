import { RULES } from "../judge/rules.js";
import type { Timeline } from "../simulation/timeline.js";
import type { Trace } from "../simulation/trace.js";
import { errorBody, HTML, reportBody, SPRING, statusBody, transactionBody } from "./bodies.js";
import { type Booked, Books, type SeenPost } from "./books.js";
import { FATES, type Fate, type RowStatus } from "./fates.js";
import type { DetectAnswer, ProviderPlan, ReadAnswer, TokenAnswer } from "./plan.js";
import { POST_ROWS, type PostAnswer, type PostRow, type PostRowName } from "./post-rows.js";

/** What comes back for a request; `undefined` when nothing ever does. */
export type Reply = { status: number; body: string; headers?: Record<string, string> } | "reset";

/** A request on its way, and the way back. */
export type Exchange = {
  process: string;
  body: string;
  /** The part of the path that is a query, or the last part of it. */
  query: URLSearchParams;
  path: string;
  /** Sends the reply on its way; tells the provider whether it reached a living process. */
  reply(reply: Reply, onArrived?: () => void): void;
};

/** Those who want to know of it when the books change. */
export type BooksWatch = { onBooked(row: Booked): void; onStatus(row: Booked): void; onPost(post: SeenPost): void };

const WORKING_MS = 100;
/** The id of a transaction that belongs to a top-up of somebody else. */
export const FOREIGN_ID = 77;
/** What a POST was answered with in place of its own transaction. It is in nobody's books here. */
const EXCHANGED: Booked = {
  transactionId: 78,
  identifier: "for-somebody-else",
  recipient: "2348030000078",
  operatorId: 341,
  amount: "7",
  cost: "7.25",
  bookedAtMs: 0,
  visibleAtMs: 0,
  status: "SUCCESSFUL",
  isTooMuch: false,
};

/** As `EXCHANGED`, but FAILED: its status does not tell whose it is, and the report shows it only after so long. */
const EXCHANGED_FAILED: Booked = { ...EXCHANGED, transactionId: 79, status: "FAILED" };
const EXCHANGED_FAILED_LAG_MS = 600_000;

/**
 * The provider, as far as it is known: it checks an identifier when a request comes in and books it when it is done,
 * so that two requests at once are both executed; it executes and does not answer, answers and has not executed, is
 * late, shows a transaction late, and says FAILED and takes it back. A plan says what it does in this run.
 */
export class SimProvider {
  readonly books = new Books();
  /** The rows of the table that were met. */
  readonly met = new Set<PostRowName>();
  readonly #time: Timeline;
  readonly #trace: Trace;
  readonly #plan: ProviderPlan;
  readonly #watch: BooksWatch;
  /** What is left of the plan's lists. */
  readonly #left: {
    posts: PostRowName[];
    statuses: ReadAnswer[];
    reports: ReadAnswer[];
    tokens: TokenAnswer[];
    detections: DetectAnswer[];
  };
  readonly #startMs: number;
  #lasting: { row: PostRowName; untilMs: number } | undefined;
  #busy = 0;
  readonly #underWay: string[] = [];

  constructor(parts: { time: Timeline; trace: Trace; plan: ProviderPlan; watch: BooksWatch }) {
    this.#time = parts.time;
    this.#trace = parts.trace;
    this.#plan = parts.plan;
    this.#watch = parts.watch;
    this.#startMs = parts.time.nowMs;
    const { posts, statuses = [], reports = [], tokens = [], detections = [] } = parts.plan;
    this.#left = {
      posts: [...posts],
      statuses: [...statuses],
      reports: [...reports],
      tokens: [...tokens],
      detections: [...detections],
    };
  }

  /** Whether something is still on its way that may change the books by itself. */
  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** What the provider has, in one text. */
  standing(): string {
    return [...this.books.rows.map(({ status }) => status), ...this.#underWay].join(";");
  }

  /** What the provider will still do, in one text. */
  outlook(): string {
    const { fates, laterFate, everyReport, everyStatus, reportLagMs, reportBehindMs } = this.#plan;
    const left = Object.values(this.#left).map((list) => list.join());
    const { length } = this.books.rows;
    const ofRows = this.books.rows.map((_, index) => fates[index] ?? laterFate ?? "");
    const lasting =
      this.#lasting === undefined ? "" : `${this.#lasting.row} ${this.#time.nowMs < this.#lasting.untilMs}`;
    const later = [
      fates.slice(length).join(),
      laterFate,
      everyReport,
      everyStatus?.answer,
      reportLagMs,
      reportBehindMs,
      lasting,
    ];
    return [...left, ...ofRows, ...later].join(";");
  }

  /** Whether no connection can be opened for this request. Asked once for each. */
  refusesConnection(kind: "token" | "post" | "status" | "report" | "other"): boolean {
    if (kind === "token") return this.#takeIf(this.#left.tokens, "no-connection");
    if (kind === "status") return this.#takeIf(this.#left.statuses, "no-connection");
    if (kind === "report") return this.#takeIf(this.#left.reports, "no-connection");
    if (kind !== "post" || POST_ROWS[this.#nextRow()].answer !== "no-connection") return false;
    this.#takeRow();
    return true;
  }

  #takeIf<T extends string>(list: T[], wanted: T): boolean {
    if (list[0] !== wanted) return false;
    list.shift();
    return true;
  }

  #nextRow(): PostRowName {
    const lasting = this.#lasting;
    if (lasting !== undefined && this.#time.nowMs < lasting.untilMs) return lasting.row;
    return this.#left.posts[0] ?? "accepted";
  }

  #takeRow(): PostRow {
    const name = this.#nextRow();
    this.met.add(name);
    const row: PostRow = POST_ROWS[name];
    if (this.#lasting?.row !== name || this.#time.nowMs >= this.#lasting.untilMs) this.#left.posts.shift();
    if (row.lastsMs !== undefined && this.#lasting === undefined) {
      this.#lasting = { row: name, untilMs: this.#time.nowMs + row.lastsMs };
    }
    return row;
  }

  /** Whether the account has no money. */
  get isEmpty(): boolean {
    const lasting = this.#lasting;
    return lasting?.row === "wallet empty for two minutes" && this.#time.nowMs < lasting.untilMs;
  }

  token(_exchange: Exchange): Reply | undefined {
    switch (this.#left.tokens.shift()) {
      case "hang":
        return undefined;
      case "503":
        return { status: 503, body: HTML };
      case "refused":
        return { status: 401, body: errorBody("INVALID_CREDENTIALS") };
      default:
        return { status: 200, body: JSON.stringify({ access_token: "token", expires_in: 86_400 }) };
    }
  }

  /** Takes a POST whose bytes have left. */
  post(exchange: Exchange): void {
    const order = readOrder(exchange.body);
    const row = this.#takeRow();
    const post: SeenPost = {
      identifier: order.identifier,
      process: exchange.process,
      writtenAtMs: this.#time.nowMs,
      recipient: order.recipient,
      operatorId: order.operatorId,
      isProvenNoOp: false,
    };
    this.books.posts.push(post);
    this.#watch.onPost(post);
    this.#busy += 1;
    this.#underWay.push(JSON.stringify(row));
    const { execution } = row;
    const arrivesAfterMs =
      typeof execution === "object" && "arrivesAfterMs" in execution ? execution.arrivesAfterMs : 0;
    if (arrivesAfterMs === 0) this.#arrive(exchange, order, row, post);
    else this.#time.at(this.#time.nowMs + arrivesAfterMs, () => this.#arrive(exchange, order, row, post));
  }

  #arrive(exchange: Exchange, order: Order, row: PostRow, post: SeenPost): void {
    const { execution, answer, anomaly } = row;
    const isUsed = this.books.rows.some(({ identifier }) => identifier === order.identifier);
    const workingMs =
      typeof execution === "object" && "processedAfterMs" in execution ? execution.processedAfterMs : WORKING_MS;
    this.#time.at(this.#time.nowMs + workingMs, () => {
      this.#busy -= 1;
      this.#underWay.splice(this.#underWay.indexOf(JSON.stringify(row)), 1);
      const executes = execution !== "never" && !isUsed;
      const booked = executes ? this.#book(order, post, anomaly) : undefined;
      const said = isUsed && execution !== "never" ? ALREADY_USED : answer;
      const transactionId = idIn(anomaly, booked);
      this.#reply(exchange, said, transactionId, () => {
        if (row.isProof) post.isProvenNoOp = true;
        if (isAcceptance(said) && transactionId !== undefined) post.answeredId = transactionId;
      });
    });
  }

  #reply(exchange: Exchange, answer: PostAnswer, transactionId: number | undefined, onArrived: () => void): void {
    if (answer === "hang" || answer === "no-connection") return;
    if (answer === "reset") {
      exchange.reply("reset");
      return;
    }
    const { status, headers } = answer;
    exchange.reply({ status, body: postBody(answer, transactionId), ...(headers && { headers }) }, onArrived);
  }

  #book(order: Order, post: SeenPost, anomaly: PostRow["anomaly"]): Booked {
    const first = this.#bookOne(anomaly === "other-amount" ? { ...order, amount: "50" } : order, post);
    if (anomaly === "hidden") first.visibleAtMs = Number.POSITIVE_INFINITY;
    if (anomaly === "two-rows") this.#bookOne(order, post, true);
    return first;
  }

  #bookOne(order: Order, post: SeenPost, isTooMuch = false): Booked {
    const index = this.books.rows.length;
    const { nowMs } = this.#time;
    const { reportLagMs = 0, reportBehindMs = 0 } = this.#plan;
    const visibleMostMs = post.writtenAtMs + RULES.quietMs;
    const row: Booked = {
      ...order,
      transactionId: 1_001 + index,
      cost: `${order.amount}.25`,
      bookedAtMs: nowMs,
      visibleAtMs: Math.max(nowMs + reportBehindMs, Math.min(nowMs + reportLagMs, visibleMostMs)),
      status: "PROCESSING",
      isTooMuch,
    };
    this.books.rows.push(row);
    this.#trace.note(nowMs, `the provider books ${row.identifier} as transaction ${row.transactionId}`);
    this.#watch.onBooked(row);
    const fate: Fate = FATES[this.#plan.fates[index] ?? this.#plan.laterFate ?? "successful soon"];
    for (const { afterMs, status } of fate) {
      if (afterMs === 0) this.#change(row, status);
      else this.#changeLater(row, status, nowMs + afterMs);
    }
    return row;
  }

  #changeLater(row: Booked, status: RowStatus, atMs: number): void {
    this.#busy += 1;
    this.#time.at(atMs, () => {
      this.#busy -= 1;
      this.#change(row, status);
    });
  }

  #change(row: Booked, status: RowStatus): void {
    row.status = status;
    this.#trace.note(this.#time.nowMs, `the provider has transaction ${row.transactionId} as ${status}`);
    this.#watch.onStatus(row);
  }

  status(exchange: Exchange): Reply | undefined {
    const [, id] = /\/topups\/(\d+)\/status$/.exec(exchange.path) ?? [];
    if (Number(id) === EXCHANGED.transactionId) return { status: 200, body: statusBody(EXCHANGED) };
    if (Number(id) === EXCHANGED_FAILED.transactionId) return { status: 200, body: statusBody(EXCHANGED_FAILED) };
    const row = this.books.rows.find(({ transactionId }) => transactionId === Number(id));
    const { everyStatus } = this.#plan;
    const isEvery = everyStatus !== undefined && this.#time.nowMs >= this.#startMs + everyStatus.fromMs;
    const answer = isEvery ? everyStatus.answer : (this.#left.statuses.shift() ?? "true");
    return this.#answerRead(row === undefined ? "404" : answer, () => {
      if (row === undefined) return "";
      const { transactionId, status } = row;
      this.books.statuses.push({ transactionId, status, atMs: this.#time.nowMs });
      return statusBody(row);
    });
  }

  report(exchange: Exchange): Reply | undefined {
    const [, id] = /\/transactions\/(\d+)$/.exec(exchange.path) ?? [];
    return id === undefined ? this.#search(exchange) : this.#reportRow(Number(id));
  }

  /** One row by its id, as it is, unless every question to the report is answered otherwise. */
  #reportRow(id: number): Reply | undefined {
    const { nowMs } = this.#time;
    const visibleAtMs = this.#startMs + EXCHANGED_FAILED_LAG_MS;
    const rows = [...this.books.rows, { ...EXCHANGED_FAILED, visibleAtMs }];
    const row = rows.find((each) => each.transactionId === id && each.visibleAtMs <= nowMs);
    const answer = this.#plan.everyReport ?? "true";
    return this.#answerRead(row === undefined ? "404" : answer, () => {
      if (row === undefined) return "";
      this.books.statuses.push({ transactionId: id, status: row.status, atMs: nowMs });
      return JSON.stringify(transactionBody(row));
    });
  }

  #search(exchange: Exchange): Reply | undefined {
    const wanted = exchange.query.get("customIdentifier")?.toLowerCase();
    const answer = this.#plan.everyReport ?? this.#left.reports.shift() ?? "true";
    return this.#answerRead(answer, () => {
      const { nowMs } = this.#time;
      const rows = this.books.rows.filter(
        ({ identifier, visibleAtMs }) => identifier.toLowerCase() === wanted && visibleAtMs <= nowMs,
      );
      for (const { transactionId, status } of rows) this.books.statuses.push({ transactionId, status, atMs: nowMs });
      this.books.reports.push({ identifier: wanted ?? "", rows: rows.length, atMs: nowMs });
      return reportBody(rows);
    });
  }

  detect(_exchange: Exchange): Reply | undefined {
    switch (this.#left.detections.shift()) {
      case "unknown-number":
        return { status: 404, body: errorBody("COULD_NOT_AUTO_DETECT_OPERATOR") };
      case "not-authorized":
        return { status: 403, body: errorBody("NOT_AUTHORIZED") };
      case "500":
        return { status: 500, body: SPRING };
      default:
        return { status: 200, body: JSON.stringify({ operatorId: 341, name: "An operator" }) };
    }
  }

  balance(_exchange: Exchange): Reply | undefined {
    const balance = this.isEmpty ? 0 : 1_000;
    return { status: 200, body: JSON.stringify({ balance, currencyCode: "USD" }) };
  }

  #answerRead(answer: ReadAnswer, body: () => string): Reply | undefined {
    switch (answer) {
      case "hang":
      case "no-connection":
        return undefined;
      case "404":
        return { status: 404, body: errorBody("TRANSACTION_NOT_FOUND") };
      case "500":
        return { status: 500, body: SPRING };
      case "html":
        return { status: 200, body: HTML };
      case "unknown-word":
        return {
          status: 200,
          body: JSON.stringify({ code: null, message: null, status: "PENDING", transaction: null }),
        };
      case "true":
        return { status: 200, body: body() };
    }
  }
}

/** The id that an acceptance is answered with. */
function idIn(anomaly: PostRow["anomaly"], booked: Booked | undefined): number | undefined {
  if (anomaly === "foreign-id") return FOREIGN_ID;
  if (anomaly === "exchanged-failed-id") return EXCHANGED_FAILED.transactionId;
  return anomaly === "exchanged-id" ? EXCHANGED.transactionId : booked?.transactionId;
}

function isAcceptance(answer: PostAnswer): boolean {
  return typeof answer === "object" && answer.body === "id";
}

const ALREADY_USED: PostAnswer = { status: 400, body: { code: "CUSTOM_IDENTIFIER_ALREADY_USED" } };

type Order = Pick<Booked, "identifier" | "recipient" | "operatorId" | "amount">;

function readOrder(body: string): Order {
  const { customIdentifier, operatorId, amount, recipientPhone } = JSON.parse(body);
  const recipient = String(recipientPhone.number).replace(/^\+/, "");
  return { identifier: String(customIdentifier), operatorId: Number(operatorId), amount: String(amount), recipient };
}

function postBody({ body }: Exclude<PostAnswer, string>, transactionId: number | undefined): string {
  if (typeof body === "object") return errorBody(body.code, body.message);
  switch (body) {
    case "id":
      return JSON.stringify({ transactionId });
    case "no-id":
      return "{}";
    case "empty":
      return "";
    case "html":
      return HTML;
    case "spring":
      return SPRING;
  }
}
