{{/*
What engines are reached with, besides an address: files of Secrets, which follow these when they change. For each engine by name, files
as { variable, file, secret, key }. Of the root.
*/}}
{{- define "tocsin.engineFiles" -}}
{{- $values := .Values }}
{{- $files := dict "nats" list "mongodb" list "temporal" list }}
{{- $secrets := list
  (list "mongodb" "MONGODB_CA" "ca.crt" $values.mongodb.tls.ca)
  (list "nats" "NATS_CREDS" "user.creds" $values.nats.credentials)
  (list "nats" "NATS_CA" "ca.crt" $values.nats.tls.ca)
  (list "temporal" "TEMPORAL_API_KEY_PATH" "api-key" $values.temporal.apiKey)
  (list "temporal" "TEMPORAL_TLS_SERVER_CA_CERT_PATH" "ca.crt" $values.temporal.tls.ca)
}}
{{- range $secrets }}
{{- $secret := index . 3 }}
{{- if $secret.existingSecret }}
{{- $file := dict "variable" (index . 1) "file" (index . 2) "secret" $secret.existingSecret "key" $secret.existingSecretKey }}
{{- $_ := set $files (index . 0) (append (get $files (index . 0)) $file) }}
{{- end }}
{{- end }}
{{- range list (list "nats" "NATS_CERT" "NATS_KEY" $values.nats.tls.client) (list "temporal" "TEMPORAL_TLS_CLIENT_CERT_PATH" "TEMPORAL_TLS_CLIENT_KEY_PATH" $values.temporal.tls.client) }}
{{- $client := index . 3 }}
{{- if $client.existingSecret }}
{{- $cert := dict "variable" (index . 1) "file" "tls.crt" "secret" $client.existingSecret "key" $client.certKey }}
{{- $key := dict "variable" (index . 2) "file" "tls.key" "secret" $client.existingSecret "key" $client.privateKeyKey }}
{{- $_ := set $files (index . 0) (concat (get $files (index . 0)) (list $cert $key)) }}
{{- end }}
{{- end }}
{{- $files | toJson }}
{{- end }}

{{- define "tocsin.engineFilesIn" -}}
/run/secrets/{{ . }}
{{- end }}

{{/* Of (dict "root" $ "needs" list), as the two below. */}}
{{- define "tocsin.engineFilesEnv" -}}
{{- $files := include "tocsin.engineFiles" .root | fromJson }}
{{- range $engine := .needs }}
{{- range get $files $engine }}
- name: {{ .variable }}
  value: {{ include "tocsin.engineFilesIn" $engine }}/{{ .file }}
{{- end }}
{{- end }}
{{- end }}

{{- define "tocsin.engineMounts" -}}
{{- $files := include "tocsin.engineFiles" .root | fromJson }}
{{- range $engine := .needs }}
{{- if get $files $engine }}
- { name: {{ $engine }}-credentials, mountPath: {{ include "tocsin.engineFilesIn" $engine }}, readOnly: true }
{{- end }}
{{- end }}
{{- end }}

{{- define "tocsin.engineVolumes" -}}
{{- $files := include "tocsin.engineFiles" .root | fromJson }}
{{- range $engine := .needs }}
{{- with get $files $engine }}
- name: {{ $engine }}-credentials
  projected:
    defaultMode: 0440
    sources:
      {{- range . }}
      - secret: { name: {{ .secret }}, items: [{ key: {{ .key }}, path: {{ .file }} }] }
      {{- end }}
{{- end }}
{{- end }}
{{- end }}
