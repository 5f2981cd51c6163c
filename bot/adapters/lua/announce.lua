-- Announces an event that belongs to no pair, once per key.
if redis.call('SET', key('announced:' .. request.key), now_ms, 'NX', 'EX', request.once_s) then
  announce({ request.event })
  return 1
end
return 0
