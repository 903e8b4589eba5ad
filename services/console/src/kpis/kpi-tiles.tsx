import { Paper, SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import type { KpiDefinition, KpiStatistics, Kpis } from '../api/kpis.ts';
import { count, figure, span } from './kpi-words.ts';

/** Those that a duty manager asks for first. */
const HEADLINES = [
  'incidents',
  'time-to-first-page',
  'time-to-acknowledge',
  'time-to-resolve',
  'pages-answered',
  'pages-unanswered',
  'interrupted-nights',
  'coverage-gaps',
];

interface Props {
  now: Kpis;
  before: Kpis | undefined;
  chosen: string;
  choose(kpi: string): void;
}

/** The headlines, each with what it was in the range before. Pressing one shows it in depth. */
export function KpiTiles({ now, before, chosen, choose }: Props) {
  const shown = HEADLINES.flatMap((id) => now.definitions.filter((one) => one.id === id));
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm">
      {shown.map((kpi) => (
        <Tile
          key={kpi.id}
          kpi={kpi}
          now={totalOf(now, kpi.id)}
          before={totalOf(before, kpi.id)}
          pages={totalOf(now, 'pages')?.n ?? 0}
          isChosen={kpi.id === chosen}
          choose={() => choose(kpi.id)}
        />
      ))}
    </SimpleGrid>
  );
}

function totalOf(kpis: Kpis | undefined, id: string): KpiStatistics | undefined {
  return kpis?.series.find(({ kpi }) => kpi === id)?.total;
}

interface TileProps {
  kpi: KpiDefinition;
  now: KpiStatistics | undefined;
  before: KpiStatistics | undefined;
  pages: number;
  isChosen: boolean;
  choose(): void;
}

function Tile({ kpi: { id, title, unit }, now, before, pages, isChosen, choose }: TileProps) {
  const main = (one: KpiStatistics | undefined) => (unit === 'ms' ? (one?.median ?? null) : (one?.n ?? null));
  const was = main(before);
  const beside = besideOf(id, now, pages);
  return (
    <UnstyledButton onClick={choose} aria-pressed={isChosen} style={{ borderRadius: 'var(--mantine-radius-md)' }}>
      <Paper
        withBorder
        p="sm"
        h="100%"
        style={isChosen ? { boxShadow: 'inset 0 0 0 2px var(--mantine-primary-color-filled)' } : undefined}
      >
        <Text size="sm" c="dimmed">
          {title}
        </Text>
        <Text fz={{ base: 22, sm: 26 }} fw={700} lh={1.3} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {figure(unit, main(now))}
        </Text>
        <Text size="sm" c="dimmed">
          {[beside, was !== null && `was ${figure(unit, was)}`].filter(Boolean).join(' · ')}
        </Text>
      </Paper>
    </UnstyledButton>
  );
}

/** What a number says more with: of durations how the slow ones are, of answers how many there could have been. */
function besideOf(id: string, now: KpiStatistics | undefined, pages: number): string {
  if (!now) return '';
  if (now.p90 !== null && id !== 'pages-per-incident') return `p90 ${span(now.p90)}`;
  if (id.startsWith('pages-') && pages > 0) return `${Math.round((now.n / pages) * 100)}% of ${count(pages)}`;
  return '';
}
