import type { LedgerMutant } from "./ledger-mutants.js";

const RUNNER = "packages/topup-store/dist/script-runner.js";
const CHANGE = "packages/topup-store/dist/server-change-lua.js";

/** Mutants of what happens when Redis becomes another server. They are killed by changes of server. */
export const SERVER_CHANGE_MUTANTS: readonly LedgerMutant[] = [
  {
    name: "no look at the server",
    file: RUNNER,
    replace: "if id and id ~= server then server,",
    by: "if false then server,",
    removes: "a Redis that is another server is compared before it is believed",
  },
  {
    name: "what was told under a former server is held against today's count",
    file: RUNNER,
    replace: "(isOther and serverRules().isBeyond(toldServer, witnessed, server))",
    by: "false",
    removes: "what others have written since hides no loss",
  },
  {
    name: "the first process opens the ledger",
    file: CHANGE,
    replace: "if #awaited > 0 or not (state['+known'] or sequence == 0) then",
    by: "if not (state['+known'] or sequence == 0) then",
    removes: "the ledger waits for every process that ran",
  },
  {
    name: "a process without memory opens the ledger",
    file: CHANGE,
    replace: "if #awaited > 0 or not (state['+known'] or sequence == 0) then",
    by: "if #awaited > 0 then",
    removes: "somebody must have known the ledger before the change",
  },
  {
    name: "a server that was never heard of is believed",
    file: CHANGE,
    replace: "return not ended or sequence > tonumber(ended)",
    by: "return ended and sequence > tonumber(ended)",
    removes: "two primaries that both took writes are a loss",
  },
  {
    name: "a state folder counts whenever it was read",
    file: CHANGE,
    replace: "if (readAfterMs[folder] or 0) < waitMs then",
    by: "if not readAfterMs[folder] then",
    removes: "a folder is read when the process that is gone has been silent",
  },
  {
    name: "what a state folder knows is not compared",
    file: CHANGE,
    replace: "if known > sequence or isBeyond(ARGV[i], known, server) then",
    by: "if false then",
    removes: "what a lost process wrote down is compared",
  },
  {
    name: "a state folder is read while a claim may still be sent",
    file: CHANGE,
    replace: "tonumber(sendWithinMs) +",
    by: "0 +",
    removes:
      "a process that stands still, and has a claim that is not written down, sends nothing after it was compared",
  },
  {
    name: "only the ledger's own list of processes is waited for",
    file: CHANGE,
    replace: "if id ~= ARGV[3] and not state[id] and not hasLeft then",
    by: "if false then",
    removes: "a process whose start the replica had not heard of is waited for",
  },
];
