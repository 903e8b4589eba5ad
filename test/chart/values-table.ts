import { isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, type YAMLMap } from 'yaml';

const BEGIN = '<!-- values -->';
const END = '<!-- /values -->';

/** One value: where it is, what it is by itself, and what values.yaml says of it. */
interface Described {
  at: string;
  default: string;
  about: string;
}

/** A Markdown table of all values, from the comments of values.yaml. A comment on a map is told on its first value. */
export function describeValues(yamlText: string): string {
  const document = parseDocument(yamlText);
  const rows = isMap(document.contents) ? rowsOf(document.contents as YAMLMap<Scalar, unknown>, '') : [];
  const line = ({ at, default: value, about }: Described) => `| \`${at}\` | \`${value}\` | ${about} |`;
  return ['| value | default | |', '| --- | --- | --- |', ...rows.map(line)].join('\n');
}

/** The README with this table in the place of the one that it has. */
export function readmeWith(readme: string, table: string): string {
  const from = readme.indexOf(BEGIN);
  const to = readme.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the README has no ${BEGIN} … ${END}`);
  return `${readme.slice(0, from)}${BEGIN}\n\n${table}\n\n${readme.slice(to)}`;
}

function rowsOf(map: YAMLMap<Scalar, unknown>, prefix: string): Described[] {
  return map.items.flatMap((pair: Pair<Scalar, unknown>, index) => {
    const at = `${prefix}${pair.key.value}`;
    // Before a map's first key, the comment is the map's.
    const own = index === 0 && map.commentBefore ? map.commentBefore : pair.key.commentBefore;
    const about = words(own);
    const { value } = pair;
    if (isMap(value) && value.items.length > 0 && !value.flow) {
      const inside = rowsOf(value as YAMLMap<Scalar, unknown>, `${at}.`);
      const [first, ...rest] = inside;
      return about && first ? [{ ...first, about: [about, first.about].filter(Boolean).join(' ') }, ...rest] : inside;
    }
    return [{ at, default: shown(value), about }];
  });
}

function words(comment: string | null | undefined): string {
  return (comment ?? '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

function shown(value: unknown): string {
  if (isScalar(value)) return JSON.stringify(value.value);
  if (isMap(value) || isSeq(value)) return JSON.stringify(value.toJSON()).replaceAll('|', '\\|');
  return 'null';
}
