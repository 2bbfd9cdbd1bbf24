import { z } from "zod";
import { CHUNK_ROWS, type JudgedRow, type PlannedRow } from "./planned-row.js";
import { PROBLEM_REPAIRS, type ProblemCode } from "./problems.js";

/**
 * A chunk of a plan as it is stored: JSON, one entry for each of its rows, in order. A planned row is an array that
 * starts with its recipient, with absent fields at its end left away; a rejected one is an array of arrays
 * `[code, hint]`, with its cost before them; a row that is left out is `0`. Made small by deflating, which the store does.
 */
const LEFT_OUT = 0;
const ABSENT = 0;

const unitsSchema = z.int().min(0);

const plannedSchema = z
  .tuple([z.string(), z.string(), z.int(), z.string(), z.union([z.literal(0), z.literal(1)]), unitsSchema, unitsSchema])
  .rest(z.unknown());

const referencePart = z.union([z.literal(ABSENT), z.string()]).default(ABSENT);
const senderPart = z.union([z.literal(ABSENT), z.tuple([z.string(), z.string()])]).default(ABSENT);
const metadataPart = z.union([z.literal(ABSENT), z.record(z.string(), z.string())]).default(ABSENT);

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEM_REPAIRS, code);
const rejectedSchema = z
  .tuple([z.tuple([unitsSchema.nullable()])])
  .rest(z.tuple([z.string().refine(isProblemCode), z.string()]));

const chunkSchema = z.array(z.union([plannedSchema, rejectedSchema, z.literal(LEFT_OUT)])).max(CHUNK_ROWS);

/** A chunk that holds something else than what `writePlanChunk` writes. */
export class PlanChunkError extends Error {
  readonly code = "CAMPAIGN_PLAN_CORRUPT";

  constructor(chunk: number, options?: ErrorOptions) {
    super(`chunk ${chunk} of the plan cannot be read`, options);
    this.name = "PlanChunkError";
  }
}

/** The text of a chunk. Its rows must follow one another; where they start is told again when it is read. */
export function writePlanChunk(rows: readonly JudgedRow[]): string {
  return JSON.stringify(rows.map(writeRow));
}

function writeRow(judged: JudgedRow): unknown {
  if (judged.kind === "left-out") return LEFT_OUT;
  if (judged.kind === "planned") return writePlanned(judged.planned);
  const { costUnits = null, problems } = judged.rejected;
  return [[costUnits], ...problems.map(({ code, hint }) => [code, hint])];
}

function writePlanned(planned: PlannedRow): unknown[] {
  const { recipient, countryCode, operatorId, amount, useLocalAmount, costUnits, reserveUnits } = planned;
  const fields: unknown[] = [
    recipient,
    countryCode,
    operatorId,
    amount,
    useLocalAmount ? 1 : 0,
    costUnits,
    reserveUnits,
  ];
  const { reference, sender, metadata } = planned;
  if (reference === undefined && sender === undefined && metadata === undefined) return fields;
  fields.push(reference ?? ABSENT);
  if (sender === undefined && metadata === undefined) return fields;
  fields.push(sender === undefined ? ABSENT : [sender.countryCode, sender.number]);
  if (metadata !== undefined) fields.push(metadata);
  return fields;
}

/** Reads chunk number `chunk` (from 0). Throws a `PlanChunkError` on anything that was not written here. */
export function readPlanChunk(chunk: number, text: string): JudgedRow[] {
  try {
    return chunkSchema.parse(JSON.parse(text)).map((entry, index) => readRow(chunk * CHUNK_ROWS + index + 1, entry));
  } catch (cause) {
    throw new PlanChunkError(chunk, { cause });
  }
}

function readRow(row: number, entry: z.output<typeof chunkSchema>[number]): JudgedRow {
  if (entry === LEFT_OUT) return { kind: "left-out" };
  if (!isPlanned(entry)) {
    const [[costUnits], ...problems] = entry;
    const rejected = { row, problems: problems.map(([code, hint]) => ({ code, hint })) };
    return { kind: "rejected", rejected: costUnits === null ? rejected : { ...rejected, costUnits } };
  }
  const [recipient, countryCode, operatorId, amount, isLocal, costUnits, reserveUnits, ...rest] = entry;
  const reference = referencePart.parse(rest[0]);
  const sender = senderPart.parse(rest[1]);
  const metadata = metadataPart.parse(rest[2]);
  return {
    kind: "planned",
    planned: {
      row,
      recipient,
      countryCode,
      operatorId,
      amount,
      useLocalAmount: isLocal === 1,
      costUnits,
      reserveUnits,
      ...(reference !== ABSENT && { reference }),
      ...(sender !== ABSENT && { sender: { countryCode: sender[0], number: sender[1] } }),
      ...(metadata !== ABSENT && { metadata }),
    },
  };
}

function isPlanned(
  entry: z.output<typeof plannedSchema> | z.output<typeof rejectedSchema>,
): entry is z.output<typeof plannedSchema> {
  return typeof entry[0] === "string";
}
