/**
 * Needs PRELUDE. Takes a transaction that proved to be another's from a top-up: it is no evidence of it, is kept as
 * `disowned`, and is free for the other one to have. Adds what is to be set; answers what is left of the evidence.
 */
export const DISOWNING = `
local function disown(reference, record, attempt, transactionId, set)
  local entry, kept = attempt .. ':' .. transactionId .. ',', ''
  for one in string.gmatch(record.evidence or '', '[^,]+,') do
    if one ~= entry then kept = kept .. one end
  end
  local disowned = record.disowned or ''
  if not string.find(',' .. disowned, ',' .. entry, 1, true) then disowned = disowned .. entry end
  for _, value in ipairs({ 'disowned', disowned }) do set[#set + 1] = value end
  if kept ~= '' then set[#set + 1] = 'evidence'; set[#set + 1] = kept end
  local index = base .. 'x:' .. transactionId
  local isSeenElsewhere = string.find(kept, ':' .. transactionId .. ',', 1, true)
  if redis.call('GET', index) == reference and not isSeenElsewhere then redis.call('DEL', index) end
  return kept
end
`;
