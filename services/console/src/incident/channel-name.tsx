import { Group, Text } from '@mantine/core';
import { IconBell, IconDeviceMobileMessage, IconMail, IconMessages, IconPhone } from '@tabler/icons-react';

const CHANNELS = {
  voice: { Icon: IconPhone, words: 'Call' },
  sms: { Icon: IconDeviceMobileMessage, words: 'SMS' },
  push: { Icon: IconBell, words: 'Push' },
  chat: { Icon: IconMessages, words: 'Chat' },
  email: { Icon: IconMail, words: 'Mail' },
} as const;

export function ChannelName({ channel }: { channel: string }) {
  const { Icon, words } = CHANNELS[channel as keyof typeof CHANNELS] ?? { Icon: IconBell, words: channel };
  return (
    <Group gap={6} wrap="nowrap" w={68} style={{ flexShrink: 0 }}>
      <Icon size={16} aria-hidden />
      <Text size="sm">{words}</Text>
    </Group>
  );
}
