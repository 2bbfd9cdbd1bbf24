import { isFinal, STATES } from "@surefill/topup";
import { PAID_NOTHING } from "../paid-nothing.js";

const open = STATES.filter((state) => !isFinal(state));

/**
 * Needs PRELUDE. `recentPayment` answers the reference, state, acceptedAt, campaign and enteredAt of a recipient's newest
 * top-up that was paid since a time, however long ago it was accepted, or may still be paid. One that is contradicted and
 * that no person has accepted may have been paid at any time, whatever its state says. Nothing where there is none among
 * the newest `most`. Those of the campaign `except` are passed over.
 *
 * `isForgotten` tells whether a payment since that time may be among what retention has shrunk.
 */
export const RECENT_PAYMENT = `
${PAID_NOTHING}
local MAY_STILL_PAY = { ${open.map((state) => `${state} = true`).join(", ")} }
local RECENT_PAYMENTS_PAGE = 20
local function recentPayment(phoneHash, since, most, except)
  for offset = 0, most - 1, RECENT_PAYMENTS_PAGE do
    local last = math.min(offset + RECENT_PAYMENTS_PAGE, most) - 1
    local known = redis.call('ZREVRANGE', base .. 'p:' .. phoneHash, offset, last)
    for _, reference in ipairs(known) do
      local record = redis.call('HMGET', base .. 't:' .. reference, 'state', 'acceptedAt', 'campaign', 'contradicted',
        'enteredAt', 'acceptedBy')
      local state, isContradicted = record[1], record[4]
      local mayHavePaid = state and (isContradicted or not PAID_NOTHING[state])
      local isSince = MAY_STILL_PAY[state or ''] or isContradicted and not record[6]
        or tonumber(record[5] or '0') >= tonumber(since)
      if mayHavePaid and isSince and not (except and record[3] == except) then
        return reference, state, record[2], record[3] or '', record[5] or record[2]
      end
    end
    if offset + #known <= last then return nil end
  end
end
local function isForgotten(since)
  return tonumber(since) <= tonumber(redis.call('HGET', base .. 'meta', 'forgottenUntil') or '0')
end
`;
