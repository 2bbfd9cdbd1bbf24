import { FATE_NAMES, type FateName } from "./provider/fates.js";
import type { ProviderPlan, ReadAnswer } from "./provider/plan.js";
import { POST_ROW_NAMES, type PostRowName } from "./provider/post-rows.js";
import type { Scenario } from "./simulation/scenario.js";

const plan = (changes: Partial<ProviderPlan> = {}): ProviderPlan => ({ posts: [], fates: [], ...changes });

/** Of two transactions of the last attempt the one that was answered FAILED, and only an audit knows of the other. */
const ANSWERED_FAILED: Pick<Scenario, "plan" | "timings" | "isAudited"> = {
  plan: plan({ posts: ["booked twice, and one id is answered"], fates: ["failed", "successful after 20 min"] }),
  timings: { SUBMIT_ATTEMPTS_MAX: 1 },
  isAudited: true,
};

/** One scenario for each row of the table of answers to a POST. After it all is well. */
const ANSWERS: readonly Scenario[] = POST_ROW_NAMES.map((row) => ({
  name: `POST: ${row}`,
  plan: plan({ posts: [row] }),
  ...(row === "accepted with the id of another top-up" && { hasForeignTopup: true }),
  ...(row === "booked twice, and one id is answered" && ANSWERED_FAILED),
  ...(row === "never arrived, no answer, for an hour" && { isProviderAway: true }),
}));

/** One for each thing that can become of a transaction, found by its answer and found in the report. */
const FATES: readonly Scenario[] = FATE_NAMES.flatMap((fate: FateName) => [
  { name: `fate: ${fate}`, plan: plan({ fates: [fate] }) },
  { name: `fate, found in the report: ${fate}`, plan: plan({ posts: ["accepted, connection reset"], fates: [fate] }) },
]);

const thrice = <T>(value: T): T[] => [value, value, value];
const READS: readonly ReadAnswer[] = ["404", "500", "html", "unknown-word", "hang", "no-connection"];

/** Reads that fail for a while, one kind each. */
const BAD_READS: readonly Scenario[] = READS.flatMap((answer) => [
  { name: `status: ${answer} three times`, plan: plan({ statuses: thrice(answer) }) },
  {
    name: `report: ${answer} three times`,
    plan: plan({ posts: ["accepted, connection reset"], reports: thrice(answer) }),
  },
]);

const posts = (...rows: PostRowName[]) => plan({ posts: rows });

