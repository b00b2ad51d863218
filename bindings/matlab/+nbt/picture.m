function rgb = picture(image)
  %PICTURE  uint8 colours of an image on a logarithmic scale: imwrite(nbt.picture(image), 'image.png').
  % It stands upright: rgb(slow, fast, :). It needs no display and no graphics toolkit.
  brightness = log10(max(double(image.'), 0) + 1);
  brightness = brightness / max([brightness(:); realmin]);
  map = hot(256);
  index = 1 + round(255 * brightness);
  rgb = uint8(255 * cat(3, reshape(map(index, 1), size(index)), reshape(map(index, 2), size(index)), ...
                        reshape(map(index, 3), size(index))));
end
