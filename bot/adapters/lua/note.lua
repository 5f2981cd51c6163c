-- Adds an entry to a pair's audit without changing the pair.
if redis.call('SET', key('noted:' .. request.op), 1, 'NX', 'EX', 3600) then
  write_audit(request.audit)
end
return 1
