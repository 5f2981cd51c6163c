-- Prepended to reserve: which limit a new pair would exceed. Amounts are whole minor units, so their sums are exact.
local function counted(cap)
  local name = 'open:' .. cap.scope
  if cap.counter ~= 'open' then
    name = cap.counter .. ':' .. cap.scope .. ':' .. today()
  end
  local sum, entries = 0, redis.call('HGETALL', key(name))
  for at = 1, #entries, 2 do
    if string.match(entries[at], '^[^:]+') ~= request.pair then
      sum = sum + tonumber(entries[at + 1])
    end
  end
  return sum
end

local function limited(caps)
  for number, cap in ipairs(caps) do
    local value, is_reached
    if cap.counter == 'result' then
      value = -counted(cap)
      is_reached = value >= cap.limit
    else
      value = counted(cap) + cap.adds
      is_reached = value > cap.limit
    end
    if is_reached then
      return { 'limited', number, string.format('%.0f', value), 86400 - now_s % 86400 }
    end
  end
  return nil
end
