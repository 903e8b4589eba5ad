import type { AnyOperation } from '../operations/operation.ts';
import { listAlerts } from './alerts/list-alerts.ts';
import { showAlert } from './alerts/show-alert.ts';
import { exportAuditEntries } from './audit/export-entries.ts';
import { listAuditEntries } from './audit/list-entries.ts';
import { sendCode } from './contact-methods/send-code.ts';
import { showContactMethodTest } from './contact-methods/show-test.ts';
import { testContactMethod } from './contact-methods/test-contact-method.ts';
import { verifyContactMethod } from './contact-methods/verify-contact-method.ts';
import { putDevice } from './devices/put-device.ts';
import { removeDevice } from './devices/remove-device.ts';
import { showDevice } from './devices/show-device.ts';
import { acceptIncident } from './incidents/commands/accept.ts';
import { escalateIncident } from './incidents/commands/escalate.ts';
import { noteOnIncident } from './incidents/commands/note.ts';
import { reassignIncident } from './incidents/commands/reassign.ts';
import { rejectIncident } from './incidents/commands/reject.ts';
import { resolveIncident } from './incidents/commands/resolve.ts';
import { setSeverity } from './incidents/commands/severity.ts';
import { snoozeIncident } from './incidents/commands/snooze.ts';
import { summonToIncident } from './incidents/commands/summon.ts';
import { listIncidentAlerts } from './incidents/list-incident-alerts.ts';
import { listIncidents } from './incidents/list-incidents.ts';
import { listLog } from './incidents/list-log.ts';
import { showIncident } from './incidents/show-incident.ts';
import { summariseIncidents } from './incidents/summarise-incidents.ts';
import { createIntegration } from './integrations/create-integration.ts';
import { disableIntegration } from './integrations/disable-integration.ts';
import { listIntegrations } from './integrations/list-integrations.ts';
import { rotateIntegrationKey } from './integrations/rotate-key.ts';
import { showIntegration } from './integrations/show-integration.ts';
import { testIntegration } from './integrations/test-integration.ts';
import { updateIntegration } from './integrations/update-integration.ts';
import { createKey } from './keys/create-key.ts';
import { listKeys } from './keys/list-keys.ts';
import { revokeKey } from './keys/revoke-key.ts';
import { queryKpis } from './kpis/query-kpis.ts';
import { setKpiClock } from './kpis/set-clock.ts';
import { showKpiClock } from './kpis/show-clock.ts';
import { followLive } from './live/follow-live.ts';
import { addPasskey } from './me/add-passkey.ts';
import { addTotp } from './me/add-totp.ts';
import { beginOwnPasskey } from './me/begin-passkey.ts';
import { beginTotp } from './me/begin-totp.ts';
import { changePassword } from './me/change-password.ts';
import { listPasskeys } from './me/list-passkeys.ts';
import { renewRecoveryCodes } from './me/recovery-codes.ts';
import { removePasskey } from './me/remove-passkey.ts';
import { removeTotp } from './me/remove-totp.ts';
import { showMe } from './me/show-me.ts';
import { signOut } from './me/sign-out.ts';
import { showDocument } from './meta/show-document.ts';
import { showOnCall } from './on-call/show-on-call.ts';
import { createOrganisation } from './organisation/create-organisation.ts';
import { showOrganisation } from './organisation/show-organisation.ts';
import { updateOrganisation } from './organisation/update-organisation.ts';
import { people } from './people/people-operations.ts';
import { dryRunPolicy } from './policies/dry-run.ts';
import { policies } from './policies/policy-operations.ts';
import { answerPage } from './push/answer-page.ts';
import { tellShown } from './push/tell-shown.ts';
import { createOverride } from './schedules/create-override.ts';
import { deleteOverride } from './schedules/delete-override.ts';
import { listShifts } from './schedules/list-shifts.ts';
import { schedules } from './schedules/schedule-operations.ts';
import { listSessions } from './sessions/list-sessions.ts';
import { revokeSession } from './sessions/revoke-session.ts';
import { createFirstUser } from './setup/create-first-user.ts';
import { acceptInvitation } from './sign-in/accept-invitation.ts';
import { beginOidc } from './sign-in/begin-oidc.ts';
import { beginPasskey } from './sign-in/begin-passkey.ts';
import { finishOidc } from './sign-in/finish-oidc.ts';
import { listMethods } from './sign-in/list-methods.ts';
import { withPasskey } from './sign-in/with-passkey.ts';
import { withPassword } from './sign-in/with-password.ts';
import { withSecondFactor } from './sign-in/with-second-factor.ts';
import { teams } from './teams/team-operations.ts';
import { endUserSessions } from './users/end-user-sessions.ts';
import { inviteUser } from './users/invite-user.ts';
import { listUsers } from './users/list-users.ts';
import { reinviteUser } from './users/reinvite-user.ts';
import { showUser } from './users/show-user.ts';
import { updateUser } from './users/update-user.ts';
import { createWebhook } from './webhooks/create-webhook.ts';
import { deleteWebhook } from './webhooks/delete-webhook.ts';
import { listWebhookDeliveries } from './webhooks/list-deliveries.ts';
import { listWebhooks } from './webhooks/list-webhooks.ts';
import { replayWebhook, replayWebhookDelivery } from './webhooks/replay.ts';
import { rotateWebhookSecret } from './webhooks/rotate-secret.ts';
import { showWebhook } from './webhooks/show-webhook.ts';
import { testWebhook } from './webhooks/test-webhook.ts';
import { updateWebhook } from './webhooks/update-webhook.ts';

