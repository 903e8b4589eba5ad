import { ActionIcon, Button, Card, Group, NumberInput, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import type { FormEvent } from 'react';
import type { Policy } from '../api/roster.ts';
import { DraftBar } from '../roster/draft-bar.tsx';
import { MinutesInput } from '../roster/minutes-input.tsx';
import { NameFields } from '../roster/name-fields.tsx';
import { TargetPicker } from '../roster/target-picker.tsx';
import type { Draft } from '../roster/use-draft.ts';

interface Props {
  draft: Draft<Policy>;
  mayEdit: boolean;
  reload: () => void;
}

/** Layers in their order, how often they are gone through, and who is left when nobody answered. */
export function PolicyForm({ draft, mayEdit, reload }: Props) {
  const { layers, rounds, catchAll, catchAllEveryMs, ackTimeoutMs } = draft.draft;
  const { change, errorAt } = draft;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    draft.save();
  };
  const setLayers = (next: Policy['layers']) => change({ layers: next });
  return (
    <form onSubmit={submit} aria-label="Policy">
      <Stack gap="md">
        {mayEdit && <NameFields draft={draft} />}
        {layers.map((layer, at) => (
          <LayerCard
            key={at}
            at={at}
            count={layers.length}
            layer={layer}
            mayEdit={mayEdit}
            errorAt={errorAt}
            onChange={(next) => setLayers(layers.with(at, next))}
            onMove={(by) => setLayers(swapped(layers, at, at + by))}
            onRemove={() => setLayers(layers.toSpliced(at, 1))}
          />
        ))}
        {mayEdit && (
          <Button
            variant="default"
            onClick={() => setLayers([...layers, { targets: [], tryForMs: layers.at(-1)?.tryForMs ?? 300_000 }])}
          >
            Add a layer
          </Button>
        )}
        <NumberInput
          label="Rounds"
          description="How often the layers are gone through before the catch-all"
          min={1}
          max={100}
          readOnly={!mayEdit}
          value={rounds}
          error={errorAt('rounds')}
          onChange={(value) => change({ rounds: Number(value) })}
        />
        <Card withBorder padding="md" component="section" aria-label="Catch-all">
          <Title order={2} size="h5" mb="xs">
            When nobody answered
          </Title>
          <Stack gap="sm">
            <TargetPicker
              label="Page"
              description="Again and again until somebody answers: a person, or a team with members"
              readOnly={!mayEdit}
              value={catchAll}
              error={errorAt('catchAll')}
              onChange={(targets) => change({ catchAll: targets })}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <MinutesInput
                label="Every"
                readOnly={!mayEdit}
                valueMs={catchAllEveryMs}
                error={errorAt('catchAllEveryMs')}
                onChange={(ms) => change({ catchAllEveryMs: ms })}
              />
              <MinutesInput
                label="Page the owner again after"
                description={ackTimeoutMs === 0 ? 'Never: 0' : 'Of an accepted, unresolved incident'}
                readOnly={!mayEdit}
                valueMs={ackTimeoutMs}
                error={errorAt('ackTimeoutMs')}
                onChange={(ms) => change({ ackTimeoutMs: ms })}
              />
            </SimpleGrid>
          </Stack>
        </Card>
        {mayEdit && <DraftBar draft={draft} what="policy" reload={reload} />}
      </Stack>
    </form>
  );
}

interface LayerProps {
  at: number;
  count: number;
  layer: Policy['layers'][number];
  mayEdit: boolean;
  errorAt: (field: string) => string | undefined;
  onChange: (layer: Policy['layers'][number]) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function LayerCard({ at, count, layer, mayEdit, errorAt, onChange, onMove, onRemove }: LayerProps) {
  const name = `Layer ${at + 1}`;
  return (
    <Card withBorder padding="md" component="section" aria-label={name}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {name}
        </Title>
        {mayEdit && count > 1 && (
          <Group gap={4}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              disabled={at === 0}
              aria-label={`Move ${name} up`}
              onClick={() => onMove(-1)}
            >
              <IconArrowUp size={18} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              disabled={at === count - 1}
              aria-label={`Move ${name} down`}
              onClick={() => onMove(1)}
            >
              <IconArrowDown size={18} />
            </ActionIcon>
            <ActionIcon variant="subtle" color="red" size="lg" aria-label={`Remove ${name}`} onClick={onRemove}>
              <IconTrash size={18} />
            </ActionIcon>
          </Group>
        )}
      </Group>
      <Stack gap="sm">
        <TargetPicker
          label="Page"
          readOnly={!mayEdit}
          value={layer.targets}
          error={errorAt(`layers[${at}].targets`)}
          onChange={(targets) => onChange({ ...layer, targets })}
        />
        <MinutesInput
          label="Try for"
          readOnly={!mayEdit}
          valueMs={layer.tryForMs}
          error={errorAt(`layers[${at}].tryForMs`)}
          onChange={(tryForMs) => onChange({ ...layer, tryForMs })}
        />
        {layer.targets.length === 0 && !mayEdit && <Text c="dimmed">Nobody.</Text>}
      </Stack>
    </Card>
  );
}

function swapped<T>(list: readonly T[], one: number, other: number): T[] {
  return list.with(one, list[other]!).with(other, list[one]!);
}
