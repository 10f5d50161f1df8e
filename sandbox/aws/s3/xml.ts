import { malformedXml } from './errors.ts';

/** What an element holds: text, further elements, or nothing at all (undefined leaves the element out). */
export type XmlValue = string | number | boolean | undefined | readonly XmlField[];
export type XmlField = readonly [name: string, value: XmlValue];

/** Control characters go out as character references, as S3 sends them, so that a key survives where parsers allow it. */
const escapeText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be replaced
  text.replace(/[&<>"\u0000-\u001f\u007f]/g, (character) => {
    switch (character) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '"':
        return '&quot;';
      default:
        return `&#x${character.charCodeAt(0).toString(16)};`;
    }
  });

const render = ([name, value]: XmlField): string => {
  if (value === undefined) return '';
  const inner = Array.isArray(value) ? value.map(render).join('') : escapeText(String(value));
  return `<${name}>${inner}</${name}>`;
};

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An answer's document, in S3's name space. */
export const xmlDocument = (root: string, fields: readonly XmlField[]): string =>
  `${HEAD}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${fields.map(render).join('')}</${root}>`;

/** S3 answers GetBucketLocation with text in the root, and errors without a name space. */
export const xmlText = (root: string, text: string): string =>
  `${HEAD}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${escapeText(text)}</${root}>`;
export const xmlError = (fields: readonly XmlField[]): string => `${HEAD}${render(['Error', fields])}`;

export interface XmlNode {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlNode[];
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const unescapeText = (text: string): string =>
  text.replace(/&([^;]{0,10});?/g, (_whole, entity: string) => {
    const numbered = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(entity);
    const codePoint = numbered ? Number.parseInt(numbered[1] ?? numbered[2] ?? '', numbered[1] ? 16 : 10) : Number.NaN;
    if (codePoint <= 0x10ffff) return String.fromCodePoint(codePoint);
    const named = Object.hasOwn(NAMED, entity) ? NAMED[entity] : undefined;
    if (named === undefined) throw malformedXml();
    return named;
  });

const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/([\w:.-]+)\s*>|<([\w:.-]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/y;

/**
 * The root element of a request's body. Attributes are dropped and name-space prefixes kept, for S3's requests use neither.
 * Throws MalformedXML; document types (and so entity definitions) are refused.
 */
export const parseXml = (source: string): XmlNode => {
  interface Open {
    name: string;
    text: string;
    children: XmlNode[];
  }
  const top: Open = { name: '', text: '', children: [] };
  const open: Open[] = [top];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    const inside = open.at(-1);
    if (!match || !inside) throw malformedXml();
    const [, cdata, closing, opening, selfClosing, text] = match;
    if (cdata !== undefined) inside.text += cdata;
    else if (text !== undefined) inside.text += unescapeText(text);
    else if (opening !== undefined) {
      const node: Open = { name: opening, text: '', children: [] };
      inside.children.push(node);
      if (!selfClosing) open.push(node);
    } else if (closing !== undefined) {
      if (inside.name !== closing) throw malformedXml();
      open.pop();
    }
  }
  const root = top.children[0];
  if (open.length !== 1 || !root || top.children.length !== 1 || top.text.trim() !== '') throw malformedXml();
  return root;
};

export const childrenOf = (node: XmlNode, name: string): readonly XmlNode[] =>
  node.children.filter((child) => child.name === name);

export const childOf = (node: XmlNode, name: string): XmlNode | undefined =>
  node.children.find((child) => child.name === name);

/** The text of a child element, undefined when there is none. */
export const textOf = (node: XmlNode, name: string): string | undefined => childOf(node, name)?.text;
