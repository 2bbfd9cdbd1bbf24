import { type ReloadlyClient, ReloadlyError } from "@surefill/reloadly-client";
import { DeadlineSignals } from "@surefill/runtime";
import type { Phone } from "@surefill/topup";
import type { OperatorMemory } from "@surefill/topup-store";
import { asProviderProblem } from "../../provider.js";
import type { Turns } from "./work-in-flight.js";

/** A recipient whose operator is wanted, and the hash that stands for the number in Redis. */
export type WantedOperator = { phone: Phone; hash: string };

/** Finds the operators of recipients, in their order: an id, or `none` where the provider cannot tell. */
export type DetectOperators = (wanted: readonly WantedOperator[], signal: AbortSignal) => Promise<(number | "none")[]>;

/** Questions to the provider at a time: of one process, whichever of its checks asks them. */
export const QUESTIONS_MAX = 8;
const DEADLINE_MS = 20_000;
const RETRIES_MAX = 2;
/** After so many numbers of a country in a row that the provider failed on, it is not asked for that country again. */
const COUNTRY_FAILURES_MAX = 10;

/**
 * Makes a detector for one check. Each number is asked for once and then remembered for all. Throws a
 * `provider_unavailable` or `provider_refused` problem where the provider cannot be asked at all; a single number that
 * it fails on (some countries are not served everywhere) is `none`, and asked again by the next check.
 */
export function createDetector(deps: {
  client: Pick<ReloadlyClient, "detectOperator">;
  memory: Pick<OperatorMemory, "detected" | "keepDetected">;
  /** Of the whole process, `QUESTIONS_MAX` at a time. */
  questions: Turns;
}): DetectOperators {
  const failures = new Map<string, number>();

  async function ask({ phone }: WantedOperator, deadlines: DeadlineSignals): Promise<number | "none" | "failed"> {
    const failed = failures.get(phone.countryCode) ?? 0;
    if (failed >= COUNTRY_FAILURES_MAX) return "failed";
    const options = { signal: deadlines.within(DEADLINE_MS), retriesMax: RETRIES_MAX };
    try {
      const question = { phone: phone.number, countryCode: phone.countryCode };
      const { operatorId } = await deps.client.detectOperator(question, options);
      failures.delete(phone.countryCode);
      return operatorId;
    } catch (error) {
      const verdict = verdictOn(error);
      if (verdict === undefined) return asProviderProblem(Promise.reject(error));
      if (verdict === "none") failures.delete(phone.countryCode);
      else failures.set(phone.countryCode, failed + 1);
      return verdict;
    }
  }

  return async (wanted, signal) => {
    const known = await deps.memory.detected(wanted.map(({ hash }) => hash));
    const unknown = new Map(wanted.flatMap((one, index) => (known[index] === undefined ? [[one.hash, one]] : [])));
    const deadlines = new DeadlineSignals(signal);
    const answers = await inParallel([...unknown.values()], (one) => deps.questions.take(() => ask(one, deadlines)));
    await deps.memory.keepDetected(
      answers.flatMap(({ of, answer }) =>
        answer === "failed" ? [] : [{ phoneHash: of.hash, operatorId: answer === "none" ? null : answer }],
      ),
    );
    const found = new Map(answers.map(({ of, answer }) => [of.hash, answer === "failed" ? "none" : answer]));
    return wanted.map(({ hash }, index) => known[index] ?? found.get(hash) ?? "none");
  };
}

/** What a failed question says of its number; `undefined` when the provider could not be asked. */
function verdictOn(error: unknown): "none" | "failed" | undefined {
  if (!(error instanceof ReloadlyError) || error.httpStatus === null) return undefined;
  const { httpStatus } = error;
  // A gateway's 404 says nothing of the number. 409: Reloadly does not serve its country.
  if ([400, 404, 409].includes(httpStatus) && error.bodyShape === "reloadly") return "none";
  // With a reason in Reloadly's own words it is about this question; without one, Reloadly is not well.
  return httpStatus >= 500 && error.providerMessage !== null ? "failed" : undefined;
}

async function inParallel<Of, Answer>(
  all: readonly Of[],
  ask: (of: Of) => Promise<Answer>,
): Promise<{ of: Of; answer: Answer }[]> {
  const answers: { of: Of; answer: Answer }[] = [];
  const queue = all.values();
  const work = async () => {
    for (const of of queue) answers.push({ of, answer: await ask(of) });
  };
  await Promise.all(Array.from({ length: Math.min(QUESTIONS_MAX, all.length) }, work));
  return answers;
}
