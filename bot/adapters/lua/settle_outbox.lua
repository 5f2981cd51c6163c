-- Ends an entry's delivery (delay_ms absent), or postpones it and counts the failed attempt.
if request.delay_ms then
  redis.call('HSET', key('outbox:attempts'), request.position, request.attempts + 1)
  redis.call('ZADD', key('outbox:due'), 'XX', later_ms(request.delay_ms), request.position)
else
  redis.call('ZREM', key('outbox:due'), request.position)
  redis.call('HDEL', key('outbox:attempts'), request.position)
end
return 1
