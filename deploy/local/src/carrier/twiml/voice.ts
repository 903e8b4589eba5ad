import { allowAttributes, httpMethod, plainText, verbsOf, wholeNumber } from './schema.ts';
import { parseXml, TwimlError, type XmlElement } from './xml.ts';

export type Prompt = { verb: 'Say'; text: string; loop: number } | { verb: 'Pause'; seconds: number };

export interface Gather {
  verb: 'Gather';
  prompts: Prompt[];
  numDigits: number | undefined;
  timeoutSeconds: number;
  finishOnKey: string;
  action: string | undefined;
  method: 'GET' | 'POST';
  actionOnEmptyResult: boolean;
}

export type VoiceVerb =
  | Prompt
  | Gather
  | { verb: 'Redirect'; url: string; method: 'GET' | 'POST' }
  | { verb: 'Hangup' };

/** SSML that Twilio takes inside `<Say>`: it changes how the words sound, not which they are. */
const ssml = new Set(['break', 'emphasis', 'lang', 'p', 'phoneme', 'prosody', 's', 'say-as', 'sub', 'w']);
const maxLoops = 1000;

/**
 * The verbs of a voice document. Verbs, attributes and nesting that this carrier does not carry out are errors, not ignored:
 * a document that only seems to work must not pass a test.
 * @throws TwimlError 12100, 12200
 */
export function parseVoice(document: string): VoiceVerb[] {
  const root = parseXml(document);
  if (root.name !== 'Response') throw new TwimlError(12100, `the root is <${root.name}>, not <Response>`);
  allowAttributes(root, []);
  return verbsOf(root).map(parseVerb);
}

function parseVerb(element: XmlElement): VoiceVerb {
  switch (element.name) {
    case 'Gather':
      return parseGather(element);
    case 'Redirect': {
      allowAttributes(element, ['method']);
      const url = plainText(element);
      if (url === '') throw new TwimlError(12200, '<Redirect> holds no URL');
      return { verb: 'Redirect', url, method: httpMethod(element) };
    }
    case 'Hangup':
      allowAttributes(element, []);
      if (plainText(element) !== '') throw new TwimlError(12200, '<Hangup> is empty');
      return { verb: 'Hangup' };
    default:
      return parsePrompt(element, 'Response');
  }
}

function parsePrompt(element: XmlElement, parent: string): Prompt {
  switch (element.name) {
    case 'Say': {
      allowAttributes(element, ['voice', 'language', 'loop']);
      const text = spokenText(element).replace(/\s+/g, ' ').trim();
      if (text === '') throw new TwimlError(12200, '<Say> holds no words');
      const loop = wholeNumber(element, 'loop', 0, 1);
      return { verb: 'Say', text, loop: loop === 0 ? maxLoops : Math.min(loop, maxLoops) };
    }
    case 'Pause':
      allowAttributes(element, ['length']);
      if (plainText(element) !== '') throw new TwimlError(12200, '<Pause> is empty');
      return { verb: 'Pause', seconds: wholeNumber(element, 'length', 1, 1) };
    default:
      throw new TwimlError(12200, `<${element.name}> is not carried out inside <${parent}>`);
  }
}

function parseGather(element: XmlElement): Gather {
  allowAttributes(element, ['input', 'numDigits', 'timeout', 'finishOnKey', 'action', 'method', 'actionOnEmptyResult']);
  const { input = 'dtmf', finishOnKey = '#', action, actionOnEmptyResult = 'false' } = element.attributes;
  if (input !== 'dtmf') throw new TwimlError(12200, `input="${input}" of <Gather> is not carried out: only dtmf is`);
  if (!/^[0-9*#]?$/.test(finishOnKey))
    throw new TwimlError(12200, `finishOnKey="${finishOnKey}" of <Gather> is no key`);
  if (actionOnEmptyResult !== 'true' && actionOnEmptyResult !== 'false') {
    throw new TwimlError(12200, `actionOnEmptyResult="${actionOnEmptyResult}" of <Gather> is neither true nor false`);
  }
  return {
    verb: 'Gather',
    prompts: verbsOf(element).map((child) => parsePrompt(child, 'Gather')),
    numDigits: wholeNumber(element, 'numDigits', 1),
    timeoutSeconds: wholeNumber(element, 'timeout', 0, 5),
    finishOnKey,
    action,
    method: httpMethod(element),
    actionOnEmptyResult: actionOnEmptyResult === 'true',
  };
}

function spokenText(element: XmlElement): string {
  return element.children
    .map((child) => {
      if (typeof child === 'string') return child;
      if (!ssml.has(child.name)) throw new TwimlError(12200, `<${child.name}> does not belong in <Say>`);
      if (child.name === 'sub') return child.attributes.alias ?? spokenText(child);
      return child.name === 'break' ? ' ' : spokenText(child);
    })
    .join('');
}
