import { TwimlError, type XmlElement } from './xml.ts';

/** What parsers of single verbs share: each throws Twilio's 12200 where the document is XML but not the TwiML we speak. */

/** The root's verbs. Text between verbs is no TwiML. */
export function verbsOf(parent: XmlElement): XmlElement[] {
  const verbs: XmlElement[] = [];
  for (const child of parent.children) {
    if (typeof child !== 'string') verbs.push(child);
    else if (child.trim() !== '')
      throw new TwimlError(12200, `text stands beside the verbs of <${parent.name}>: ${child.trim()}`);
  }
  return verbs;
}

export function allowAttributes(element: XmlElement, names: readonly string[]): void {
  for (const name of Object.keys(element.attributes)) {
    if (!names.includes(name)) throw new TwimlError(12200, `<${element.name}> has no attribute ${name}`);
  }
}

/** The text of an element that holds nothing but text. */
export function plainText(element: XmlElement): string {
  return element.children
    .map((child) => {
      if (typeof child === 'string') return child;
      throw new TwimlError(12200, `<${child.name}> does not belong in <${element.name}>`);
    })
    .join('')
    .trim();
}

export function wholeNumber(element: XmlElement, name: string, min: number, fallback: number): number;
export function wholeNumber(element: XmlElement, name: string, min: number): number | undefined;
export function wholeNumber(element: XmlElement, name: string, min: number, fallback?: number): number | undefined {
  const value = element.attributes[name];
  if (value === undefined) return fallback;
  const parsed = Number(value);
  if (!/^\d+$/.test(value) || parsed < min)
    throw new TwimlError(12200, `${name}="${value}" of <${element.name}> is not a whole number of at least ${min}`);
  return parsed;
}

export function httpMethod(element: XmlElement): 'GET' | 'POST' {
  const value = element.attributes.method ?? 'POST';
  if (value !== 'GET' && value !== 'POST')
    throw new TwimlError(12200, `method="${value}" of <${element.name}> is neither GET nor POST`);
  return value;
}
