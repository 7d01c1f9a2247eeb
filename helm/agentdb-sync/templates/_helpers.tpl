{{- define "agentdb-sync.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 47 | trimSuffix "-" }}
{{- end }}

{{/*
At most 47 characters: pods carry the name with a hash of 11 in a label of 63, "-headless" is a Service, and CloudNativePG takes names
of 50, of which "-db" are ours. A release's name may have dots, which a Service's may not.
*/}}
{{- define "agentdb-sync.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | replace "." "-" | trunc 47 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- $full | replace "." "-" | trunc 47 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Here as elsewhere strings are quoted: a release may be called 123, and a label may be no number. */}}
{{- define "agentdb-sync.selectorLabels" -}}
app.kubernetes.io/name: {{ include "agentdb-sync.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{/* Of the node's pods, and not of the pod of `helm test`, which no Service may lead to. */}}
{{- define "agentdb-sync.podSelector" -}}
{{ include "agentdb-sync.selectorLabels" . }}
app.kubernetes.io/component: node
{{- end }}

{{- define "agentdb-sync.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "agentdb-sync.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/part-of: agentdb
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Metadata of a resource. Takes a dict: root, name; and component, labels, annotations where there are any. */}}
{{- define "agentdb-sync.metadata" -}}
name: {{ .name | quote }}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- $common := include "agentdb-sync.labels" .root | fromYaml }}
  {{- $own := dict }}
  {{- with .component }}{{ $_ := set $own "app.kubernetes.io/component" . }}{{ end }}
  {{- merge $own (default dict .labels) $common | toYaml | nindent 2 }}
{{- with merge (dict) (default dict .annotations) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.image" -}}
{{- $repository := .Values.image.repository }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "agentdb-sync.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Stops the release with a reason instead of an "unknown kind" half-way. Takes a dict: root, api, value, what. */}}
{{- define "agentdb-sync.requireApi" -}}
{{- include "agentdb-sync.checks" .root }}
{{- if not (or (.root.Capabilities.APIVersions.Has .api) (has .api .root.Values.apiVersions)) }}
{{- fail (printf "%s is on, but this cluster does not serve %s: install %s, switch it off, or, where nobody asks the cluster, add %s to apiVersions" .value .api .what .api) }}
{{- end }}
{{- end }}
