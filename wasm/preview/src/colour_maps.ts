// Colour maps of 256 entries. Lightness rises evenly from dark to bright in each, so equal steps look equal and no kind
// of colour vision loses them.

export const mapNames = ['ember', 'viridis', 'cividis', 'grey', 'ink'] as const;
export type MapName = (typeof mapNames)[number];

/** 256 x RGBA, as 32-bit words in the byte order of image data. */
export type Lookup = Uint32Array;

type Colour = readonly [number, number, number];

// viridis and cividis (matplotlib, CC0), at 9 of their 256 entries.
const anchors: Record<'viridis' | 'cividis', readonly Colour[]> = {
  viridis: [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
  ],
  cividis: [
    [0, 34, 78],
    [18, 53, 112],
    [59, 73, 108],
    [87, 93, 109],
    [112, 113, 115],
    [138, 134, 120],
    [165, 156, 116],
    [195, 179, 105],
    [254, 232, 56],
  ],
};

function between(list: readonly Colour[], t: number): Colour {
  const at = t * (list.length - 1);
  const i = Math.min(list.length - 2, Math.floor(at));
  const low = list[i] as Colour;
  const high = list[i + 1] as Colour;
  return [0, 1, 2].map(
    (c) => (low[c] as number) + ((high[c] as number) - (low[c] as number)) * (at - i),
  ) as unknown as Colour;
}

// L*a*b* in its polar form to sRGB (CIE 15). Channels beyond what sRGB shows are cut off.
function fromLightnessChromaHue(lightness: number, chroma: number, hue_deg: number): Colour {
  const hue = (hue_deg * Math.PI) / 180;
  const cubed = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const fy = (lightness + 16) / 116;
  const x = 0.95047 * cubed(fy + (chroma * Math.cos(hue)) / 500);
  const y = cubed(fy);
  const z = 1.08883 * cubed(fy - (chroma * Math.sin(hue)) / 200);
  const linear = [
    3.2406 * x - 1.5372 * y - 0.4986 * z,
    -0.9689 * x + 1.8758 * y + 0.0415 * z,
    0.0557 * x - 0.204 * y + 1.057 * z,
  ];
  return linear.map((v) => {
    const light = Math.min(1, Math.max(0, v));
    return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
  }) as unknown as Colour;
}

const grey = (lightness: number) => fromLightnessChromaHue(lightness, 0, 0);

function colourOf(name: MapName, t: number): Colour {
  if (name === 'grey') return grey(100 * t);
  if (name === 'ink') return grey(100 * (1 - t));
  if (name === 'ember') {
    // Deep blue over violet and orange to pale yellow; chroma is largest in the middle, where sRGB has room for it.
    return fromLightnessChromaHue(3 + 94 * t, 62 * Math.sin(Math.PI * Math.min(1, 0.12 + 0.84 * t)), 285 + 170 * t);
  }
  return between(anchors[name], t);
}

function packed(make: (t: number) => Colour): Lookup {
  const bytes = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; ++i) bytes.set([...make(i / 255), 255], 4 * i);
  return new Uint32Array(bytes.buffer);
}

export function lookup(name: MapName): Lookup {
  return packed((t) => colourOf(name, t));
}

/** For differences: blue below zero, white at zero, orange above. Its ends have the same lightness. */
export function divergingLookup(): Lookup {
  return packed((t) => {
    const away = Math.abs(2 * t - 1);
    return fromLightnessChromaHue(97 - 50 * away, 60 * away, t < 0.5 ? 270 : 55);
  });
}

export function cssGradient(name: MapName): string {
  const stops = Array.from(
    { length: 9 },
    (_, i) =>
      `rgb(${colourOf(name, i / 8)
        .map(Math.round)
        .join(' ')})`,
  );
  return `linear-gradient(to right, ${stops.join(', ')})`;
}
