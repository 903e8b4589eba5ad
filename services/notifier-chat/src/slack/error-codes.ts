import type { ProviderErrorKind } from '@tocsin/notifier-kit';

/**
 * What Slack's errors mean for us (https://docs.slack.dev/reference/methods/chat.postMessage). `internal_error` and `fatal_error` may
 * come after it was done, as the page says; a code that is not here is this way's failure, and is tried again.
 */
const ERROR_CODES: Record<string, ProviderErrorKind> = {
  access_denied: 'auth',
  account_inactive: 'auth',
  ekm_access_denied: 'auth',
  enterprise_is_restricted: 'auth',
  invalid_auth: 'auth',
  missing_scope: 'auth',
  no_permission: 'auth',
  not_allowed_token_type: 'auth',
  not_authed: 'auth',
  org_login_required: 'auth',
  team_access_not_granted: 'auth',
  token_expired: 'auth',
  token_revoked: 'auth',
  cannot_dm_bot: 'invalid-target',
  channel_not_found: 'invalid-target',
  is_archived: 'invalid-target',
  messages_tab_disabled: 'invalid-target',
  not_in_channel: 'invalid-target',
  restricted_action: 'invalid-target',
  user_disabled: 'invalid-target',
  user_not_found: 'invalid-target',
  user_not_in_channel: 'invalid-target',
  cant_update_message: 'permanent',
  edit_window_closed: 'permanent',
  invalid_arguments: 'permanent',
  invalid_blocks: 'permanent',
  invalid_blocks_format: 'permanent',
  message_not_found: 'permanent',
  msg_too_long: 'permanent',
  no_text: 'permanent',
  message_limit_exceeded: 'rate-limited',
  rate_limited: 'rate-limited',
  ratelimited: 'rate-limited',
  fatal_error: 'unknown',
  internal_error: 'unknown',
  request_timeout: 'temporary',
  service_unavailable: 'temporary',
  team_added_to_org: 'temporary',
};

/** The kind, and a catalogued phrase: what Slack says beside it is left behind. */
export function meaningOf(code: unknown): { kind: ProviderErrorKind; reason: string } {
  const kind = typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code] : undefined;
  if (kind === undefined) return { kind: 'temporary', reason: 'slack-unknown-error' };
  return { kind, reason: `slack-${String(code).replaceAll('_', '-')}` };
}
