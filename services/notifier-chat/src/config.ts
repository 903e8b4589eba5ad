import { type CommonConfig, commonConfig, commonEnvironment, jsonText } from '@tocsin/notifier-kit';
import { isNetwork } from '@tocsin/platform';
import { z } from 'zod';

const slackWorkspace = z.object({
  /** What addresses call it: `slack:<id>/<member>`. */
  id: z.string().regex(/^[a-z0-9-]{1,32}$/, 'is 1 to 32 of a-z, 0-9 and -'),
  botToken: z.string().min(1, 'is empty'),
  /** Of the app: what its requests to us are signed with. */
  signingSecret: z.string().min(1, 'is empty'),
  /** Signs them as well, while one takes the other's place. */
  alternateSigningSecret: z.string().min(1, 'is empty').optional(),
  /** Where its API is reached instead of slack.com/api. */
  baseUrl: z.url('is not an address').optional(),
});

const workspaces = z
  .array(slackWorkspace)
  .refine((all) => new Set(all.map((one) => one.id)).size === all.length, 'has two workspaces of one id');

/** A Slack workspace with our app in it: each is a provider by itself. */
export type SlackWorkspace = z.infer<typeof slackWorkspace>;

export interface ChatConfig extends CommonConfig {
  slackWorkspaces: SlackWorkspace[];
  /** Networks that people's addresses may lead into although they are private, such as `10.1.0.0/16`. */
  allowedNetworks: string[];
}

const network = z.string().refine(isNetwork, 'is not a network such as 10.1.0.0/16 or fd00::/8');

/** The environment of the notifier of chat messages. */
export const chatEnvironment = commonEnvironment
  .extend({
    SLACK_WORKSPACES: jsonText.pipe(workspaces).default([]),
    CHAT_ALLOWED_NETWORKS: z
      .string()
      .default('')
      .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
      .pipe(z.array(network)),
  })
  .transform(
    (env): ChatConfig => ({
      ...commonConfig(env),
      slackWorkspaces: env.SLACK_WORKSPACES,
      allowedNetworks: env.CHAT_ALLOWED_NETWORKS,
    }),
  );
