-- Gives the caller the entry that is due longest and hides it from others for a while.
local position = redis.call('ZRANGEBYSCORE', key('outbox:due'), '-inf', now_ms, 'LIMIT', 0, 1)[1]
if not position then
  return false
end
redis.call('ZADD', key('outbox:due'), later_ms(request.hide_ms), position)
local entry = redis.call('XRANGE', key('outbox'), position, position)[1]
if not entry then
  redis.call('ZREM', key('outbox:due'), position)
  return false
end
return { position, redis.call('HGET', key('outbox:attempts'), position) or '0', entry[2] }
