function raised = expect_error(identifier, words, action)
  %EXPECT_ERROR  ACTION must fail with this identifier and a message that has all WORDS ({}: any).
  if ischar(words), words = {words}; end
  raised = [];
  try
    action();
  catch raised
  end
  expect(~isempty(raised), 'no error from %s, %s was expected', func2str(action), identifier);
  expect(strcmp(raised.identifier, identifier), '%s gave [%s] %s, and %s was expected', func2str(action), ...
         raised.identifier, raised.message, identifier);
  for word = words(:).'
    expect(~isempty(strfind(raised.message, word{1})), 'no "%s" in: %s', word{1}, raised.message);
  end
end
