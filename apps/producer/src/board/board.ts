/** The queue board, and the only file besides http/server.ts that knows Express. Nothing on it can be changed. */
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { ExpressAdapter } from "@bull-board/express";
import { referenceSchema } from "@surefill/topup";
import type { Ledger } from "@surefill/topup-store";
import type { Queue } from "bullmq";
import { Router } from "express";
import helmet from "helmet";
import { z } from "zod";
import type { AdmitToBoard } from "../access/board-login.js";
import type { HttpResult } from "../http/result.js";
import { maskAnswer, maskJobData, maskText } from "./mask-job.js";
import { getTopupPage, topupPagePath } from "./topup-page.js";

/** What the board is made of. `label` is shown as a badge, so that nobody takes live for sandbox. */
export type BoardParts = {
  admit: AdmitToBoard;
  /** Whether a browser may ask for a user name and a password. */
  hasLogin: boolean;
  queues: readonly Queue[];
  ledger: Pick<Ledger, "look" | "history">;
  label: string;
  isLive: boolean;
};

/** Under which the board hangs. */
export const BOARD_PATH = "/admin";
const QUEUES_PATH = `${BOARD_PATH}/queues`;

/** Fonts that the board's page asks of another server are not loaded; nobody there learns of it. */
const BOARD_CSP = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", "data:"],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'self'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

const RETRY_AFTER_S = "60";

/** Builds what hangs under /admin: the queues, and a page for each top-up. */
export function createBoard(parts: BoardParts): Router {
  const router = Router();
  router.use(helmet({ contentSecurityPolicy: { directives: BOARD_CSP, useDefaults: false } }));
  router.use(async (request, response, next) => {
    response.locals["route"] = BOARD_PATH;
    const answer = await parts.admit({
      method: request.method,
      address: request.socket.remoteAddress ?? "",
      requestId: String(response.locals["requestId"]),
      header: (name) => request.get(name),
    });
    if (answer === "welcome") return next();
    if (answer === "wait") return void response.status(429).set("retry-after", RETRY_AFTER_S).send("Too many tries.\n");
    if (parts.hasLogin) response.set("www-authenticate", 'Basic realm="Surefill board", charset="UTF-8"');
    response.status(401).send("Log in.\n");
  });
  // The library's own read-only switch is set as well; this holds for whatever it may add.
  router.use((request, response, next) => {
    if (request.method === "GET" || request.method === "HEAD") return next();
    response.status(405).set("allow", "GET, HEAD").send("The board is read-only.\n");
  });
  router.use((request, response, next) => {
    if (Number(request.query["jobsPerPage"] ?? 1) <= JOBS_PER_PAGE_MAX) return next();
    response.status(400).send(`jobsPerPage must be at most ${JOBS_PER_PAGE_MAX}.\n`);
  });
  const topupPage = getTopupPage(parts);
  router.get("/topups/:reference", async (request, response) => {
    const result: HttpResult = await topupPage(request.params);
    response.status(result.status).set({ ...result.headers });
    if ("text" in result) response.set("content-type", result.contentType).send(result.text);
  });
  router.use("/queues", queuesRouter(parts));
  return router;
}

function queuesRouter({ queues, label, isLive }: BoardParts): Router {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(QUEUES_PATH);
  createBullBoard({
    queues: queues.map(adapterOf),
    serverAdapter,
    options: {
      handlerHooks: { after: (_context, result) => ({ ...result, body: maskBody(result.body) }) },
      uiConfig: {
        boardTitle: "Surefill",
        environment: { label, color: isLive ? "#b3261e" : "#2e7d32", textColor: "#ffffff" },
        hideRedisDetails: true,
        hideDocsLink: true,
        // Each look would cost a CLIENT LIST per queue.
        showWorkers: false,
      },
    },
  });
  return serverAdapter.getRouter();
}

/** More jobs on one page, or lines of a log, would keep others waiting. */
const JOBS_PER_PAGE_MAX = 100;
const LOG_LINES_MAX = 1_000;

/** The logs of a job come as a bare list of texts. */
function maskBody<Body extends string | object>(body: Body) {
  if (typeof body === "string") return body;
  return Array.isArray(body) ? body.slice(0, LOG_LINES_MAX).map((line) => maskJobData(line)) : maskAnswer(body);
}

const jobOfTopupSchema = z.object({ reference: referenceSchema }).or(z.object({ customIdentifier: referenceSchema }));

function adapterOf(queue: Queue): BullMQAdapter {
  const adapter = new BullMQAdapter(queue, {
    // A retry or an edit would pass by our states: commands go through the API, which claims and records.
    readOnlyMode: true,
    allowRetries: false,
    externalJobUrl: ({ data }) => {
      const job = jobOfTopupSchema.safeParse(data);
      if (!job.success) return { displayText: "No top-up", href: QUEUES_PATH };
      const reference = "reference" in job.data ? job.data.reference : job.data.customIdentifier;
      return { displayText: "Top-up", href: topupPagePath(reference) };
    },
  });
  adapter.setFormatter("data", maskJobData);
  adapter.setFormatter("returnValue", maskJobData);
  adapter.setFormatter("progress", maskJobData);
  adapter.setFormatter("name", ({ name }) => maskText(String(name ?? "")));
  return adapter;
}
