-- Bets per minute and hour. A bet counts from its intent on. An account places one pair at a time, so a bet that
-- reserve has allowed is counted before reserve runs again.
local LONGEST_MS = 3600 * 1000

local function count_bet(account, attempt)
  redis.call('ZADD', key('bets:' .. account), now_ms, attempt)
  redis.call('ZREMRANGEBYSCORE', key('bets:' .. account), '-inf', later_ms(-LONGEST_MS))
  redis.call('PEXPIRE', key('bets:' .. account), LONGEST_MS)
end

-- One more bet is allowed when the oldest of the last `limit` bets leaves the window.
local function too_often(rates)
  for _, rate in ipairs(rates) do
    local begin_ms = later_ms(-rate.window_s * 1000)
    local name = key('bets:' .. rate.account)
    local bets = redis.call('ZCOUNT', name, '(' .. begin_ms, '+inf')
    if bets >= rate.limit then
      local oldest = redis.call('ZREVRANGE', name, rate.limit - 1, rate.limit - 1, 'WITHSCORES')
      local left_s = math.ceil((tonumber(oldest[2]) - tonumber(begin_ms)) / 1000)
      local told = string.format('%s %s: limit %d, is %d', rate.account, rate.control, rate.limit, bets + 1)
      return { rate.control, told, math.max(left_s, 1) }
    end
  end
  return nil
end
