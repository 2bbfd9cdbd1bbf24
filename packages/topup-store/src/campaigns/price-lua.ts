/** The Lua by which a campaign's reserves follow the prices that the provider really takes. */

/** What a campaign keeps back of the price of each open top-up, in percent of it, where its limits do not say. */
export const PRICE_JUMP_PERCENT = 100;

/**
 * Needs PRELUDE. What a row may cost by now, and whether there is money for it.
 *
 * `prices` of a campaign is JSON: operator and currency of the amounts -> the reserve of now, in millionths of the plan's.
 * A price is only ever followed upwards: a row that settles late may still show one of yesterday.
 */
export const CAMPAIGN_PRICES = `
local function laneOf(operatorId, isLocal) return operatorId .. (isLocal and '|local' or '|account') end
local function reserveAt(prices, lane, planned)
  local millionths = prices[lane]
  return millionths and math.max(planned, math.ceil(planned * millionths / 1000000)) or planned
end
local function pricesOf(key)
  local known = redis.call('HGET', key, 'prices')
  return known and cjson.decode(known) or {}
end
-- How many times its reserve is kept back for an open row: its price may move before it is debited.
local function keptFactor(jumpPercent) return 1 + tonumber(jumpPercent or '${PRICE_JUMP_PERCENT}') / 100 end
`;

/** Needs CAMPAIGN_PRICES and CAMPAIGN_EVENTS. A price above what was held back: all that is open is held back at it. */
export const REPRICING = `
-- Prices that bucket's open rows of one lane anew, each from what the plan held back for it.
local function repriceRows(key, bucket, lane, prices)
  local added = 0
  for _, reference in ipairs(redis.call('ZRANGE', key .. ':s:' .. bucket, 0, -1)) do
    local at = base .. 't:' .. reference
    local row = redis.call('HMGET', at, 'operatorId', 'local', 'reserve', 'planReserve')
    if row[1] and row[3] and laneOf(row[1], row[2]) == lane then
      local planned, before = tonumber(row[4] or row[3]), tonumber(row[3])
      local reserve = reserveAt(prices, lane, planned)
      if reserve > before then
        redis.call('HSET', at, 'reserve', whole(reserve), 'planReserve', whole(planned))
        added = added + reserve - before
      end
    end
  end
  if added > 0 then redis.call('HINCRBY', key .. ':money', bucket, whole(added)) end
end
-- A row cost more than was held back for it. Nothing more is sent before a person has agreed to the new prices. A
-- campaign that waits for the balance would go on by itself: it waits for the person, too.
local function seePrice(key, id, reference, record, cost, now)
  local planned = tonumber(record.planReserve or record.reserve or '0')
  local known = redis.call('HMGET', key, 'prices', 'marginPercent', 'state', 'pauseReason')
  local prices, lane = known[1] and cjson.decode(known[1]) or {}, laneOf(record.operatorId or '0', record['local'])
  if planned > 0 then
    -- A rate that has moved moves again: the margin is kept.
    local wanted = record['local'] and cost * (100 + tonumber(known[2] or '0')) / 100 or cost
    local millionths = math.ceil(wanted * 1000000 / planned)
    if millionths > (prices[lane] or 1000000) then
      prices[lane] = millionths
      redis.call('HSET', key, 'prices', cjson.encode(prices))
      redis.call('HINCRBY', key, 'repriced', 1)
      for _, bucket in ipairs({ 'queued', 'submitting', 'unknown', 'processing', 'held', 'parked', 'review' }) do
        repriceRows(key, bucket, lane, prices)
      end
    end
  end
  if known[3] == 'paused' and known[4] == 'balance' then enterPause(key, id, 'price', reference, now)
  else pauseCampaign(key, id, 'price', reference, now) end
end
`;

/** Needs CAMPAIGN_PRICES and CAMPAIGN_EVENTS, and CAMPAIGN_PARK_MS. Whether a claim fits into the budget. */
export const CLAIM_MONEY = `
-- Until when a row waits that might exceed the budget if its price moved; nothing when it fits. Where no money can come
-- free any more but that of rows which wait long or for a person, the campaign pauses.
local function lacksMoney(id, campaign, record, bucket, reference, now)
  if not campaign.budget then return nil end
  local key = base .. 'k:' .. id
  local money = redis.call('HMGET', key .. ':money', 'succeeded', 'extra', 'submitting', 'unknown', 'processing', 'held',
    'review', 'expected')
  local spent, open = tonumber(money[1] or '0') + tonumber(money[2] or '0'), 0
  for i = 3, 8 do open = open + tonumber(money[i] or '0') end
  -- Of a row that a rebuild made anew the money is among the expected.
  local isCounted = redis.call('ZSCORE', key .. ':s:' .. bucket, reference)
  local own = isCounted and tonumber(record.reserve or '0') or 0
  if spent + (open + own) * keptFactor(campaign.jump) <= campaign.budget then return nil end
  local moving = 0
  for _, count in ipairs(redis.call('HMGET', key .. ':counts', 'submitting', 'processing', 'unknown')) do
    moving = moving + tonumber(count or '0')
  end
  if moving == 0 then pauseCampaign(key, id, 'budget', 'the next row does not fit', now) end
  return now + CAMPAIGN_PARK_MS
end
`;
