-- Extends (ttl_ms > 0) or gives back (ttl_ms = 0) what a token holds; answers how many of the keys were still its own.
local own = 0
for _, name in ipairs(request.names) do
  if redis.call('GET', key(name)) == request.token then
    own = own + 1
    redis.call('PEXPIRE', key(name), request.ttl_ms)
  end
end
return own
