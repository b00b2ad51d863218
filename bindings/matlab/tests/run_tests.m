function run_tests(file)
  %RUN_TESTS  Runs the tests of FILE, says which failed and why, and exits with 1 if one did. FILE is a function that
  % gives its functions (localfunctions), of which those named test_... are run, or rows of a name and a function.
  warning('off', 'nbt:warning');
  tests = feval(file);
  if columns(tests) == 1
    names = cellfun(@func2str, tests, 'UniformOutput', false);
    tests = [names, tests](strncmp(names, 'test_', 5), :);
  end
  failed = 0;
  for test = tests.'
    try
      test{2}();
      printf('ok      %s\n', test{1});
    catch raised
      failed = failed + 1;
      printf('FAILED  %s: [%s] %s\n', test{1}, raised.identifier, raised.message);
      for frame = raised.stack(:).', printf('          %s:%d\n', frame.name, frame.line); end
    end
  end
  printf('%d tests, %d failed\n', rows(tests), failed);
  exit(failed > 0 || rows(tests) == 0);
end
