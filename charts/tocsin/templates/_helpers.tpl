{{- define "tocsin.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Short enough that `-provision-temporal-<hash>` still fits into a label. */}}
{{- define "tocsin.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- default $full .Values.fullnameOverride | trunc 34 | trimSuffix "-" }}
{{- end }}

{{- define "tocsin.namespace" -}}
{{- default .Release.Namespace .Values.namespaceOverride }}
{{- end }}

{{/* What never changes over a release's life: a Deployment's selector cannot. Of (dict "root" $ "component" name). */}}
{{- define "tocsin.selector" -}}
app.kubernetes.io/name: {{ include "tocsin.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "tocsin.labels" -}}
{{ include "tocsin.selector" . }}
app.kubernetes.io/part-of: tocsin
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/version: {{ default .root.Chart.AppVersion .root.Values.image.tag | trunc 63 | quote }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Name, namespace, labels and annotations of an object. Of (dict "root" $ "component" name "name" suffix "annotations" dict). */}}
{{- define "tocsin.metadata" -}}
name: {{ include "tocsin.fullname" .root }}-{{ default .component .name }}
namespace: {{ include "tocsin.namespace" .root }}
labels:
  {{- include "tocsin.labels" . | nindent 2 }}
{{- with mergeOverwrite (dict) (deepCopy .root.Values.commonAnnotations) (default dict .annotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* A digest wins over a tag. Of (dict "root" $ "image" image). */}}
{{- define "tocsin.image" -}}
{{- $registry := default .image.registry .root.Values.global.imageRegistry }}
{{- $path := ternary (printf "%s/%s" $registry .image.repository) .image.repository (ne $registry "") }}
{{- if .image.digest }}{{ $path }}@{{ .image.digest }}
{{- else }}{{ $path }}:{{ default .root.Chart.AppVersion .image.tag }}
{{- end }}
{{- end }}

{{/* The restricted level of Pod Security, and a root that cannot be written to. */}}
{{- define "tocsin.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ .user }}
runAsGroup: {{ .user }}
fsGroup: {{ .user }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "tocsin.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The values of a component: its own over those of all. Of (dict "root" $ "component" name). */}}
{{- define "tocsin.settings" -}}
{{- mustMergeOverwrite (deepCopy .root.Values.componentDefaults) (deepCopy (index .root.Values.components .component)) | toYaml }}
{{- end }}

{{/* Where a component's HTTP port is reached from inside. Of (dict "root" $ "component" name). */}}
{{- define "tocsin.internalUrl" -}}
http://{{ include "tocsin.fullname" .root }}-{{ .component }}.{{ include "tocsin.namespace" .root }}.svc:8080
{{- end }}

{{/* A variable from a Secret: the one that the values name, or the evaluation's. Of (dict "root" $ "variable" "secret" values "evaluationKey"). */}}
{{- define "tocsin.fromSecret" -}}
{{- $own := and .root.Values.evaluation.enabled (not .secret.existingSecret) }}
- name: {{ .variable }}
  valueFrom:
    secretKeyRef:
      name: {{ ternary (printf "%s-evaluation" (include "tocsin.fullname" .root)) .secret.existingSecret $own }}
      key: {{ ternary .evaluationKey .secret.existingSecretKey $own }}
{{- end }}

{{/* What a pod of our own image has besides its container. Of (dict "root" $ "settings" settings). */}}
{{- define "tocsin.podCommon" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "tocsin.podSecurity" (dict "user" 10001) | nindent 2 }}
{{- with .root.Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .settings }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .schedulerName }}
schedulerName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
