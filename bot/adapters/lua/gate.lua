-- Prepended to reserve and submit: what forbids a bet on an account.
local function halted(account)
  local whitelabel, provider = string.match(account, '^([^:]+):([^:]+):')
  for _, scope in ipairs({ 'all', whitelabel .. ':' .. provider, account }) do
    local causes = redis.call('HGET', key('halts'), scope)
    for _, halt in pairs(causes and cjson.decode(causes) or {}) do
      return scope .. ': ' .. halt.reason
    end
  end
  return nil
end

-- An open breaker stops new pairs only. Returns its reason and the seconds until it is tried again.
local function broken(accounts)
  for _, account in ipairs(accounts) do
    for _, scope in ipairs({ string.match(account, '^[^:]+:[^:]+'), account }) do
      local stored = redis.call('HGET', key('breakers'), scope)
      local opened = stored and cjson.decode(stored).opened
      if opened then
        local left_s = math.ceil((opened.until_ms - tonumber(now_ms)) / 1000)
        return scope .. ': ' .. opened.cause .. ' ' .. opened.reason, math.max(left_s, 1)
      end
    end
  end
  return nil
end

local function lease_problem(account)
  local lease = redis.call('GET', key('lease:' .. account))
  if not lease then
    return 'no worker holds ' .. account
  end
  if lease ~= request.worker .. ' ' .. request.fences[account] then
    return account .. ' is held by another worker'
  end
  return nil
end

local function cooldown_left_s(account)
  local left = redis.call('TTL', key('cooldown:' .. account))
  return left >= 0 and math.max(left, 1) or nil
end
