import { ROW_RULES } from "./campaigns/tally.js";
import { DISOWNING } from "./disown-lua.js";
import { GATE_ADMISSION, GATE_CONTROL } from "./gate-control-lua.js";
import { GATES } from "./gate-lua.js";
import { PAID_NOTHING } from "./paid-nothing.js";

/**
 * The ledger's Lua. Every script works on keys of one partition; the key names are built from the base that comes
 * as an argument, since a script learns only while it runs which indexes a record is in.
 *
 * A client may send a script twice when a reply is lost. `claim` and `move` therefore carry an operation id,
 * stored with their result in the record, and answer from it when they meet it again; `accept` is repeatable by
 * reference and content, `evidence` by transactionId, the gate scripts by their outcome.
 *
 * Time is Redis's own (`ARGV[1]` is empty): leases and quiet periods are judged by one clock, so that a worker
 * whose clock jumps cannot end another's lease. Tests pass a time instead.
 */
export const PRELUDE = `
local function ledgerNow()
  if ARGV[1] ~= '' then return tonumber(ARGV[1]) end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end
local base = ARGV[2]
local function readRecord(key)
  local flat = redis.call('HGETALL', key)
  local record = {}
  for i = 1, #flat, 2 do record[flat[i]] = flat[i + 1] end
  return record, flat
end
local function whole(number) return string.format('%.0f', number) end
`;

export const MOVING = `
local HISTORY_ENTRIES_MAX = 60
local EVENT_RETENTION_MS = 90 * 86400000
local function enter(reference, record, to, now)
  local from = record.state
  if from == to then return end
  redis.call('ZADD', base .. 's:' .. to, whole(now), reference)
  redis.call('ZREM', base .. 's:' .. from, reference)
end
local function ring(reference, dueAt)
  if dueAt then redis.call('ZADD', base .. 'due', whole(dueAt), reference) end
end
local function park(reference, record, gate)
  local before = record.holdReason
  if before and string.sub(before, 1, 5) == 'gate:' and before ~= 'gate:' .. (gate or '') then
    redis.call('SREM', base .. 'parked:' .. string.sub(before, 6), reference)
  end
  if gate then redis.call('SADD', base .. 'parked:' .. gate, reference) end
end
local function write(reference, line)
  local key = base .. 'h:' .. reference
  if redis.call('RPUSH', key, table.concat(line, '|')) > HISTORY_ENTRIES_MAX then
    redis.call('LTRIM', key, -HISTORY_ENTRIES_MAX, -1)
  end
end
local function cell(value) return value and (string.gsub(value, '|', '/')) end
-- Who decided, and the name of the API key that the command came with, in front of it.
local function person(by, apiKey)
  if not apiKey or apiKey == '' then return cell(by) end
  return cell(apiKey) .. '\\31' .. cell(by or '')
end
local function note(reference, record, to, now, because, code, latency, by, text, apiKey)
  if record.state == to then return end
  local who = person(by, apiKey)
  write(reference, { whole(now), record.state, to, record.attempt, because, cell(code), latency, who, who and (text or '') })
end
-- All transactions that were ever seen of a top-up, as 'attempt:id,…'; nil when this one is in there already.
local function withEvidence(record, attempt, transactionId)
  local known, entry = record.evidence or '', attempt .. ':' .. transactionId .. ','
  if string.find(',' .. known, ',' .. entry, 1, true) then return nil end
  return known .. entry
end
-- \`more\`: further values of the record as it is from now on, and the API key that the command came with.
local function tell(reference, record, event, state, attempt, version, now, because, code, transactionId, more)
  local entry = { 'type', event, 'reference', reference, 'state', state, 'attempt', attempt,
    'version', whole(version), 'atMs', whole(now), 'because', because }
  local function also(field, value)
    if value and value ~= '' then entry[#entry + 1] = field; entry[#entry + 1] = value end
  end
  also('code', code)
  also('transactionId', transactionId)
  also('campaign', record.campaign)
  also('caller', record.caller)
  for _, field in ipairs({ 'cost', 'costCurrency', 'delivered', 'deliveredCurrency' }) do
    also(field, more and more[field] or record[field])
  end
  also('key', more and more.key)
  redis.call('XADD', base .. 'events', 'MINID', '~', whole(now - EVENT_RETENTION_MS), '*', unpack(entry))
end
`;

