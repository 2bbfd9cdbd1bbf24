/** A safeguard taken out of one Lua script, by exact text that stands in `file`, or else in `SCRIPTS`, exactly once. */
export type LedgerMutant = { name: string; file?: string; replace: string; by: string; removes: string };

/** The compiled files that hold the scripts. */
export const SCRIPTS = "packages/topup-store/dist/scripts.js";
const ACCEPT = "packages/topup-store/dist/accept-script.js";
const WAKE = "packages/topup-store/dist/wake-scripts.js";
const CONTRADICT = "packages/topup-store/dist/contradict-script.js";

const DISOWN = "packages/topup-store/dist/disown-lua.js";

const MOVE_GUARD = "if record.state ~= from or record.attempt ~= attempt or (record.fence or '0') ~= fence then";

/** Mutants of the ledger's scripts. They are killed by the comparison with the ledger in memory. */
export const LEDGER_MUTANTS: readonly LedgerMutant[] = [
  {
    name: "no fence",
    replace: MOVE_GUARD,
    by: "if record.state ~= from or record.attempt ~= attempt then",
    removes: "a worker whose claim is over writes nothing",
  },
  {
    name: "a fence that is too high will do",
    replace: MOVE_GUARD,
    by: "if record.state ~= from or record.attempt ~= attempt or tonumber(record.fence or '0') > tonumber(fence) then",
    removes: "the fence is compared for equality",
  },
  {
    name: "no look at the state",
    replace: MOVE_GUARD,
    by: "if record.attempt ~= attempt or (record.fence or '0') ~= fence then",
    removes: "a move starts where its author believes the record to be",
  },
  {
    name: "no look at the attempt",
    replace: MOVE_GUARD,
    by: "if record.state ~= from or (record.fence or '0') ~= fence then",
    removes: "what is known of one attempt moves no other",
  },
  {
    name: "a claim of whatever is there",
    replace: "if not waiting or record.attempt ~= attempt then return { 'stale', stamp, flat } end",
    by: "if record.attempt ~= attempt then return { 'stale', stamp, flat } end",
    removes: "only what waits is claimed",
  },
  {
    name: "a claim in the middle of a hold on FAILED",
    replace: "local waiting = record.state == 'queued' or (record.state == 'held' and record.holdReason ~= 'failed')",
    by: "local waiting = record.state == 'queued' or record.state == 'held'",
    removes: "a hold on FAILED is no queue",
  },
  {
    name: "a claim of another attempt",
    replace: "if not waiting or record.attempt ~= attempt then return { 'stale', stamp, flat } end",
    by: "if not waiting then return { 'stale', stamp, flat } end",
    removes: "a job rings for its own attempt",
  },
  {
    name: "a claim although an answer came",
    replace: "if record.contradicted == 'answered' then return { 'answered', stamp, flat } end",
    by: "",
    removes: "a late answer is weighed before anything is sent",
  },
  {
    name: "a claim although an earlier attempt was accepted",
    replace: "if record.contradicted then return { 'contradicted', stamp, flat } end",
    by: "",
    removes: "evidence against the record stops its sending",
  },
  {
    name: "what an earlier attempt paid contradicts only what has ended",
    file: CONTRADICT,
    replace: "for i = 3, record.dueAt and #ARGV or 0, 2 do",
    by: "for i = 3, 0, 2 do",
    removes: "nothing more is sent once an earlier attempt turned out as paid",
  },
  {
    name: "closed gates are open",
    replace: "if closedUntil and closedUntil > now and (not gateUntil or closedUntil > gateUntil) then",
    by: "if false then",
    removes: "nothing is sent through a closed gate",
  },
  {
    name: "the fence stands still",
    replace: "'fence', whole(fenceFloor + submits),",
    by: "'fence', '1',",
    removes: "every claim has a fence of its own",
  },
  {
    name: "a claim without a time",
    replace: "'enteredAt', stamp, 'grantedAt', stamp, 'leaseUntil', leaseUntil, 'dueAt', leaseUntil,",
    by: "'enteredAt', stamp, 'leaseUntil', leaseUntil, 'dueAt', leaseUntil,",
    removes: "the quiet period counts from the latest claim",
  },
  {
    name: "nobody comes to see after a lost claim",
    replace: "ring(reference, tonumber(leaseUntil))",
    by: "",
    removes: "a claim has an alarm for the end of its lease",
  },
  {
    name: "a forgotten wake-up",
    replace: "ring(reference, dueAt)\nif from == 'held' or parkedAt then",
    by: "if from == 'held' or parkedAt then",
    removes: "what is open has an alarm",
  },
  {
    name: "the event is told before the move is known to be made",
    replace:
      "if not record.state then return { 'missing', stamp } end\nif record.op == operation then return { 'moved',",
    by: "if not record.state then return { 'missing', stamp } end\nif event ~= '' and from ~= to then tell(reference, record, event, to, attempt, tonumber(record.version) + 1, now, because, '', '') end\nif record.op == operation then return { 'moved',",
    removes: "event and move are one step",
  },
  {
    name: "the event is lost",
    replace: "if event ~= '' and from ~= to then",
    by: "if false then",
    removes: "every move that tells something tells it",
  },
  {
    name: "a repeated move is made twice",
    replace: "if record.op == operation then return { 'moved', stamp, record.version, record.dueAt or '' } end",
    by: "",
    removes: "a script that is sent twice runs once",
  },
  {
    name: "one transaction for two top-ups",
    replace: "if owner and owner ~= reference then return { 'conflict', stamp, transactionId } end",
    by: "",
    removes: "a transaction belongs to one top-up",
  },
  {
    name: "two transactions for one attempt",
    replace: "return { 'conflict', stamp, record.transactionId }",
    by: "record.transactionId = nil",
    removes: "a second transaction of an attempt is for a person",
  },
  {
    name: "evidence replaces evidence",
    replace: "return known .. entry",
    by: "return entry",
    removes: "what was seen is never thrown away",
  },
  {
    name: "a withdrawal in the middle of a hold on FAILED",
    replace:
      "if to == 'cancelled' and (record.holdReason == 'failed' or record.contradicted) then return { 'stale', stamp, flat } end",
    by: "",
    removes: "what may turn out as paid is not withdrawn",
  },
  {
    name: "an end without money although a transaction may be paid",
    replace:
      "if record.contradicted and PAID_NOTHING[to] and not isWeighed then return { 'contradicted', stamp, flat } end",
    by: "",
    removes: "nothing is called unpaid before the evidence is weighed",
  },
  {
    name: "an answer that is taken is held against its own end",
    replace: "local isWeighed = from == 'review' or isTaken",
    by: "local isWeighed = from == 'review'",
    removes: "the answer that was missing is weighed when it is taken",
  },
  {
    name: "a verdict on what has changed meanwhile",
    replace: "if ARGV[14] ~= '' and record.version ~= ARGV[14] then return { 'stale', stamp, flat } end",
    by: "",
    removes: "a person decides on what they have seen",
  },
  {
    name: "a hold counts from when it was decided, in the ledger",
    replace: "local wantedMs = gate.leastMs and math.max(gate.untilMs, now + gate.leastMs) or gate.untilMs",
    by: "local wantedMs = gate.untilMs",
    removes: "whoever stood still cuts no hold short",
  },
  {
    name: "a known reference is taken for a new one",
    file: ACCEPT,
    replace: "if known then",
    by: "if known and known ~= digest then",
    removes: "a reference is accepted once",
  },
  {
    name: "two sweepers ring for one record",
    file: WAKE,
    replace: "if record.version ~= ARGV[4] or record.dueAt ~= ARGV[5] then return 0 end",
    by: "",
    removes: "of two sweepers one is first",
  },
  {
    name: "no round is an outage's",
    replace: "if from == 'submitting' and acceptedAt <= tonumber(record.grantedAt or '0') then",
    by: "if false then",
    removes: "rounds in which the provider accepted nothing are told apart",
  },
  {
    name: "what was another's is kept from it",
    file: DISOWN,
    replace: "if redis.call('GET', index) == reference and not isSeenElsewhere then redis.call('DEL', index) end",
    by: "",
    removes: "a transactionId that proved to be another's is free for the other",
  },
  {
    name: "what was another's stays evidence",
    file: DISOWN,
    replace: "if one ~= entry then kept = kept .. one end",
    by: "kept = kept .. one",
    removes: "a transaction of another top-up is no evidence of this one",
  },
];
