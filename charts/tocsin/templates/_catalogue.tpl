{{/*
What each component is, for every template: the engines that it asks, whether it listens for others, whether those are outside the
cluster, and whether it sends to providers. Nothing here is for the values to change. A test holds it to the image's roles.

needs: engines that it speaks to · http: serves others on port 8080 · public: these may be outside the cluster
providers: sends to the internet · single: never more than one · lag: consumers that KEDA scales by · queues: task queues, likewise
*/}}
{{- define "tocsin.catalogue" -}}
roster: { needs: [nats, mongodb] }
ingestion: { needs: [nats, mongodb], http: true, public: true }
incidents:
  needs: [nats, mongodb, temporal]
  lag:
    - { stream: ALERTS, consumer: incidents--intake-high }
    - { stream: ALERTS, consumer: incidents--intake-low }
    - { stream: PAGES, consumer: incidents--progress }
worker:
  needs: [nats, temporal]
  queues: [incidents, page-sms, page-voice, page-chat, page-push]
notifier-sms: { needs: [nats, mongodb], http: true, public: true, providers: true }
notifier-voice: { needs: [nats, mongodb], http: true, public: true, providers: true }
notifier-chat:
  needs: [nats, mongodb]
  http: true
  public: true
  providers: true
  lag: [{ stream: INCIDENTS, consumer: notifier-chat--revisions }]
notifier-push:
  needs: [nats, mongodb]
  providers: true
  lag: [{ stream: INCIDENTS, consumer: notifier-push--revisions }]
webhooks:
  needs: [nats, mongodb]
  providers: true
  lag: [{ stream: INCIDENTS, consumer: webhooks--intake }]
gateway: { needs: [nats, mongodb], http: true, public: true }
analytics:
  needs: [nats, mongodb]
  http: true
  lag: [{ stream: INCIDENTS, consumer: analytics--fold }]
simulator: { needs: [], http: true, single: true }
{{- end }}

{{/* Names of the components that the values switch on, as a JSON list. Without a key browsers cannot be pushed to. */}}
{{- define "tocsin.enabled" -}}
{{- $names := list }}
{{- range $name, $_ := include "tocsin.catalogue" . | fromYaml }}
{{- $settings := include "tocsin.settings" (dict "root" $ "component" $name) | fromYaml }}
{{- if and (or $settings.enabled (and (eq $name "simulator") $.Values.evaluation.enabled)) (or (ne $name "notifier-push") $.Values.vapid.existingSecret) }}
{{- $names = append $names $name }}
{{- end }}
{{- end }}
{{- $names | toJson }}
{{- end }}