/** Needs PRELUDE. Writes a new top-up with its indexes; `fields` are its own, as pairs. */
export const STORING = `
local function storeTopup(reference, digest, phoneHash, campaign, fields, stamp, dueAt)
  redis.call('HSET', base .. 't:' .. reference, 'state', 'queued', 'attempt', '1', 'version', '1', 'acceptedAt', stamp,
    'enteredAt', stamp, 'dueAt', dueAt, 'digest', digest, 'phoneHash', phoneHash, unpack(fields))
  redis.call('ZADD', base .. 's:queued', stamp, reference)
  redis.call('ZADD', base .. 'due', dueAt, reference)
  redis.call('ZADD', base .. 'p:' .. phoneHash, stamp, reference)
  if campaign ~= '' then redis.call('ZADD', base .. 'c:' .. campaign, stamp, reference) end
end
`;

/**
 * The digest of a record that was made anew from the provider's report alone. What its caller asked for beyond that is
 * not known, so whoever sends the reference again is believed to mean it.
 */
export const ANY_CONTENT = "any";

/**
 * Grants the right to send one attempt, or says why not. KEYS: record. ARGV: time, base, operation, reference,
 * attempt, leaseMs, holdJitterMs, probePatienceMs, probeWaitMs. Answers `[kind, now, …, record]`. A campaign's row is not sent while its campaign
 * does not let it, and no faster than its campaign's pace: it is `paced`, stays where it is and is due a little later.
 */
export const CLAIM = `${PRELUDE}${MOVING}${GATE_ADMISSION}${ROW_RULES}
local now = ledgerNow()
local stamp = whole(now)
local operation, reference, attempt = ARGV[3], ARGV[4], ARGV[5]
local record, flat = readRecord(KEYS[1])
if not record.state then return { 'missing', stamp } end
if record.op == operation then return { record.opResult, stamp, flat } end
local waiting = record.state == 'queued' or (record.state == 'held' and record.holdReason ~= 'failed')
if not waiting or record.attempt ~= attempt then return { 'stale', stamp, flat } end
-- Something was accepted after all, to be weighed before anything more is sent. Of an earlier attempt it is no answer.
local isOfThis = string.find(',' .. (record.evidence or ''), ',' .. attempt .. ':', 1, true)
if record.contradicted == 'answered' and not isOfThis then record.contradicted = '1' end
if record.contradicted == 'answered' then return { 'answered', stamp, flat } end
if record.contradicted then return { 'contradicted', stamp, flat } end
if not record.operatorId then return { 'undetected', stamp, flat } end

local names = { 'account', 'operator:' .. record.operatorId, 'phone:' .. record.phoneHash,
  'product:' .. record.phoneHash .. ':' .. record.operatorId }
if record.campaign then names[#names + 1] = 'campaign:' .. record.campaign end
if record.recreated then names[#names + 1] = 'recreated' end
local gate, gateUntil
for index, score in ipairs(redis.call('ZMSCORE', base .. 'gates', unpack(names))) do
  local closedUntil = score and tonumber(score)
  if closedUntil and closedUntil > now and (not gateUntil or closedUntil > gateUntil) then
    gate, gateUntil = names[index], closedUntil
  end
end
local patienceMs = tonumber(ARGV[8])
local controlled = { names[1], names[2] }
local control = redis.call('HMGET', base .. 'gate-control', names[1], names[2], 'pace')
for index, name in ipairs(controlled) do
  local untilMs = not gate and probedUntil(control[index], now, patienceMs, tonumber(ARGV[9]))
  if untilMs then gate, gateUntil = name, untilMs end
end
local rules = record.row and rowRules()
local slot
if rules and not gate then
  local admission = rules.admission(record.campaign)
  gateUntil = rules.closedUntil(record.campaign, admission, reference, record, now)
  gate = gateUntil and 'campaign:' .. record.campaign
  slot = not gate and rules.pace(record.campaign, admission, now)
end
slot = slot or (not gate and paceAccount(control[3], now))
if slot then
  ring(reference, slot)
  -- It has its turn, so nobody needs to wake it.
  park(reference, record, nil)
  redis.call('HSET', KEYS[1], 'dueAt', whole(slot))
  return { 'paced', stamp, redis.call('HGETALL', KEYS[1]) }
end

local version = tonumber(record.version) + 1
if gate then
  -- A person opens this one. Asking once an hour is enough.
  if gate == 'recreated' then gateUntil = now + 3600000 end
  local holdUntil = whole(gateUntil + tonumber(ARGV[7]))
  enter(reference, record, 'held', now)
  if rules then rules.tally(reference, record, 'held', 'gate:' .. gate, {}, now) end
  ring(reference, tonumber(holdUntil))
  park(reference, record, gate)
  redis.call('HSET', KEYS[1], 'state', 'held', 'version', whole(version), 'holdReason', 'gate:' .. gate,
    'holdUntil', holdUntil, 'dueAt', holdUntil, 'op', operation, 'opResult', 'gated')
  if record.state ~= 'held' then
    redis.call('HSET', KEYS[1], 'enteredAt', stamp)
    note(reference, record, 'held', now, 'gate-closed', gate, '')
    tell(reference, record, 'topup.held', 'held', attempt, version, now, 'gate-closed', '', '')
  end
  return { 'gated', stamp, redis.call('HGETALL', KEYS[1]) }
end

for index, name in ipairs(controlled) do takeProbe(name, control[index], now, patienceMs) end
local leaseUntil, submits = whole(now + tonumber(ARGV[6])), tonumber(record.submits or '0') + 1
enter(reference, record, 'submitting', now)
if rules then rules.tally(reference, record, 'submitting', nil, {}, now) end
ring(reference, tonumber(leaseUntil))
park(reference, record, nil)
note(reference, record, 'submitting', now, 'claimed', '', '')
redis.call('HSET', KEYS[1], 'state', 'submitting', 'version', whole(version),
  'fence', whole(fenceFloor + submits), 'submits', whole(submits),
  'enteredAt', stamp, 'grantedAt', stamp, 'leaseUntil', leaseUntil, 'dueAt', leaseUntil,
  'op', operation, 'opResult', 'claimed')
redis.call('HDEL', KEYS[1], 'holdReason', 'holdUntil')
return { 'claimed', stamp, redis.call('HGETALL', KEYS[1]) }
`;

