import { Badge } from '@mantine/core';
import type { Severity } from '../api/types.ts';
import { severityColour } from '../theme.ts';

export function SeverityBadge({ severity, size = 'md' }: { severity: Severity; size?: 'sm' | 'md' | 'lg' }) {
  return (
    <Badge color={severityColour[severity]} variant={severity === 'critical' ? 'filled' : 'light'} size={size}>
      {severity}
    </Badge>
  );
}
