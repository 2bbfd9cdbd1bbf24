import { headAnswer } from "./answers.js";
import { type Api, ApiError } from "./api.js";

/** Digits of a planHash that are shown to a person; a few more where another plan begins with the same ones. */
const SHOWN_DIGITS = 12;

/** The beginning of a planHash by which a person names it, and none of `others`. */
export function shortPlanHash(planHash: string, others: readonly string[] = []): string {
  const rivals = others.filter((other) => other !== planHash);
  let digits = SHOWN_DIGITS;
  while (rivals.some((other) => other.startsWith(planHash.slice(0, digits)))) digits += 1;
  return planHash.slice(0, digits);
}

/**
 * The whole planHash of the campaign that begins as `given`, 8 to 64 digits. A whole one is answered as it is, for the
 * API to judge. The API is asked with the whole hash always, so that it compares all of it with the plan it starts.
 * @throws {ApiError} when no plan of the campaign begins so, or both do: that of the check and that of risen prices.
 */
export async function wholePlanHash(api: Api, id: string, given: string): Promise<string> {
  if (given.length === 64) return given;
  const { planHash, repriced } = await api.ask(`/v1/campaigns/${encodeURIComponent(id)}`, headAnswer);
  const plans = [...new Set([repriced?.planHash, planHash].filter((hash) => typeof hash === "string"))];
  const found = plans.filter((hash) => hash.startsWith(given));
  const [whole] = found;
  if (whole !== undefined && found.length === 1) return whole;
  throw refusal(
    found.length > 1
      ? `Two plans of ${id} begin with ${given}. Name one by more of its digits: ${found.map((hash) => shortPlanHash(hash, plans)).join(" or ")}.`
      : plans.length === 0
        ? `${id} has no plan yet. Make one: surefill campaign check ${id}`
        : `No plan of ${id} begins with ${given}; its plan is ${plans.map((hash) => shortPlanHash(hash, plans)).join(" or ")}. Read it before you agree to it: surefill campaign show ${id}`,
  );
}

function refusal(detail: string): ApiError {
  const problem = { code: "plan_changed", title: "Another plan than the campaign's", detail };
  return new ApiError(problem.code, `${problem.title}: ${detail}`, { problem, isRefusal: true });
}
