function list = devices()
  %DEVICES  What a run can take place on: name (for execution.device), description, available, reason, other_names.
  nbt.load_library();
  list = nbt_mex('devices');
end
