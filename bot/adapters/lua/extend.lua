-- Extends (ttl_ms > 0) or releases (ttl_ms = 0) the keys of a token; returns how many of them it still held.
local own = 0
for _, name in ipairs(request.names) do
  if redis.call('GET', key(name)) == request.token then
    own = own + 1
    redis.call('PEXPIRE', key(name), request.ttl_ms)
  end
end
return own
