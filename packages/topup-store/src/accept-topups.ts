import { isFinal, STATES, type TopupRequest, type TopupState } from "@surefill/topup";
import { ACCEPT } from "./accept-script.js";
import { LedgerCorruptError } from "./errors.js";
import { recipientOf } from "./identity.js";
import type { LedgerKeys } from "./keys.js";
import type { Accepted, ConditionalTopup, NotTaken } from "./ledger-answers.js";
import { decodeRecord, encodeAsked, fieldsOf } from "./record-codec.js";
import { type RunScript, script } from "./script-runner.js";

/** More items in one script would keep other commands waiting. */
const ACCEPT_ITEMS_MAX = 100;

const acceptScript = script(ACCEPT);

type AcceptParts = {
  run: RunScript;
  keys: LedgerKeys;
  now: string;
  digests: { contentDigest: (request: TopupRequest) => string; recipientHash: (recipient: string) => string };
};

/** Stores top-ups that are new, chunk by chunk; answers in their order. */
export async function acceptTopups(
  parts: AcceptParts,
  topups: readonly ConditionalTopup[],
): Promise<(Accepted | NotTaken)[]> {
  const chunks: (typeof topups)[] = [];
  for (let start = 0; start < topups.length; start += ACCEPT_ITEMS_MAX) {
    chunks.push(topups.slice(start, start + ACCEPT_ITEMS_MAX));
  }
  return (await Promise.all(chunks.map((chunk) => acceptChunk(parts, chunk)))).flat();
}

async function acceptChunk(
  { run, keys, now, digests }: AcceptParts,
  topups: readonly ConditionalTopup[],
): Promise<(Accepted | NotTaken)[]> {
  const encoded = topups.map(encodeAsked);
  const items = topups.map(({ reference, request, caller = "", spend, unlessPaidWithinMs = 0 }, index) => [
    reference,
    digests.contentDigest(request),
    digests.recipientHash(recipientOf(request)),
    request.campaign ?? "",
    Object.entries(encoded[index] ?? {}).flat(),
    caller,
    spend?.units ?? 0,
    spend?.unitsMax ?? 0,
    unlessPaidWithinMs,
  ]);
  const answer = await run(acceptScript, keys.meta, [now, keys.base, JSON.stringify(items)]);
  const [stamp, ...results] = answer as [string, ...[string, unknown[]?][]];
  return topups.map(({ reference }, index): Accepted | NotTaken => {
    const [kind, rest = []] = results[index] ?? [];
    const notTaken = kind === undefined ? undefined : readNotTaken(reference, kind, rest, Number(stamp));
    if (notTaken !== undefined) return notTaken;
    if (kind === "created") {
      const times = { acceptedAt: stamp, enteredAt: stamp, dueAt: stamp };
      const created = { state: "queued", attempt: "1", version: "1", ...times };
      return { kind, record: decodeRecord(reference, { ...encoded[index], ...created }) };
    }
    if (kind !== "exists" && kind !== "conflict") throw new LedgerCorruptError("accept gave no answer for an item");
    return { kind, record: decodeRecord(reference, fieldsOf(rest)) };
  });
}

function readNotTaken(reference: string, kind: string, rest: unknown[], nowMs: number): NotTaken | undefined {
  if (kind === "over-limit") {
    return { kind, reference, spentUnits: Number(rest[0]), resetsAtMs: Number(rest[1]), nowMs };
  }
  if (kind === "forgotten") return { kind, reference, forgottenUntilMs: Number(rest[0]) };
  if (kind !== "paid-recently") return undefined;
  const [other, state, acceptedAt, enteredAt] = rest.map(String);
  if (other === undefined || !isState(state)) throw new LedgerCorruptError("accept names no top-up that was paid");
  const times = { acceptedAtMs: Number(acceptedAt), ...(isFinal(state) && { endedAtMs: Number(enteredAt) }) };
  return { kind, reference, paidBy: { reference: other, state, ...times } };
}

function isState(text: string | undefined): text is TopupState {
  return STATES.some((state) => state === text);
}
