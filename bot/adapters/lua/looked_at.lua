-- Records looks at watched tickets. The number of looks seen by the caller makes a repeated call harmless.
for _, look in ipairs(request.looks) do
  local watch = key('watch:' .. look.member)
  if redis.call('HGET', watch, 'looks') == tostring(look.looks) then
    redis.call('HSET', watch, 'looks', look.looks + 1, 'polls', look.polls, 'unhealthy', look.unhealthy,
      'window', look.window)
    redis.call('ZADD', key('watch:due:' .. look.account), 'XX', string.format('%.0f', look.next_ms), look.member)
  end
end
return 1
