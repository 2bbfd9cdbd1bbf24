// A sandbox, a caller that speaks plain HTTP to it, and a clock that only moves when a test moves it.
import {
  type Clock,
  type FaultPlan,
  type ReloadlySandbox,
  type SandboxOptions,
  startReloadlySandbox,
} from "@surefill/reloadly-sandbox";
import { onTestFinished } from "vitest";
import { z } from "zod";

export class TestClock implements Clock {
  #nowMs = Date.parse("2026-03-10T12:00:00Z");
  readonly #sleepers: Array<{ atMs: number; action: () => void }> = [];

  nowMs(): number {
    return this.#nowMs;
  }

  /** How many actions wait for their time. */
  get waiting(): number {
    return this.#sleepers.length;
  }

  after(delayMs: number, action: () => void): () => void {
    const sleeper = { atMs: this.#nowMs + delayMs, action };
    this.#sleepers.push(sleeper);
    return () => this.#drop(sleeper);
  }

  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = this.#sleepers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#drop(due);
      this.#nowMs = due.atMs;
      due.action();
    }
    this.#nowMs = untilMs;
  }

  #drop(sleeper: { atMs: number; action: () => void }): void {
    const index = this.#sleepers.indexOf(sleeper);
    if (index !== -1) this.#sleepers.splice(index, 1);
  }
}

const bodySchema = z.record(z.string(), z.unknown());

export interface Reply {
  readonly httpStatus: number;
  readonly headers: Headers;
  readonly text: string;
  /** The JSON object of the body; empty when it is none. */
  readonly body: Record<string, unknown>;
}

export class World {
  readonly clock: TestClock;
  readonly sandbox: ReloadlySandbox;
  #token = "";

  constructor(clock: TestClock, sandbox: ReloadlySandbox) {
    this.clock = clock;
    this.sandbox = sandbox;
  }

  async call(method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) {
    const { body, headers = { authorization: `Bearer ${this.#token}` } } = options;
    const text = body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(this.sandbox.url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: text,
      signal: AbortSignal.timeout(60_000),
    });
    return readReply(answer);
  }

  get(path: string): Promise<Reply> {
    return this.call("GET", path);
  }

  async signIn(overrides: Record<string, unknown> = {}): Promise<Reply> {
    const body = {
      client_id: "sandbox-client",
      client_secret: "sandbox-secret",
      grant_type: "client_credentials",
      audience: "https://topups-sandbox.reloadly.com",
      ...overrides,
    };
    const reply = await this.call("POST", "/oauth/token", { body, headers: {} });
    if (typeof reply.body.access_token === "string") this.#token = reply.body.access_token;
    return reply;
  }

  send(changes: Record<string, unknown> = {}, path = "/topups-async"): Promise<Reply> {
    return this.call("POST", path, { body: orderBody(changes) });
  }

  /** Sends and gives the id of the transaction that must have come back. */
  async accept(changes: Record<string, unknown> = {}): Promise<number> {
    const reply = await this.send(changes);
    return z.object({ transactionId: z.number() }).parse(reply.body).transactionId;
  }

  async statusOf(transactionId: number): Promise<unknown> {
    return (await this.get(`/topups/${transactionId}/status`)).body.status;
  }

  row(customIdentifier: string) {
    return this.sandbox.books({ customIdentifier }).identifiers?.[0];
  }
}

/** A valid order to a phone in Niger whose number ends in `ending`. */
export function orderBody(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return { operatorId: 640, amount: 100, useLocalAmount: true, recipientPhone: phone("1000"), ...changes };
}

export function phone(ending: string, line = 9612): { countryCode: string; number: string } {
  return { countryCode: "NE", number: `+227${line}${ending}` };
}

export async function openWorld(options: SandboxOptions = {}): Promise<World> {
  const clock = new TestClock();
  const sandbox = await startReloadlySandbox({ clock, ...options });
  onTestFinished(() => sandbox.close());
  const world = new World(clock, sandbox);
  await world.signIn();
  return world;
}

export function onSend(...faults: Array<FaultPlan["rules"][number]["fault"]>): FaultPlan {
  return { rules: faults.map((fault) => ({ fault, times: 1 })) };
}

/** Runs async work in order, for tests in which the order of arrival matters. */
export async function inOrder<T>(times: number, act: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < times; index += 1) results.push(await act(index));
  return results;
}

async function readReply(answer: Response): Promise<Reply> {
  const text = await answer.text();
  const parsed = bodySchema.safeParse(readJson(text));
  return { httpStatus: answer.status, headers: answer.headers, text, body: parsed.success ? parsed.data : {} };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
