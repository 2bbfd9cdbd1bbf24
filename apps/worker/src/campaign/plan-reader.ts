import { CHUNK_ROWS, type JudgedRow, type PlannedRow, placeOfRow } from "@surefill/campaign";
import type { LaneStep, PlanChunks } from "@surefill/topup-store";

/**
 * A plan as the feeder walks through it. Its hash tells it from another one of the same version: a Redis that has lost
 * its latest changes counts versions again that a worker remembers.
 */
export type PlanInHand = { id: string; version: number; hash: string; rowsTotal: number };

/** What to feed next: rows in the file's order, and every lane that was looked through for them. */
export type RowsAhead = { lanes: LaneStep[]; rows: PlannedRow[] };

/** Chunks kept in memory, of all campaigns: about 200 kB each. */
const CHUNKS_KEPT = 16;

/** Chunks that one search goes through: rows of open lanes may be far behind those of closed ones. */
const CHUNKS_SEARCHED_MAX = 40;

/** Reads plans for the feeder, and keeps the chunks and the operators that it is at. */
export class PlanReader {
  readonly #plans: Pick<PlanChunks, "read" | "summary">;
  readonly #chunks = new Map<string, JudgedRow[]>();
  readonly #operators = new Map<string, number[]>();

  constructor(plans: Pick<PlanChunks, "read" | "summary">) {
    this.#plans = plans;
  }

  /** The operators that the plan has rows of. */
  async operators({ id, version, hash }: PlanInHand): Promise<readonly number[]> {
    const key = `${id}:${hash}`;
    const known = this.#operators.get(key);
    if (known !== undefined) return known;
    const summary = await this.#plans.summary(id, version);
    if (summary === undefined) throw new Error(`the plan ${version} of campaign ${id} is gone`);
    const operators = summary.byOperator.map(({ operatorId }) => operatorId);
    keep(this.#operators, key, operators);
    return operators;
  }

  /**
   * Finds the next rows of the lanes that are open: at most `limit`, from the lane that is furthest behind on. `lanes`
   * says where each stands; one that is not in it stands at row 1.
   */
  async ahead(
    plan: PlanInHand,
    lanes: ReadonlyMap<number, number>,
    open: readonly number[],
    limit: number,
  ): Promise<RowsAhead> {
    const behind = open
      .map((operatorId) => ({ operatorId, expected: lanes.get(operatorId) ?? 1 }))
      .filter(({ expected }) => expected <= plan.rowsTotal);
    const cursors = new Map(behind.map(({ operatorId, expected }) => [operatorId, expected]));
    const rows: PlannedRow[] = [];
    let next = Math.min(...cursors.values());
    const { chunk: firstChunk } = placeOfRow(next);
    while (rows.length < limit && next <= plan.rowsTotal) {
      const { chunk, index } = placeOfRow(next);
      if (chunk - firstChunk >= CHUNKS_SEARCHED_MAX) break;
      for (const judged of (await this.#chunk(plan, chunk)).slice(index)) {
        if (rows.length === limit) break;
        const isDue =
          judged.kind === "planned" && next >= (cursors.get(judged.planned.operatorId) ?? Number.POSITIVE_INFINITY);
        if (isDue) rows.push(judged.planned);
        next += 1;
      }
    }
    const steps = behind
      .filter(({ expected }) => expected < next)
      .map(({ operatorId, expected }) => ({ operatorId, expected, after: next }));
    return { lanes: steps, rows };
  }

  async #chunk({ id, version, hash, rowsTotal }: PlanInHand, chunk: number): Promise<JudgedRow[]> {
    const key = `${id}:${hash}:${chunk}`;
    const known = this.#chunks.get(key);
    if (known !== undefined) return known;
    const rows = await this.#plans.read(id, version, chunk);
    const wanted = Math.min(CHUNK_ROWS, rowsTotal - chunk * CHUNK_ROWS);
    if (rows?.length !== wanted) throw new Error(`chunk ${chunk} of plan ${version} of campaign ${id} is not whole`);
    keep(this.#chunks, key, rows);
    return rows;
  }
}

/** Keeps what was used last, and forgets the oldest beyond a bound. */
function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= CHUNKS_KEPT) break;
    map.delete(oldest);
  }
}
