function text = version()
  %VERSION  Of the library.
  nbt.load_library();
  text = nbt_mex('version');
end
