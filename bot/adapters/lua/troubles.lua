-- Returns how many emergencies there were within a time, and how many pairs in a row ended as exposures: both since a
-- human last resumed from a pause for that cause.
local function since_ms(cause)
  return tonumber(redis.call('HGET', key('resumed'), 'all ' .. cause) or 0)
end
local begin_ms = math.max(since_ms('emergencies_per_hour'), tonumber(now_ms) - request.within_ms)
local good = redis.call('ZREVRANGE', key('reconciled'), 0, 0, 'WITHSCORES')[2] or 0
local row_ms = math.max(since_ms('exposures_in_a_row'), tonumber(good))
return {
  redis.call('ZCOUNT', key('emergencies'), string.format('(%.0f', begin_ms), '+inf'),
  redis.call('ZCOUNT', key('exposed'), string.format('(%.0f', row_ms), '+inf'),
}
