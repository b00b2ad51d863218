// Space groups of the menu: their operators, and what their crystal system says of the cell.

export type System = 'triclinic' | 'monoclinic' | 'orthorhombic' | 'tetragonal' | 'hexagonal' | 'cubic';

interface GroupRow {
  readonly name: string;
  readonly system: System;
  readonly generators: string;
}

// Generators as in International Tables A; groups of chiral molecules that are frequent in practice, R groups on
// hexagonal axes.
const body = 'x+1/2,y+1/2,z+1/2';
const faces = 'x,y+1/2,z+1/2; x+1/2,y,z+1/2';
const twofolds = '-x,-y,z; -x,y,-z';
const group = (name: string, system: System, ...generators: string[]): GroupRow => ({
  name,
  system,
  generators: generators.join('; '),
});

export const spaceGroups: readonly GroupRow[] = [
  group('P 1', 'triclinic'),
  group('P 1 2 1', 'monoclinic', '-x,y,-z'),
  group('P 1 21 1', 'monoclinic', '-x,y+1/2,-z'),
  group('C 1 2 1', 'monoclinic', '-x,y,-z; x+1/2,y+1/2,z'),
  group('P 2 2 2', 'orthorhombic', twofolds),
  group('P 21 21 2', 'orthorhombic', '-x,-y,z; -x+1/2,y+1/2,-z'),
  group('P 21 21 21', 'orthorhombic', '-x+1/2,-y,z+1/2; -x,y+1/2,-z+1/2'),
  group('C 2 2 21', 'orthorhombic', '-x,-y,z+1/2; -x,y,-z+1/2; x+1/2,y+1/2,z'),
  group('I 2 2 2', 'orthorhombic', twofolds, body),
  group('F 2 2 2', 'orthorhombic', twofolds, faces),
  group('P 4 2 2', 'tetragonal', '-y,x,z; -x,y,-z'),
  group('P 41 21 2', 'tetragonal', '-y+1/2,x+1/2,z+1/4; -x+1/2,y+1/2,-z+1/4'),
  group('P 43 21 2', 'tetragonal', '-y+1/2,x+1/2,z+3/4; -x+1/2,y+1/2,-z+3/4'),
  group('I 4 2 2', 'tetragonal', '-y,x,z; -x,y,-z', body),
  group('I 41 2 2', 'tetragonal', '-y,x+1/2,z+1/4; -x+1/2,y,-z+3/4', body),
  group('P 31 2 1', 'hexagonal', '-y,x-y,z+1/3; y,x,-z'),
  group('P 32 2 1', 'hexagonal', '-y,x-y,z+2/3; y,x,-z'),
  group('R 3', 'hexagonal', '-y,x-y,z; x+2/3,y+1/3,z+1/3'),
  group('R 3 2', 'hexagonal', '-y,x-y,z; y,x,-z; x+2/3,y+1/3,z+1/3'),
  group('P 63', 'hexagonal', 'x-y,x,z+1/2'),
  group('P 61 2 2', 'hexagonal', 'x-y,x,z+1/6; y,x,-z+1/3'),
  group('P 65 2 2', 'hexagonal', 'x-y,x,z+5/6; y,x,-z+2/3'),
  group('P 2 3', 'cubic', twofolds, 'z,x,y'),
  group('P 21 3', 'cubic', '-x+1/2,-y,z+1/2; -x,y+1/2,-z+1/2; z,x,y'),
  group('F 2 3', 'cubic', twofolds, 'z,x,y', faces),
  group('I 2 3', 'cubic', twofolds, 'z,x,y', body),
  group('P 4 3 2', 'cubic', twofolds, 'z,x,y; y,x,-z'),
  group('F 4 3 2', 'cubic', twofolds, 'z,x,y; y,x,-z', faces),
  group('I 4 3 2', 'cubic', twofolds, 'z,x,y; y,x,-z', body),
];

/** x' = R x + t: R row by row, t in 24ths of the cell. */
export interface Operator {
  readonly rotation: readonly number[];
  readonly shift: readonly number[];
}

const steps = 24;

function readTriplet(triplet: string): Operator {
  const rotation = new Array<number>(9).fill(0);
  const shift = [0, 0, 0];
  triplet.split(',').forEach((expression, row) => {
    for (const [, sign, term] of expression.matchAll(/([+-]?)\s*(\d\/\d|[xyz])/g)) {
      const factor = sign === '-' ? -1 : 1;
      const column = 'xyz'.indexOf(term as string);
      if (column >= 0) rotation[3 * row + column] = factor;
      else shift[row] = (factor * steps * Number((term as string)[0])) / Number((term as string)[2]);
    }
  });
  return { rotation, shift: shift.map(wrapped) };
}

const wrapped = (shift: number) => ((shift % steps) + steps) % steps;

function product(a: Operator, b: Operator): Operator {
  const rotation = Array.from({ length: 9 }, (_, i) => {
    const [row, column] = [Math.floor(i / 3), i % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (a.rotation[3 * row + k] ?? 0) * (b.rotation[3 * k + column] ?? 0), 0);
  });
  const shift = [0, 1, 2].map((row) =>
    wrapped([0, 1, 2].reduce((sum, k) => sum + (a.rotation[3 * row + k] ?? 0) * (b.shift[k] ?? 0), a.shift[row] ?? 0)),
  );
  return { rotation, shift };
}

const rowOf = (name: string): GroupRow => spaceGroups.find((row) => row.name === name) ?? (spaceGroups[0] as GroupRow);

/** All operators of a group, centring included. */
export function operatorsOf(name: string): Operator[] {
  const generators = rowOf(name)
    .generators.split(';')
    .filter((text) => text.trim())
    .map(readTriplet);
  const found = new Map<string, Operator>();
  const add = (operator: Operator) => {
    const key = JSON.stringify(operator);
    if (found.has(key)) return;
    found.set(key, operator);
    for (const generator of generators) add(product(operator, generator));
  };
  add(readTriplet('x,y,z'));
  return [...found.values()];
}

export const systemOf = (name: string): System => rowOf(name).system;

/** The name in the menu of a symbol as files write it: "P 21 21 21", "P212121"; null where the menu has none. */
export function groupNamed(symbol: string): string | null {
  const plain = (text: string) => text.replace(/[\s:]+|H$/g, '');
  return spaceGroups.find((row) => plain(row.name) === plain(symbol))?.name ?? null;
}

/** Which edge or angle each of the six follows: an index of a, b, c, alpha, beta, gamma, or a fixed angle. */
export function cellRule(system: System): readonly { readonly follows?: number; readonly fixed_deg?: number }[] {
  const right = { fixed_deg: 90 };
  switch (system) {
    case 'triclinic':
      return [{}, {}, {}, {}, {}, {}];
    case 'monoclinic':
      return [{}, {}, {}, right, {}, right];
    case 'orthorhombic':
      return [{}, {}, {}, right, right, right];
    case 'tetragonal':
      return [{}, { follows: 0 }, {}, right, right, right];
    case 'hexagonal':
      return [{}, { follows: 0 }, {}, right, right, { fixed_deg: 120 }];
    case 'cubic':
      return [{}, { follows: 0 }, { follows: 0 }, right, right, right];
  }
}

/** The cell that the crystal system allows, with a (and c) as given. */
export function allowedCell(system: System, cell: readonly number[]): number[] {
  return cellRule(system).map(({ follows, fixed_deg }, i) => fixed_deg ?? cell[follows ?? i] ?? 90);
}
