// Holds a value against an interface of a type declaration file: the same members, no others, each
// of its type. TypeScript's types are gone when a program runs, so they are read from the text.

import { readFileSync } from 'node:fs';

export class Shapes {
  constructor(file) {
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    this.interfaces = new Map();
    for (const [, name, body] of text.matchAll(/^interface (\w+) \{\n([\s\S]*?)^\}/gm)) {
      const members = [...body.matchAll(/^ {4}(?:readonly )?'?(\w+)'?(\??): (.+);$/gm)];
      this.interfaces.set(name, members.map(([, member, mark, type]) => ({ member, mark, type })));
    }
    this.unions = new Map();
    for (const [, name, type] of text.matchAll(/^type (\w+) = (.+);$/gm)) this.unions.set(name, type);
  }

  check(value, type, path = type) {
    const alternatives = type.split(' | ');
    if (alternatives.length > 1) {
      if (alternatives.some((it) => this.fits(value, it))) return;
      // The complaint of the last one that can be an object says most.
      return this.check(value, alternatives.filter((it) => it !== 'null').at(-1), path);
    }
    const wrong = () => new Error(`${path} is ${JSON.stringify(value)}, not ${type}`);
    const list = /^Array<(.+)>$/.exec(type);
    if (list) {
      if (!Array.isArray(value)) throw wrong();
      value.forEach((item, at) => this.check(item, list[1], `${path}[${at}]`));
    } else if (this.unions.has(type)) {
      this.check(value, this.unions.get(type), path);
    } else if (this.interfaces.has(type)) {
      if (value === null || typeof value !== 'object') throw wrong();
      const members = this.interfaces.get(type);
      const known = new Set(members.map((it) => it.member));
      const unknown = Object.keys(value).filter((it) => !known.has(it));
      if (unknown.length) throw new Error(`${path} has ${unknown}, which ${type} has not`);
      for (const { member, mark, type: inner } of members) {
        if (mark && !(member in value)) continue;
        this.check(value[member], inner, `${path}.${member}`);
      }
    } else if (type.startsWith("'")) {
      if (value !== type.slice(1, -1)) throw wrong();
    } else if (type === 'null') {
      if (value !== null) throw wrong();
    } else if (['string', 'number', 'boolean'].includes(type)) {
      if (typeof value !== type) throw wrong();
    } else if (type !== 'any') {
      throw new Error(`${path} is of the type ${type}, which is not known here`);
    }
  }

  fits(value, type) {
    try {
      this.check(value, type);
      return true;
    } catch {
      return false;
    }
  }
}
