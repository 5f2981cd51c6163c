-- Records one look at a watched ticket. The number of polls seen by the caller makes a repeated call harmless.
local watch = key('watch:' .. request.member)
if redis.call('HGET', watch, 'polls') ~= tostring(request.polls) then
  return 0
end
if request.counted then
  redis.call('HSET', watch, 'polls', request.polls + 1)
end
redis.call('ZADD', key('watch:due'), 'XX', later_ms(request.delay_ms), request.member)
return 1
