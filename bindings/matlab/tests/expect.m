function expect(condition, varargin)
  %EXPECT  An error with the message (a format and its values) where the condition does not hold.
  if ~all(condition(:)), error('test:failed', varargin{:}); end
end
