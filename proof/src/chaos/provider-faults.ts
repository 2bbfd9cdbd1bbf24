/** What the local Reloadly does wrong by itself, beside what production has been seen to do (its `production` mix). */
import type { FaultPlan } from "@surefill/reloadly-sandbox";

type Rule = NonNullable<FaultPlan["rules"]>[number];

const send = (probability: number, fault: Rule["fault"]): Rule => ({ match: { probability }, fault });
const read = (
  operation: "token" | "status" | "report" | "balance",
  probability: number,
  fault: Rule["fault"],
): Rule => ({
  match: { operation, probability },
  fault,
});

/** All the time: rare answers that the production mix does not hold, each of which the pipeline must survive. */
export const ALWAYS: FaultPlan = {
  rules: [
    send(0.004, { kind: "timeout-after-commit" }),
    send(0.003, { kind: "cut-answer" }),
    send(0.003, { kind: "html-502" }),
    send(0.002, { kind: "answer-without-id" }),
    send(0.003, { kind: "slow" }),
    send(0.003, { kind: "token-expired" }),
    send(0.001, { kind: "rate-limited", retryAfterSeconds: 1 }),
    send(0.001, { kind: "reset-before-commit" }),
    send(0.001, { kind: "empty-body" }),
    // Executed when the sender has given up, and the first look-ups have found nothing.
    send(0.006, { kind: "duplicate-window", windowMs: 4_500 }),
    send(0.006, { kind: "duplicate-window", windowMs: 6_000 }),
    send(0.003, { kind: "report-lag", lagMs: 3_000 }),
    send(0.005, { kind: "failed" }),
    send(0.003, { kind: "failed-then-successful" }),
    send(0.003, { kind: "refunded" }),
    send(0.004, { kind: "unknown-status" }),
    send(0.004, { kind: "success-slow" }),
    read("status", 0.01, { kind: "html-502" }),
    read("status", 0.005, { kind: "reset-after-commit" }),
    read("report", 0.02, { kind: "html-502" }),
    read("report", 0.01, { kind: "cut-answer" }),
    read("token", 0.05, { kind: "error-after-commit" }),
    read("balance", 0.05, { kind: "html-502" }),
  ],
};

/** During an outage: no read is answered, some sends are refused by a proxy, some executed without an answer. */
export const OUTAGE: FaultPlan = {
  rules: [
    send(0.3, { kind: "reset-after-commit" }),
    send(0.6, { kind: "timeout-after-commit" }),
    send(1, { kind: "html-502" }),
    ...(["token", "status", "report", "balance"] as const).map((operation) =>
      read(operation, 1, { kind: "error-after-commit" }),
    ),
  ],
};
