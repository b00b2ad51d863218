// Command lines as a POSIX shell reads and writes them, without anything that a shell would do beyond splitting.
import { invalid } from './errors.js';

const blanks = /[ \t\r\n]/;
const acted_upon = /[|&;<>()$`*?[]/; // by a shell, where they are not quoted
const acted_upon_first = /[#~]/; // ... at the start of a word
const acted_upon_in_quotes = /[$`]/;
const needs_quotes = /[^A-Za-z0-9_%+,./:=@-]/;

// Goes through the text letter by letter; a word may be made of quoted and bare parts.
class Splitter {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.words = [];
    this.word = null; // null between words; '' is a word, too
  }

  split() {
    while (this.at < this.text.length) this.#step();
    this.#endWord();
    return this.words;
  }

  #step() {
    const start = this.at;
    const letter = this.text[this.at++];
    if (blanks.test(letter)) this.#endWord();
    else if (letter === "'") this.#add(this.#upTo("'", start));
    else if (letter === '"') this.#doubleQuoted(start);
    else if (letter === '\\') this.#escaped();
    else if (this.#isActedUpon(letter)) throw this.#error(start, `a shell would act upon ${letter}: put it in quotes`);
    else this.#add(letter);
  }

  #isActedUpon(letter) {
    return acted_upon.test(letter) || (this.word === null && acted_upon_first.test(letter));
  }

  #escaped() {
    if (this.text.startsWith('\r\n', this.at)) this.at += 2;
    else if (this.text[this.at] === '\n') ++this.at;
    else if (this.at === this.text.length) throw this.#error(this.at - 1, 'nothing follows the backslash');
    else this.#add(this.text[this.at++]);
  }

  #doubleQuoted(start) {
    this.#add('');
    for (;;) {
      if (this.at >= this.text.length) throw this.#error(start, 'the quote " is not closed');
      const letter = this.text[this.at++];
      if (letter === '"') return;
      if (acted_upon_in_quotes.test(letter)) {
        throw this.#error(this.at - 1, `a shell would act upon ${letter}, also between double quotes`);
      }
      if (letter === '\\' && /["\\$`\n]/.test(this.text[this.at] ?? '')) this.#escaped();
      else this.#add(letter);
    }
  }

  #upTo(quote, start) {
    const end = this.text.indexOf(quote, this.at);
    if (end < 0) throw this.#error(start, `the quote ${quote} is not closed`);
    const part = this.text.slice(this.at, end);
    this.at = end + 1;
    return part;
  }

  #add(part) {
    this.word = (this.word ?? '') + part;
  }

  #endWord() {
    if (this.word !== null) this.words.push(this.word);
    this.word = null;
  }

  #error(position, reason) {
    const before = this.text.slice(0, position).split('\n');
    return invalid(`command line, line ${before.length}, column ${before.at(-1).length + 1}: ${reason}`);
  }
}

export function splitCommandLine(text) {
  if (typeof text !== 'string') throw invalid(`a command line must be a string, not ${typeof text}`);
  return new Splitter(text).split();
}

export function quoteArguments(list) {
  if (!Array.isArray(list)) throw invalid('arguments must be an array of strings');
  return list.map((argument, i) => quoted(argument, `arguments[${i}]`)).join(' ');
}

function quoted(argument, what) {
  if (typeof argument !== 'string') throw invalid(`${what} must be a string, not ${typeof argument}`);
  if (argument !== '' && !needs_quotes.test(argument)) return argument;
  return `'${argument.replaceAll("'", "'\\''")}'`;
}