/**
 * Makes one control move if the record still is where the caller believes. KEYS: record. ARGV: time, base,
 * operation, reference, from, attempt, fence, to, because, dueAt, latencyMs, event, gate (JSON or empty), version (empty:
 * any), process, number of fields to set, then the pairs to set and the fields to remove.
 * Answers `[moved, now, version, dueAt]`, `[stale, now, record]`, `[conflict, now, transactionId]`, `[contradicted, now,
 * record]` or `[missing, now]`.
 */
export const MOVE = `${PRELUDE}${MOVING}${GATES}${GATE_CONTROL}${ROW_RULES}
${PAID_NOTHING}${DISOWNING}
local now = ledgerNow()
local stamp = whole(now)
local operation, reference, from, attempt, fence, to, because = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9]
local dueAt, latency, event = tonumber(ARGV[10]), ARGV[11], ARGV[12]
local record, flat = readRecord(KEYS[1])
if not record.state then return { 'missing', stamp } end
if record.op == operation then return { 'moved', stamp, record.version, record.dueAt or '' } end
if record.state ~= from or record.attempt ~= attempt or (record.fence or '0') ~= fence then
  return { 'stale', stamp, flat }
end
if ARGV[14] ~= '' and record.version ~= ARGV[14] then return { 'stale', stamp, flat } end
-- Two holds share a state. A top-up held on FAILED may turn out as paid, so it cannot be withdrawn, even when whoever
-- withdraws it saw it wait at a gate a moment ago; nor can one that was accepted after all.
if to == 'cancelled' and (record.holdReason == 'failed' or record.contradicted) then return { 'stale', stamp, flat } end

local set, remove = { unpack(ARGV, 17, 16 + tonumber(ARGV[16])) }, { unpack(ARGV, 17 + tonumber(ARGV[16])) }
local patch = {}
for i = 1, #set, 2 do patch[set[i]] = set[i + 1] end
local transactionId = patch.transactionId
if transactionId then
  -- A person's verdict, checked at the provider, may name another transaction of this top-up as the one that paid.
  if record.transactionId and record.transactionId ~= transactionId and
    because ~= 'resolved-by-operator' and because ~= 'forced-by-operator' then
    return { 'conflict', stamp, record.transactionId }
  end
  local owner = redis.call('GET', base .. 'x:' .. transactionId)
  if owner and owner ~= reference then return { 'conflict', stamp, transactionId } end
end

-- Whoever decided a review has seen the evidence, and an answer that came late is weighed when it is taken. Until then
-- nothing ends without money: a transaction that may be paid is known.
local isTaken = record.contradicted == 'answered' and transactionId and
  not withEvidence(record, attempt, transactionId)
local isWeighed = from == 'review' or isTaken
if record.contradicted and PAID_NOTHING[to] and not isWeighed then return { 'contradicted', stamp, flat } end

-- A full Redis refuses a script whose first write needs memory, and lets one that has begun run to its end. A claim
-- begins with such a write, so nothing is sent then. This one needs none: what came of a POST is still written down.
redis.call('ZREM', base .. 'due', reference)
if transactionId then redis.call('SET', base .. 'x:' .. transactionId, reference) end

local parkedAt = nil
local gate = ARGV[13] ~= '' and cjson.decode(ARGV[13])
local operatorId = patch.operatorId or record.operatorId
if because == 'accepted-by-provider' then
  countSuccess({ 'account', 'operator:' .. (operatorId or '') }, now)
  redis.call('SET', base .. 'accepted-at', stamp)
elseif to == 'rejected' and because == 'refused' then countSuccess({ 'account' }, now) end
if gate and gate.slowDownFrom then lowerPace(gate.slowDownFrom.perSecond, now) end
if gate and gate.also and countFailure(gate.also, gate.evidence, record.phoneHash, ARGV[15], now) then
  closeGate(gate.also, gate.reason, now, nil, gate.firstMs, gate.delayMsMax, gate.detail)
end
if gate and gate.kind then
  local name = gate.kind
  if name == 'operator' then name = 'operator:' .. operatorId
  elseif name == 'phone' then name = 'phone:' .. record.phoneHash
  elseif name == 'product' then name = 'product:' .. record.phoneHash .. ':' .. operatorId end
  -- Whoever decided may have stood still since it looked at a clock: a hold counts from here.
  local wantedMs = gate.leastMs and math.max(gate.untilMs, now + gate.leastMs) or gate.untilMs
  local isClosing = not gate.evidence or countFailure(name, gate.evidence, record.phoneHash, ARGV[15], now)
  local untilMs = isClosing and closeGate(name, gate.reason, now, wantedMs, gate.firstMs, gate.delayMsMax, gate.detail)
  -- A wait of its own becomes one at the gate where this refusal was the one that closed it.
  if to == 'held' and (not patch.holdReason or (gate.evidence and isClosing)) then
    parkedAt = name
    for _, value in ipairs({ 'holdReason', 'gate:' .. name }) do set[#set + 1] = value end
  end
  if isClosing and to == 'held' and (parkedAt or gate.leastMs) then
    dueAt = untilMs + (gate.holdJitterMs or 0)
    for _, value in ipairs({ 'holdUntil', whole(dueAt) }) do set[#set + 1] = value end
  end
end

if to == 'unknown' and from ~= 'unknown' then
  if not record.unknownSince then set[#set + 1] = 'unknownSince'; set[#set + 1] = stamp end
  -- Nothing was accepted since this claim was granted: the provider was away, and the round is not the top-up's.
  local acceptedAt = tonumber(redis.call('GET', base .. 'accepted-at') or '0')
  if from == 'submitting' and acceptedAt <= tonumber(record.grantedAt or '0') then
    set[#set + 1] = 'outageRounds'; set[#set + 1] = whole(tonumber(record.outageRounds or '0') + 1)
  end
end

-- Waiting for money is no gate of the ledger's, but a place to be woken at.
if to == 'held' and not parkedAt and patch.holdReason == 'gate:balance' then parkedAt = 'balance' end

local removed = {}
for _, field in ipairs(remove) do removed[field] = true end
local former = record.transactionId
if former and (removed.transactionId or (transactionId and transactionId ~= former)) then
  local evidence = because ~= 'answer-names-another' and withEvidence(record, attempt, former)
  if evidence then set[#set + 1] = 'evidence'; set[#set + 1] = evidence end
  if because == 'answer-names-another' and disown(reference, record, attempt, former, set) == '' then
    remove[#remove + 1] = 'evidence'
  end
end
-- A hold belongs to \`held\` and a lease to \`submitting\`, whatever the patch forgot.
if record.holdReason and to ~= 'held' then remove[#remove + 1] = 'holdReason'; remove[#remove + 1] = 'holdUntil' end
if record.leaseUntil and to ~= 'submitting' then remove[#remove + 1] = 'leaseUntil' end
if isWeighed then remove[#remove + 1] = 'contradicted' end

local version = tonumber(record.version) + 1
local code = patch.code or ''
enter(reference, record, to, now)
ring(reference, dueAt)
if from == 'held' or parkedAt then park(reference, record, parkedAt) end
note(reference, record, to, now, because, code, latency, patch.resolvedBy, patch.resolvedReason, patch.commandKey)
if event ~= '' and from ~= to then
  local told = { key = patch.commandKey }
  for _, field in ipairs({ 'cost', 'costCurrency', 'delivered', 'deliveredCurrency' }) do told[field] = patch[field] end
  tell(reference, record, event, to, attempt, version, now, because, code, transactionId or record.transactionId, told)
end
if record.row then
  local holdReason = parkedAt and 'gate:' .. parkedAt or patch.holdReason or record.holdReason
  local settled = { code = patch.code or not removed.code and record.code or nil, cost = patch.cost or record.cost,
    costCurrency = patch.costCurrency or record.costCurrency,
    unsentAt = from == 'submitting' and because == 'not-sent' and tonumber(record.grantedAt) or nil }
  rowRules().tally(reference, record, to, to == 'held' and holdReason or nil, settled, now)
end
for _, value in ipairs({ 'state', to, 'version', whole(version), 'op', operation, 'opResult', 'moved' }) do
  set[#set + 1] = value
end
if from ~= to then set[#set + 1] = 'enteredAt'; set[#set + 1] = stamp end
if dueAt then set[#set + 1] = 'dueAt'; set[#set + 1] = whole(dueAt) else remove[#remove + 1] = 'dueAt' end
redis.call('HSET', KEYS[1], unpack(set))
if #remove > 0 then redis.call('HDEL', KEYS[1], unpack(remove)) end
return { 'moved', stamp, whole(version), dueAt and whole(dueAt) or '' }
`;

