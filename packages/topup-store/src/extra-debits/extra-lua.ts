import { PAID_NOTHING } from "../paid-nothing.js";

/**
 * Needs PRELUDE and ROW_RULES. Keeps what the provider debits for a final top-up beyond what its state accounts for:
 * `extra` holds `transactionId:status:cost:currency,` of each such transaction, `extraUnits` what its campaign counts for
 * them. `n:paid-twice` and `n:contradicted` list what waits for a person, by when it was found.
 *
 * `shown` are the transactions that are or may be paid, four texts each. Answers the kind, and nothing where the top-up
 * is not final: what is open is looked at, and what is in review has a person already.
 */
export const EXTRA = `
${PAID_NOTHING}
local function noteExtra(key, reference, record, shown, now)
  if record.state ~= 'succeeded' and not PAID_NOTHING[record.state] then return nil end
  local rules = rowRules()
  local text, sum, count = '', 0, 0
  local currency = record.row and redis.call('HGET', base .. 'k:' .. record.campaign, 'currency')
  for i = 1, #shown, 4 do
    local isItsOwn = record.state == 'succeeded' and shown[i] == record.transactionId
    if not isItsOwn then
      text = text .. shown[i] .. ':' .. shown[i + 1] .. ':' .. shown[i + 2] .. ':' .. shown[i + 3] .. ','
      local isOurs = shown[i + 3] == '' or shown[i + 3] == currency
      sum = sum + (isOurs and rules.units(shown[i + 2]) or tonumber(record.reserve or '0'))
      count = count + 1
    end
  end
  local paid = count + (record.state == 'succeeded' and 1 or 0)
  local kind = count == 0 and '' or paid > 1 and 'paid-twice' or 'contradicted'
  if text == (record.extra or '') then return kind, false end
  if record.row then
    local campaign = base .. 'k:' .. record.campaign
    local more = sum - tonumber(record.extraUnits or '0')
    redis.call('HINCRBY', campaign .. ':money', 'extra', whole(more))
    if more ~= 0 then rules.minute(campaign, 'spentUnits', whole(more), now) end
    local before, after = record.extraKind == 'paid-twice', kind == 'paid-twice'
    if before ~= after then redis.call('HINCRBY', campaign .. ':counts', 'paid-twice', after and 1 or -1) end
  end
  for _, known in ipairs({ 'paid-twice', 'contradicted' }) do
    if known ~= kind then redis.call('ZREM', base .. 'n:' .. known, reference) end
  end
  if kind == '' then redis.call('HDEL', key, 'extra', 'extraUnits', 'extraKind', 'extraAt')
  else
    -- Who insisted on a verdict has seen it.
    if record.forced ~= '1' then redis.call('ZADD', base .. 'n:' .. kind, 'NX', whole(now), reference) end
    redis.call('HSET', key, 'extra', text, 'extraUnits', whole(sum), 'extraKind', kind,
      'extraAt', record.extraAt or whole(now))
  end
  return kind, true
end
`;
