-- Records one look at a watched ticket. The number of looks seen by the caller makes a repeated call harmless.
local watch = key('watch:' .. request.member)
if redis.call('HGET', watch, 'looks') ~= tostring(request.looks) then
  return 0
end
redis.call('HSET', watch, 'looks', request.looks + 1, 'polls', request.polls, 'unhealthy', request.unhealthy,
  'window', request.window)
redis.call('ZADD', key('watch:due:' .. request.account), 'XX', string.format('%.0f', request.next_ms), request.member)
return 1
