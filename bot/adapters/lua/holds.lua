-- Returns 1 if the worker holds all of these leases, under its fences.
for account, fence in pairs(request.fences) do
  if redis.call('GET', lease_of(account)) ~= held_by(request.worker, fence) then
    return 0
  end
end
return 1
