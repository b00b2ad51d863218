// What was done to a simulation, so that it can be done again in another worker. Calls that a later one replaces are
// forgotten, so that a slider does not fill the memory.

const structure_factor_methods = ['setStructureFactors', 'setStructureFactorGrid'];

function subjectOf(method, args) {
  if (method === 'set' || method === 'setText' || method === 'unset') return args[0];
  if (method === 'setRoi') return 'detector.roi';
  if (structure_factor_methods.includes(method)) return 'structure factors';
  return method;
}

// Whether the calls before `entry` can no longer be reordered with those after it.
function divides(entry, subject) {
  if (entry.method === 'setArguments' || entry.method === 'loadScene') return true;
  // Amplitudes that are not listed get the default at that call.
  return subject === 'structure_factors.default_F' && entry.subject === 'structure factors';
}

export class Journal {
  constructor(entries = []) {
    this.entries = entries;
  }

  copy() {
    return new Journal(this.entries.slice());
  }

  add(method, args) {
    const subject = subjectOf(method, args);
    if (method === 'loadScene') this.entries = [];
    for (let i = this.entries.length - 1; i >= 0 && !divides(this.entries[i], subject); --i) {
      if (this.entries[i].subject === subject) {
        this.entries.splice(i, 1);
        break;
      }
    }
    this.entries.push({ method, args, subject });
  }
}
