import { ConfigurationError } from "@surefill/runtime/light";
import { z } from "zod";
import { type Api, ApiError } from "./campaign/api.js";
import { openApi } from "./campaign/open-api.js";
import { grouped } from "./campaign/text-table.js";
import type { Surroundings } from "./surroundings.js";

const answerSchema = z.looseObject({
  data: z.array(
    z.looseObject({
      name: z.string(),
      gates: z.string(),
      reason: z.string(),
      code: z.string(),
      since: z.string().nullable(),
      nextTryAt: z.string(),
      waiting: z.number(),
      whatToDo: z.string(),
    }),
  ),
  closed: z.number(),
  hasMore: z.boolean(),
});

/** A gate is closed. */
const EXIT_CLOSED = 1;
const EXIT_NOT_DONE = 2;
const LIMIT = 100;

/** `surefill gates`. */
export async function showGates({ json }: { json?: true }, around: Surroundings): Promise<void> {
  try {
    const isClosed = await gates(openApi(around.env, around.signal), around, json === true);
    if (isClosed) around.exitWith(EXIT_CLOSED);
  } catch (error) {
    if (!(error instanceof ApiError) && !(error instanceof ConfigurationError)) throw error;
    around.tell(error.message, "bad");
    around.exitWith(EXIT_NOT_DONE);
  }
}

/** Prints the closed gates; answers whether there is one. */
async function gates(api: Api, { print }: Surroundings, json: boolean): Promise<boolean> {
  const answer = await api.ask(`/v1/gates?limit=${LIMIT}`, answerSchema);
  if (json) print(JSON.stringify(answer));
  else if (answer.data.length === 0) print("No gate is closed: nothing keeps top-ups from being sent.", "good");
  else {
    for (const [index, gate] of answer.data.entries()) {
      const [head = "", ...rest] = describeGate(gate).split("\n");
      print(`${index === 0 ? "" : "\n"}${head}`, "waiting");
      print(rest.join("\n"));
    }
    if (answer.hasMore) print(`\n${grouped(answer.closed - answer.data.length)} more gates are closed.`);
  }
  return answer.closed > 0;
}

function describeGate(gate: z.output<typeof answerSchema>["data"][number]): string {
  const since = gate.since === null ? "" : ` since ${timeText(gate.since)}`;
  const verb = gate.waiting === 1 ? "waits" : "wait";
  return [
    `${gate.name}: closed${since}: ${gate.reason}, ${gate.code}`,
    `  holds back ${gate.gates}; ${grouped(gate.waiting)} ${verb}; next try ${timeText(gate.nextTryAt)}`,
    `  ${gate.whatToDo}`,
  ].join("\n");
}

/** `2026-11-23T21:40:05.000Z` as `2026-11-23 21:40:05 UTC`. */
function timeText(text: string): string {
  return `${text.slice(0, 19).replace("T", " ")} UTC`;
}
