-- Writes a changed pair with everything that follows from the change, or nothing.
local function committed()
  local check = version_check()
  if check ~= 'fresh' then
    return check
  end

  for _, ticket in ipairs(request.tickets) do
    local owner = redis.call('HGET', key('tickets:' .. ticket.account), ticket.ticket)
    if owner and owner ~= ticket.owner then
      return 'claimed ' .. owner
    end
  end
  for _, ticket in ipairs(request.tickets) do
    redis.call('HSET', key('tickets:' .. ticket.account), ticket.ticket, ticket.owner)
  end

  write_pair(request.version + 1)
  announce(request.announcements)

  -- A pair's result is booked on the day on which it becomes known; a later correction on its own day.
  if request.result then
    local pair, name = key('pair:' .. request.pair), key('result:' .. request.result.currency .. ':' .. today())
    local change = request.result.units - tonumber(redis.call('HGET', pair, 'booked') or 0)
    if change ~= 0 then
      redis.call('HINCRBY', name, request.pair, string.format('%.0f', change))
      redis.call('EXPIRE', name, request.counted_s)
      redis.call('HSET', pair, 'booked', string.format('%.0f', request.result.units))
    end
  end

  -- The gate forbids bets during a cooldown, and a pair bets once on each account. A violation would be counted here.
  if request.cooled then
    local account = request.cooled.account
    if redis.call('EXISTS', key('cooldown:' .. account)) == 1 then
      redis.call('HINCRBY', key('cooldown_violations'), account, 1)
    end
    redis.call('SET', key('cooldown:' .. account), now_s, 'EX', request.cooled.ttl_s)
  end
  if request.watch then
    redis.call('HSET', key('watch:' .. request.watch.member), 'ticket', request.watch.ticket, 'polls', 0,
      'looks', 0, 'since_ms', now_ms)
    redis.call('ZADD', key('watch:due:' .. request.watch.account), later_ms(request.watch.delay_ms), request.watch.member)
  end
  if request.settled_watch then
    redis.call('HSET', key('watch:' .. request.settled_watch), 'settled_ms', now_ms)
  end
  if request.exposure then
    local record = string.gsub(request.exposure.record, '"@detected_at@"', string.format('%.0f', now_s))
    redis.call('SET', key('exposure:' .. request.exposure.name), record, 'EX', request.exposure.ttl_s)
  end
  for _, count in ipairs(request.counted) do
    redis.call('HINCRBY', key('timings:' .. count.histogram), count.bucket, 1)
  end
  return 'done'
end
