import { allowAttributes, plainText, verbsOf } from './schema.ts';
import { parseXml, TwimlError, type XmlElement } from './xml.ts';

/**
 * The texts that a messaging document sends back, in order.
 * @throws TwimlError 12100, 12200
 */
export function parseMessaging(document: string): string[] {
  const root = parseXml(document);
  if (root.name !== 'Response') throw new TwimlError(12100, `the root is <${root.name}>, not <Response>`);
  allowAttributes(root, []);
  return verbsOf(root).map((verb) => {
    if (verb.name !== 'Message')
      throw new TwimlError(12200, `<${verb.name}> is not carried out in answer to a message`);
    allowAttributes(verb, []);
    const text = bodyOf(verb);
    if (text === '') throw new TwimlError(12200, '<Message> holds no text');
    return text;
  });
}

/** Twilio takes the text either bare or in `<Body>`. */
function bodyOf(message: XmlElement): string {
  const bodies = message.children.filter((child) => typeof child !== 'string');
  if (bodies.length === 0) return plainText(message);
  if (bodies.length > 1 || bodies[0]?.name !== 'Body')
    throw new TwimlError(12200, '<Message> holds one <Body> or bare text');
  verbsOf(message);
  return plainText(bodies[0]);
}
