import { PAID_NOTHING } from "./paid-nothing.js";
import { PRELUDE } from "./scripts.js";

/**
 * Marks a top-up that ended without money as contradicted: what is already known of it turned out as paid, so that no
 * new evidence can tell. It stays in its state. KEYS: record. ARGV: time, base. Answers 1 where it marked, else 0.
 */
export const CONTRADICT = `${PRELUDE}
${PAID_NOTHING}
local known = redis.call('HMGET', KEYS[1], 'state', 'contradicted')
if not known[1] or not PAID_NOTHING[known[1]] or known[2] then return 0 end
redis.call('HSET', KEYS[1], 'contradicted', '1')
redis.call('HINCRBY', KEYS[1], 'version', 1)
return 1
`;
