/** An element of a document, with its attributes unescaped; text stands among the children as it was read. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** A document that cannot be used, with Twilio's code for why: 12100 is not XML, 12200 not TwiML. */
export class TwimlError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|[^<]+/gy;

/**
 * Reads the XML 1.0 that TwiML is written in: elements, attributes, text, CDATA, comments and the predefined entities.
 * A document type is refused, as Twilio refuses whitespace before the declaration.
 * @throws TwimlError 12100
 */
export function parseXml(document: string): XmlElement {
  const declaration = /^<\?xml\s[^>]*\?>/.exec(document)?.[0] ?? '';
  const open: { name: string; attributes: Record<string, string>; children: (XmlElement | string)[] }[] = [];
  const top: (XmlElement | string)[] = [];
  token.lastIndex = declaration.length;

  while (token.lastIndex < document.length) {
    const at = token.lastIndex;
    const match = token.exec(document);
    if (!match) throw new TwimlError(12100, `not well-formed at character ${at}: ${document.slice(at, at + 40)}`);
    const [whole, cdata, closing, opening, attributes = '', selfClosing] = match;
    const siblings = open.at(-1)?.children ?? top;
    if (opening !== undefined) {
      const element = { name: opening, attributes: parseAttributes(attributes), children: [] };
      siblings.push(element);
      if (!selfClosing) open.push(element);
    } else if (closing !== undefined) {
      if (open.pop()?.name !== closing) throw new TwimlError(12100, `</${closing}> closes nothing that is open`);
    } else if (cdata !== undefined) siblings.push(cdata);
    else if (!whole.startsWith('<!--')) siblings.push(unescapeXml(whole));
  }

  if (open.length > 0) throw new TwimlError(12100, `<${open.at(-1)?.name}> is not closed`);
  const roots = top.filter((node) => typeof node !== 'string' || node.trim() !== '');
  const root = roots[0];
  if (roots.length !== 1 || root === undefined || typeof root === 'string') {
    throw new TwimlError(12100, 'a document has one root element and no text beside it');
  }
  return root;
}

function parseAttributes(source: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', double, single] of source.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (name in attributes) throw new TwimlError(12100, `the attribute ${name} stands twice`);
    attributes[name] = unescapeXml(double ?? single ?? '');
  }
  return attributes;
}

function unescapeXml(text: string): string {
  return text.replace(/&([^;\s&]*);?/g, (whole, entity: string) => {
    const code = /^#x([0-9a-f]+)$/i.exec(entity)
      ? Number.parseInt(entity.slice(2), 16)
      : Number(/^#(\d+)$/.exec(entity)?.[1]);
    if (whole.endsWith(';')) {
      if (Number.isInteger(code) && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      const character = predefined[entity];
      if (character !== undefined) return character;
    }
    throw new TwimlError(12100, `${whole} is no entity; an ampersand is written &amp;`);
  });
}
