/** A producer, a worker and the local Reloadly on one Redis, driven over HTTP as a person with a file drives them. */
import type { SandboxOptions } from "@surefill/reloadly-sandbox";
import type { RunningWorker } from "@surefill/worker";
import { expect } from "vitest";
import { openPipeline, type Pipeline } from "../../support/pipeline.js";
import { waitFor } from "../../support/wait-for.js";
import {
  type Answer,
  type CallOptions,
  type ProducerUnderTest,
  startProducerUnderTest,
} from "../producer/running-producer.js";

export type CampaignWorld = {
  pipeline: Pipeline;
  producer: ProducerUnderTest;
  call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
  /** Sends a file and answers the upload's id. */
  upload: (csv: string) => Promise<string>;
  /** Makes a draft over a file; answers its id. */
  draft: (csv: string, body?: Record<string, unknown>) => Promise<string>;
  /** Has a campaign checked; answers it when it is ready. Fails when the check is given up. */
  check: (id: string) => Promise<Shown>;
  get: (id: string) => Promise<Shown>;
  /** Checks and starts a campaign under its plan. */
  start: (id: string) => Promise<Shown>;
  /** The campaign when it is in one of the states; fails after fifteen seconds. */
  until: (id: string, ...states: string[]) => Promise<Shown>;
  startWorker: (settings?: Record<string, string>) => Promise<RunningWorker>;
  close: () => Promise<void>;
};

/** A campaign as GET shows it, as far as tests look. */
export type Shown = {
  id: string;
  state: string;
  version: number;
  planHash: string | null;
  check: { rowsChecked: number; problem: string | null } | null;
  pause: { reason: string; by: string | null } | null;
  options: Record<string, unknown>;
  limits: Record<string, unknown>;
  mapping: Record<string, unknown>;
  rows: { total: number; planned: number; fed: number; final: number } | null;
  plan: null | {
    planHash: string;
    run: string;
    currency: string;
    rows: { total: number; planned: number; rejected: number };
    lines: Record<string, number> | null;
    total: Record<string, string | number>;
    byOperator: { operatorId: number; rows: number; cost: string; local?: object }[];
    problems: {
      repair: string;
      rows: number;
      cost: string;
      codes: { code: string; rows: number }[];
      samples: object[];
    }[];
    assumptions: { assumption: string; rows: number }[];
    balance: { now: string; after: string } | null;
  };
  progress: null | {
    rows: Record<string, number>;
    money: Record<string, string | null>;
    rate: Record<string, number>;
    eta: { earliest: string; latest: string } | null;
    waitsFor: { what: string; until: string | null; detail: string | null }[];
    failures: { class: string; code: string; operatorId: number; operator: string | null; rows: number }[];
  };
};

export async function openCampaignWorld(
  options: { sandbox?: SandboxOptions; settings?: Record<string, string>; keyEntries?: readonly string[] } = {},
): Promise<CampaignWorld> {
  const pipeline = await openPipeline({ ...(options.sandbox && { sandbox: options.sandbox }) });
  const { REDIS_URL = "", REDIS_PREFIX = "", RELOADLY_URL = "", STATE_DIR = "" } = pipeline.env;
  const producer = await startProducerUnderTest({
    settings: { REDIS_URL, REDIS_PREFIX, RELOADLY_URL, STATE_DIR, ...options.settings },
    ...(options.keyEntries !== undefined && { keyEntries: options.keyEntries }),
  });
  const { call } = producer;

  const get = async (id: string) => (await call("GET", `/v1/campaigns/${id}`)).json as unknown as Shown;
  const until = (id: string, ...states: string[]) =>
    waitFor(
      async () => {
        const campaign = await get(id);
        expect(states, `${campaign.state}: ${JSON.stringify(campaign.check)}`).toContain(campaign.state);
        return campaign;
      },
      { interval: 50 },
    );
  const upload = async (csv: string) => {
    const answer = await call("POST", "/v1/uploads", { body: csv, headers: { "content-type": "text/csv" } });
    expect(answer.status, answer.text).toBe(201);
    return String(answer.json["id"]);
  };
  const check = async (id: string) => {
    const asked = await call("POST", `/v1/campaigns/${id}/check`);
    expect(asked.status, asked.text).toBe(202);
    return until(id, "ready");
  };

  return {
    pipeline,
    producer,
    call,
    upload,
    get,
    until,
    check,
    async draft(csv, body = {}) {
      const json = { name: "Test", upload: await upload(csv), mapping: MAPPING, ...body };
      const answer = await call("POST", "/v1/campaigns", { json });
      expect(answer.status, answer.text).toBe(201);
      return String(answer.json["id"]);
    },
    async start(id) {
      const { planHash } = await check(id);
      const answer = await call("POST", `/v1/campaigns/${id}/start`, { json: { planHash } });
      expect(answer.status, answer.text).toBe(200);
      return get(id);
    },
    startWorker: (settings) => pipeline.startWorker(settings),
    async close() {
      await producer.close();
      await pipeline.close();
    },
  };
}

/** What the columns of `fileOf` mean. */
export const MAPPING = { phone: "number", operator: "operator", amount: "amount" };

/** A file with a row for each Nigerian number, by its last four digits; the ending decides what the provider does. */
export function fileOf(endings: readonly string[], { operator = "341", amount = "5", line = 803123 } = {}): string {
  const rows = endings.map((ending) => `+234${line}${ending},${operator},${amount}`);
  return `number,operator,amount\n${rows.join("\n")}\n`;
}

/** Endings of so many numbers that all succeed. */
export function endingsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(1_000 + index));
}

/** The cells of a CSV file, by its header. */
export function rowsOf(csv: string): Record<string, string>[] {
  const [header = "", ...lines] = csv.trimEnd().split("\n");
  const names = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
  });
}