/** What the tables above do not reach. */
const OTHERS: readonly Scenario[] = [
  { name: "every attempt fails", plan: plan({ laterFate: "failed" }) },
  {
    name: "FAILED, and paid after all while the next attempt waits",
    plan: plan({
      posts: ["accepted", "503 operator unavailable for hours"],
      fates: ["failed, then successful after two hours"],
    }),
    timings: { REFUSAL_AGE_MS_MAX: 21_600_000 },
    isAudited: true,
  },
  {
    name: "FAILED, and paid after all while the next attempt waits and no audit is made",
    plan: plan({
      posts: ["accepted", "503 operator unavailable for hours"],
      fates: ["failed, then successful after two hours"],
    }),
    timings: { REFUSAL_AGE_MS_MAX: 21_600_000 },
  },
  {
    name: "FAILED, and then nobody can be asked",
    plan: plan({ laterFate: "failed", everyStatus: { answer: "500", fromMs: 60_000 } }),
    timings: { POLL_AGE_MS_MAX: 300_000 },
    person: "gives up",
  },
  {
    name: "POSTs in a row without an outcome, and a person sends again",
    plan: posts("not executed, 500", "not executed, 500", "not executed, 500"),
    person: "sends again",
  },
  {
    name: "a burnt identifier, and a person gives up",
    plan: posts("identifier burnt by an attempt without a record"),
    person: "gives up",
  },
  {
    name: "a POST that never arrived, and then one that is refused as too soon",
    plan: posts("never arrived, connection reset", "phone recently recharged"),
  },
  {
    name: "a report that cannot be read for hours, and a person who sees that it was refunded",
    plan: plan({ posts: ["accepted, no answer"], laterFate: "refunded", everyReport: "html" }),
    timings: { UNKNOWN_AGE_MS_MAX: 1_500_000 },
    person: "gives up",
  },
  {
    name: "processing for longer than anybody waits, then paid, and a person sees it",
    plan: plan({ fates: ["successful after 20 min"] }),
    timings: { POLL_AGE_MS_MAX: 600_000 },
    person: "gives up",
  },
  {
    name: "the report shows it ten minutes late",
    plan: plan({ posts: ["accepted, no answer"], reportLagMs: 600_000 }),
  },
  {
    name: "the report shows it as late as it may",
    plan: plan({ posts: ["accepted, no answer"], reportLagMs: 1_200_000 }),
  },
  {
    name: "the report is two hours behind, as another top-up shows",
    plan: plan({ posts: ["accepted, no answer"], reportBehindMs: 7_200_000 }),
    topups: 2,
  },
  { name: "no token: the service is away", plan: plan({ tokens: ["503", "503", "no-connection"] }) },
  { name: "no token: refused", plan: plan({ tokens: ["refused", "refused"] }) },
  {
    name: "401 twice, and no new token",
    plan: plan({ posts: ["401 token expired"], tokens: ["granted", "503", "503"] }),
  },
  { name: "an operator to be detected", plan: plan(), operator: "auto" },
  { name: "an operator that cannot be detected", plan: plan({ detections: ["unknown-number"] }), operator: "auto" },
  { name: "an operator that cannot be detected now", plan: plan({ detections: ["500", "500"] }), operator: "auto" },
  {
    name: "an operator that cannot be detected now, and then not at all",
    plan: plan({ detections: ["500", "500", "unknown-number"] }),
    operator: "auto",
  },
  { name: "an operator that may not be asked for", plan: plan({ detections: ["not-authorized"] }), operator: "auto" },
  { name: "added to the queue by another service", plan: plan(), door: "queue" },
  { name: "added to the queue, its operator to be detected", plan: plan(), door: "queue", operator: "auto" },
  {
    name: "two top-ups for one phone, the second too soon",
    plan: posts("accepted", "phone recently recharged"),
    topups: 2,
  },
  {
    name: "two top-ups for one phone, the first fails while the second waits",
    plan: { posts: ["accepted", "phone recently recharged"], fates: ["failed"] },
    topups: 2,
  },
  {
    name: "four POSTs in a row without an outcome",
    plan: posts("not executed, 500", "not executed, 500", "not executed, 500", "not executed, 500"),
  },
  {
    name: "a report that is away until after the quiet period",
    plan: plan({ posts: ["accepted, connection reset"], reports: Array.from({ length: 20 }, () => "500" as const) }),
  },
  {
    name: "a report that cannot be read, and an answer that comes",
    plan: plan({ everyReport: "html" }),
  },
  { name: "two top-ups, and an empty wallet", plan: posts("wallet empty for two minutes"), topups: 2 },
  { name: "withdrawn before it is sent", plan: plan({ tokens: ["503", "503", "503", "503"] }), cancelAfterMs: 2 },
  { name: "withdrawn while it is held", plan: posts("503 operator unavailable for hours"), cancelAfterMs: 60_000 },
  { name: "withdrawn too late", plan: plan({ laterFate: "failed" }), cancelAfterMs: 60_000 },
];

/** The scenarios of the table of answers to a POST, and all others. */
export const ANSWER_SCENARIOS = ANSWERS;
export const OTHER_SCENARIOS: readonly Scenario[] = [...FATES, ...BAD_READS, ...OTHERS];
export const SCENARIOS: readonly Scenario[] = [...ANSWER_SCENARIOS, ...OTHER_SCENARIOS];

/** A scenario by its name. Throws a `RangeError` when there is none. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found === undefined) throw new RangeError(`there is no scenario "${name}"`);
  return found;
}
