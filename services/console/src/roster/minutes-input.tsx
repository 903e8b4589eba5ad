import { NumberInput } from '@mantine/core';

interface Props {
  label: string;
  description?: string;
  valueMs: number;
  error?: string | undefined;
  readOnly?: boolean;
  onChange: (ms: number) => void;
}

const MINUTE = 60_000;

/** How long, in minutes. */
export function MinutesInput({ valueMs, onChange, ...rest }: Props) {
  return (
    <NumberInput
      {...rest}
      suffix=" min"
      min={0}
      decimalScale={2}
      value={valueMs / MINUTE}
      onChange={(minutes) => onChange(Math.round(Number(minutes) * MINUTE))}
    />
  );
}
