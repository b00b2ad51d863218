function table = parameters()
  %PARAMETERS  The parameter table: name, kind, length, unit, choices, minimum, maximum, default, differentiable,
  % flags (nanoBragg options that set it), sentence.
  nbt.load_library();
  table = nbt_mex('parameters');
end
