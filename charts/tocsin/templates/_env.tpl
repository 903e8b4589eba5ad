{{/* Where the engines are. Of (dict "root" $ "needs" list). */}}
{{- define "tocsin.engineEnv" -}}
{{- $values := .root.Values }}
{{- $full := include "tocsin.fullname" .root }}
{{- if has "nats" .needs }}
{{- if $values.nats.existingSecret }}
{{- include "tocsin.fromSecret" (dict "root" .root "variable" "NATS_URL" "secret" $values.nats) }}
{{- else }}
- name: NATS_URL
  value: {{ ternary (printf "nats://%s-nats:4222" $full) $values.nats.url (and $values.evaluation.enabled (eq $values.nats.url "")) | quote }}
{{- end }}
{{- end }}
{{- if has "mongodb" .needs }}
{{ include "tocsin.fromSecret" (dict "root" .root "variable" "MONGODB_URL" "secret" $values.mongodb "evaluationKey" "mongodb-uri") }}
{{- end }}
{{- if has "temporal" .needs }}
- name: TEMPORAL_ADDRESS
  value: {{ ternary (printf "%s-temporal:7233" $full) $values.temporal.address (and $values.evaluation.enabled (eq $values.temporal.address "")) | quote }}
- name: TEMPORAL_NAMESPACE
  value: {{ $values.temporal.namespace | quote }}
{{- if $values.temporal.tls.enabled }}
- name: TEMPORAL_TLS
  value: "true"
{{- end }}
{{- with $values.temporal.tls.serverName }}
- name: TEMPORAL_TLS_SERVER_NAME
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- include "tocsin.engineFilesEnv" . }}
{{- end }}

{{/* Of a component: what its service reads from the environment. Of (dict "root" $ "component" name "settings" settings). */}}
{{- define "tocsin.ownEnv" -}}
{{- $root := .root }}
{{- $values := $root.Values }}
{{- $name := .component }}
{{- $host := get $values.hosts $name }}
- name: LOG_LEVEL
  value: {{ $values.logLevel | quote }}
{{- if ne $name "simulator" }}
- name: OPS_PORT
  value: "9464"
{{- end }}
{{- with $values.telemetry.otlpEndpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- if eq $name "roster" }}
{{ include "tocsin.fromSecret" (dict "root" $root "variable" "ROSTER_MASTER_KEY" "secret" $values.keys.roster "evaluationKey" "roster-key") }}
{{- else if eq $name "ingestion" }}
- name: INGESTION_PORT
  value: "8080"
{{- else if eq $name "worker" }}
- name: TEMPORAL_METRICS_ADDRESS
  value: "0.0.0.0:9465"
{{- else if eq $name "analytics" }}
- name: ANALYTICS_PORT
  value: "8080"
- name: ANALYTICS_HOST
  value: "0.0.0.0"
{{- else if eq $name "webhooks" }}
{{ include "tocsin.fromSecret" (dict "root" $root "variable" "WEBHOOKS_MASTER_KEY" "secret" $values.keys.webhooks "evaluationKey" "webhooks-key") }}
{{- with $values.hosts.gateway }}
- name: PUBLIC_URL
  value: {{ printf "https://%s" . | quote }}
{{- end }}
{{- with $values.webhooks.allowedNetworks }}
- name: WEBHOOKS_ALLOWED_NETWORKS
  value: {{ join "," . | quote }}
{{- end }}
{{- else if eq $name "gateway" }}
- name: GATEWAY_PORT
  value: "8080"
- name: GATEWAY_HOST
  value: "0.0.0.0"
- name: GATEWAY_ORGANISATION
  value: {{ $values.organisation.id | quote }}
{{ include "tocsin.fromSecret" (dict "root" $root "variable" "GATEWAY_MASTER_KEY" "secret" $values.keys.gateway "evaluationKey" "gateway-key") }}
{{- if $host }}
- name: PUBLIC_URL
  value: {{ printf "https://%s" $host | quote }}
{{- end }}
{{- if $values.vapid.existingSecret }}
{{ include "tocsin.vapid" (dict "root" $root "variable" "VAPID_PUBLIC_KEY" "key" $values.vapid.publicKey) }}
{{- end }}
{{- with $values.hosts.ingestion }}
- name: GATEWAY_INTAKE_URL
  value: {{ printf "https://%s/v1/in" . | quote }}
{{- end }}
{{- with $values.gateway.trustedProxies }}
- name: GATEWAY_TRUSTED_PROXIES
  value: {{ join "," . | quote }}
{{- end }}
{{- if $values.gateway.oidc.existingSecret }}
{{ include "tocsin.fromSecret" (dict "root" $root "variable" "GATEWAY_OIDC" "secret" $values.gateway.oidc) }}
{{- end }}
{{- else if hasPrefix "notifier-" $name }}
- name: NOTIFIER_PORT
  value: "8080"
- name: NOTIFIER_HOST
  value: "0.0.0.0"
- name: PUBLIC_URL
  value: {{ ternary (printf "https://%s" $host) (include "tocsin.internalUrl" (dict "root" $root "component" $name)) (ne $host "") | quote }}
{{- if eq $name "notifier-push" }}
{{ include "tocsin.vapid" (dict "root" $root "variable" "VAPID_PUBLIC_KEY" "key" $values.vapid.publicKey) }}
{{ include "tocsin.vapid" (dict "root" $root "variable" "VAPID_PRIVATE_KEY" "key" $values.vapid.privateKey) }}
- name: VAPID_SUBJECT
  value: {{ $values.vapid.subject | quote }}
{{- else if eq $name "notifier-chat" }}
{{- if $values.slack.existingSecret }}
{{ include "tocsin.fromSecret" (dict "root" $root "variable" "SLACK_WORKSPACES" "secret" $values.slack) }}
{{- end }}
{{- else }}
{{ include "tocsin.fromSecret" (dict "root" $root "variable" "TWILIO_ACCOUNTS" "secret" $values.twilio "evaluationKey" "twilio-accounts") }}
{{- end }}
{{- else if eq $name "simulator" }}
- name: SIMULATOR_PORT
  value: "8080"
- name: SMS_URL
  value: {{ include "tocsin.internalUrl" (dict "root" $root "component" "notifier-sms") | quote }}
{{ include "tocsin.fromSecret" (dict "root" $root "variable" "TWILIO_ACCOUNTS" "secret" $values.twilio "evaluationKey" "twilio-accounts") }}
{{- end }}
{{- end }}

{{/* One half of the pair that browsers know us by. Of (dict "root" $ "variable" name "key" key of the Secret). */}}
{{- define "tocsin.vapid" -}}
{{- include "tocsin.fromSecret" (dict "root" .root "variable" .variable "secret" (dict "existingSecret" .root.Values.vapid.existingSecret "existingSecretKey" .key)) }}
{{- end }}

{{/* All variables of a container, each once: `extraEnv` wins over ours. Of (dict "root" $ "component" name "settings" settings "needs" list). */}}
{{- define "tocsin.env" -}}
{{- $extra := concat .root.Values.componentDefaults.extraEnv (default list (index .root.Values.components .component).extraEnv) }}
{{- $all := dict }}
{{- $names := list }}
{{- $ours := concat (include "tocsin.engineEnv" . | fromYamlArray) (include "tocsin.ownEnv" . | fromYamlArray) }}
{{- range concat $ours $extra }}
{{- if not (hasKey $all .name) }}{{ $names = append $names .name }}{{ end }}
{{- $_ := set $all .name . }}
{{- end }}
{{- range $names }}
- {{ toYaml (get $all .) | nindent 2 | trim }}
{{- end }}
{{- end }}
