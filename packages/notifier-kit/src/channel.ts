import type { Channel as ChannelName } from '@tocsin/domain';
import { Channel } from '@tocsin/proto/roster/v1';

export type { ChannelName };

const CHANNELS: Record<ChannelName, Channel> = {
  sms: Channel.SMS,
  voice: Channel.VOICE,
  push: Channel.PUSH,
  chat: Channel.CHAT,
  email: Channel.EMAIL,
};

export function protoChannel(name: ChannelName): Channel {
  return CHANNELS[name];
}
