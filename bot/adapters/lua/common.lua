-- Read before every script. ARGV[1] is the key prefix, ARGV[2] the request as JSON.
-- Time is Redis' own, so that no worker's clock can disagree with another's.
local prefix, request = ARGV[1], cjson.decode(ARGV[2])
local time = redis.call('TIME')
local now_s = tonumber(time[1])
local now_ms = string.format('%.0f', now_s * 1000 + math.floor(tonumber(time[2]) / 1000))

local function key(name)
  return prefix .. name
end

local function later_ms(delay_ms)
  return string.format('%.0f', tonumber(now_ms) + delay_ms)
end

local function announce(announcements)
  for _, event in ipairs(announcements) do
    local position = redis.call(
      'XADD', key('outbox'), '*', 'id', event.id, 'type', event.type, 'time_ms', now_ms, 'data', event.data)
    redis.call('ZADD', key('outbox:due'), now_ms, position)
  end
end

-- An event that belongs to no pair is announced once per key.
local function announce_once(event)
  if redis.call('SET', key('announced:' .. event.key), now_ms, 'NX', 'EX', event.once_s) then
    announce({ event })
    return 1
  end
  return 0
end

-- Answers the entry's position; `audit:of:{pair}` lists the positions of one pair's entries in order.
local function write_audit(entry)
  local position = redis.call('XADD', key('audit'), '*', 'time_ms', now_ms, 'pair', request.pair, 'worker', request.worker,
    'op', request.op, 'what', entry.what, 'state', request.state, 'detail', entry.detail)
  redis.call('RPUSH', key('audit:of:' .. request.pair), position)
  return position
end

-- An index is a sorted set; a member keeps the time at which it first came in.
local function write_indexes(indexes)
  for _, index in ipairs(indexes) do
    if index.present then
      redis.call('ZADD', key(index.name), 'NX', now_ms, index.member)
    else
      redis.call('ZREM', key(index.name), index.member)
    end
  end
end

local function write_pair(version)
  redis.call('HSET', key('pair:' .. request.pair), 'doc', request.doc, 'version', version, 'op', request.op,
    'state', request.state, 'updated_ms', now_ms)
  write_indexes(request.indexes)
  write_audit(request.audit)
end

-- 'fresh' to go on, 'mine' when this very operation was done before and only its reply was lost, else 'moved'.
local function version_check()
  local stored = redis.call('HMGET', key('pair:' .. request.pair), 'version', 'op')
  if stored[2] == request.op then
    return 'mine'
  end
  if tonumber(stored[1]) == request.version then
    return 'fresh'
  end
  return 'moved'
end