/** The API. What is not in this list does not exist; the document has it in this order. */
export const operations: readonly AnyOperation[] = [
  // Who comes, and who is there
  createFirstUser,
  listMethods,
  withPassword,
  withSecondFactor,
  beginPasskey,
  withPasskey,
  beginOidc,
  finishOidc,
  acceptInvitation,
  showMe,
  signOut,
  changePassword,
  beginTotp,
  addTotp,
  removeTotp,
  renewRecoveryCodes,
  listPasskeys,
  beginOwnPasskey,
  addPasskey,
  removePasskey,
  listSessions,
  revokeSession,
  showDevice,
  putDevice,
  removeDevice,
  // What happens, and who has it
  listIncidents,
  summariseIncidents,
  showIncident,
  listLog,
  listIncidentAlerts,
  acceptIncident,
  rejectIncident,
  resolveIncident,
  escalateIncident,
  reassignIncident,
  summonToIncident,
  snoozeIncident,
  setSeverity,
  noteOnIncident,
  listAlerts,
  showAlert,
  showOnCall,
  followLive,
  answerPage,
  tellShown,
  // Who is paged, and when
  ...Object.values(policies),
  dryRunPolicy,
  ...Object.values(schedules),
  listShifts,
  createOverride,
  deleteOverride,
  ...Object.values(people),
  sendCode,
  verifyContactMethod,
  testContactMethod,
  showContactMethodTest,
  ...Object.values(teams),
  createOrganisation,
  showOrganisation,
  updateOrganisation,
  queryKpis,
  showKpiClock,
  setKpiClock,
  // Who sends
  listIntegrations,
  createIntegration,
  showIntegration,
  updateIntegration,
  rotateIntegrationKey,
  disableIntegration,
  testIntegration,
  // Who is told
  listWebhooks,
  createWebhook,
  showWebhook,
  updateWebhook,
  rotateWebhookSecret,
  deleteWebhook,
  testWebhook,
  listWebhookDeliveries,
  replayWebhookDelivery,
  replayWebhook,
  // The organisation's users and keys
  listUsers,
  inviteUser,
  showUser,
  updateUser,
  reinviteUser,
  endUserSessions,
  listKeys,
  createKey,
  revokeKey,
  // What was done
  listAuditEntries,
  exportAuditEntries,
  showDocument,
];
