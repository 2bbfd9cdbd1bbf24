import { z } from "zod";
import type { Caller, ReadOptions, WriteOptions } from "./caller.js";
import { wholeNumberSchema } from "./decimal.js";
import { requireId } from "./request-checks.js";
import { type TopupRequest, topupBody } from "./topup-request.js";
import { type TopupStatus, topupStatusSchema } from "./topup-status.js";

/**
 * The answer to a synchronous top-up. It may be final, or PROCESSING: then ask again by `transactionId`. Where Reloadly
 * says a status and no transaction, both are null: find it by its customIdentifier.
 */
export interface TopupResult extends TopupStatus {
  transactionId: number | null;
}

/** The answer to an asynchronous top-up: accepted, outcome open. */
export interface AcceptedTopup {
  transactionId: number;
}

/**
 * A status that Reloadly documents is an answer, also without a transaction. One that nobody knows, without anything to
 * ask by, is none: unreadable, and the outcome doubtful.
 */
const topupResultSchema: z.ZodType<TopupResult> = topupStatusSchema.transform((answer, context) => {
  const transactionId = answer.transaction?.transactionId ?? null;
  if (transactionId !== null || answer.status.kind === "known") return { ...answer, transactionId };
  context.addIssue({ code: "custom", path: ["transaction"], message: "must hold the transaction" });
  return z.NEVER;
});

const acceptedSchema: z.ZodType<AcceptedTopup> = z.object({ transactionId: wholeNumberSchema });

/** Sending top-ups and asking for one by id. */
export interface Topups {
  /** `POST /topups`: sends a top-up and waits for the operator, which may take a minute. Never retried. */
  sendTopup(request: TopupRequest, options: WriteOptions): Promise<TopupResult>;
  /** `POST /topups-async`: hands a top-up in; the outcome is told by `getTopupStatus`. Never retried. */
  sendTopupAsync(request: TopupRequest, options: WriteOptions): Promise<AcceptedTopup>;
  /** `GET /topups/{transactionId}/status`. */
  getTopupStatus(transactionId: number, options: ReadOptions): Promise<TopupStatus>;
}

export function createTopups(caller: Caller): Topups {
  return {
    async sendTopup(request, options) {
      const operation = "sendTopup";
      const body = topupBody(operation, request);
      return caller.write({ operation, method: "POST", path: "/topups", body, schema: topupResultSchema }, options);
    },
    async sendTopupAsync(request, options) {
      const operation = "sendTopupAsync";
      const body = topupBody(operation, request);
      return caller.write({ operation, method: "POST", path: "/topups-async", body, schema: acceptedSchema }, options);
    },
    async getTopupStatus(transactionId, options) {
      const operation = "getTopupStatus";
      requireId(operation, "transactionId", transactionId);
      const path = `/topups/${transactionId}/status`;
      return caller.read({ operation, method: "GET", path, schema: topupStatusSchema }, options);
    },
  };
}
