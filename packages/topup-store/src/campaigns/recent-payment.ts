import { PAID_NOTHING } from "../paid-nothing.js";

/**
 * Needs PRELUDE. `recentPayment` answers the reference, state, acceptedAt and campaign of a recipient's newest top-up that
 * was accepted since a time and has paid, or still may; one that is contradicted may, whatever its state says. Nothing
 * where there is none among the newest `most`. Those of the campaign `except` are passed over.
 */
export const RECENT_PAYMENT = `
${PAID_NOTHING}
local RECENT_PAYMENTS_PAGE = 20
local function recentPayment(phoneHash, since, most, except)
  for offset = 0, most - 1, RECENT_PAYMENTS_PAGE do
    local page = math.min(RECENT_PAYMENTS_PAGE, most - offset)
    local known = redis.call('ZREVRANGEBYSCORE', base .. 'p:' .. phoneHash, '+inf', since, 'LIMIT', offset, page)
    for _, reference in ipairs(known) do
      local record = redis.call('HMGET', base .. 't:' .. reference, 'state', 'acceptedAt', 'campaign', 'contradicted')
      local mayHavePaid = record[1] and (record[4] or not PAID_NOTHING[record[1]])
      if mayHavePaid and not (except and record[3] == except) then
        return reference, record[1], record[2], record[3] or ''
      end
    end
    if #known < page then return nil end
  end
end
`;