/**
 * Adds a transactionId to a record, whatever its state, fence or attempt: evidence is never thrown away and moves
 * nothing. KEYS: record. ARGV: time, base, reference, attempt, transactionId. Where it contradicts the record (another
 * id for that attempt, an attempt that is over, a final state that knows of no such transaction) an event says so,
 * once, and the record is marked: whoever asks whether it was paid must not rely on its state. An open record is not
 * sent again before the evidence is weighed (see CLAIM): the first id of the current attempt is the answer that was
 * missing, anything else is for a person.
 * Answers `[added, now, record]` or `[missing, now]`.
 */
export const EVIDENCE = `${PRELUDE}${MOVING}
local now = ledgerNow()
local reference, attempt, transactionId = ARGV[3], ARGV[4], ARGV[5]
local record = readRecord(KEYS[1])
if not record.state then return { 'missing', whole(now) } end
local evidence = withEvidence(record, attempt, transactionId)
if evidence then
  redis.call('HSET', KEYS[1], 'evidence', evidence)
  redis.call('SET', base .. 'x:' .. transactionId, reference, 'NX')
  local version = redis.call('HINCRBY', KEYS[1], 'version', 1)
  local isCurrent = record.attempt == attempt
  local ours = isCurrent and record.transactionId == transactionId
  local isOpen = redis.call('ZSCORE', base .. 'due', reference)
  local isFirst = isCurrent and not record.transactionId and
    not string.find(',' .. (record.evidence or ''), ',' .. attempt .. ':', 1, true)
  if not ours then
    local isAnswer = isOpen and isFirst and not record.contradicted
    redis.call('HSET', KEYS[1], 'contradicted', isAnswer and 'answered' or '1')
    if not isOpen and record.state ~= 'review' and record.extraKind ~= 'paid-twice' then
      redis.call('ZADD', base .. 'n:contradicted', 'NX', whole(now), reference)
    end
  end
  if not ours and not (isCurrent and not record.transactionId and isOpen) then
    tell(reference, record, 'topup.contradicted', record.state, attempt, version, now, 'several-transaction-ids', '', transactionId)
  end
end
return { 'added', whole(now), redis.call('HGETALL', KEYS[1]) }
`;
