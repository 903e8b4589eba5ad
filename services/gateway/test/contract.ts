import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Described {
  operationId: string;
  requestBody?: { content: Record<string, object> };
  responses: Record<string, { content?: Record<string, object>; headers?: Record<string, object> }>;
}

interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** A document held against what is sent and answered. */
export function createContract(document: Record<string, unknown>) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ $id: 'document', ...document });
  const validators = new Map<string, ValidateFunction>();
  const places = new Map<string, { described: Described; pointer: string }>();
  for (const [path, item] of Object.entries(document.paths as Record<string, Record<string, Described>>)) {
    for (const [method, described] of Object.entries(item)) {
      places.set(described.operationId, { described, pointer: `/paths/${pointerPart(path)}/${method}` });
    }
  }

  function validate(pointer: string, value: unknown, what: string): void {
    const known = validators.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
    validators.set(pointer, known);
    if (known(value)) return;
    throw new Error(`${what} is not as the document says: ${ajv.errorsText(known.errors)} in ${JSON.stringify(value)}`);
  }

  function placeOf(id: string) {
    const place = places.get(id);
    if (!place) throw new Error(`the document has no operation ${id}`);
    return place;
  }

  return {
    checkRequest(id: string, body: unknown): void {
      const { described, pointer } = placeOf(id);
      if (!described.requestBody !== (body === undefined))
        throw new Error(`${id}: the document says otherwise of a body`);
      if (body !== undefined) validate(`${pointer}/requestBody/content/application~1json/schema`, body, `${id}'s body`);
    },
    checkAnswer(id: string, { status, headers, body }: Answer): void {
      const { described, pointer } = placeOf(id);
      const response = described.responses[status];
      if (!response) throw new Error(`${id} answered ${status}, which the document does not have`);
      for (const name of Object.keys(response.headers ?? {})) {
        if (!headers.has(name)) throw new Error(`${id} answered ${status} without its header ${name}`);
      }
      const type = headers.get('content-type')?.split(';')[0];
      const types = Object.keys(response.content ?? {});
      if (type === undefined ? types.length > 0 : !types.includes(type)) {
        throw new Error(`${id} answered ${status} as ${type}, the document has ${types.join(', ') || 'no body'}`);
      }
      if (type === undefined) return;
      validate(`${pointer}/responses/${status}/content/${pointerPart(type)}/schema`, body, `${id}'s answer ${status}`);
    },
  };
}

function pointerPart(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
}
