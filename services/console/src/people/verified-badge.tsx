import { Badge } from '@mantine/core';

export function VerifiedBadge({ verifiedAt }: { verifiedAt: string | null }) {
  return (
    <Badge size="sm" variant={verifiedAt === null ? 'default' : 'light'} color="green">
      {verifiedAt === null ? 'not verified' : 'verified'}
    </Badge>
  );
}
