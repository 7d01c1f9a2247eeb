{{/* Whole directories, never a subPath: that would not see renewed certificates and tokens. */}}
{{- define "agentdb-sync.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
- name: imports
  mountPath: /var/lib/agentdb-sync/import
- name: config
  mountPath: /config
  readOnly: true
- name: secrets
  mountPath: /run/secrets/agentdb
  readOnly: true
- name: server-tls
  mountPath: /etc/agentdb-sync/tls/server
  readOnly: true
{{- range (include "agentdb-sync.files" . | fromYamlArray) }}
- name: {{ .name | quote }}
  mountPath: {{ .directory | quote }}
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "agentdb-sync.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.temporary.sizeLimit | quote }}
- name: imports
  {{- default (dict "emptyDir" (dict "sizeLimit" .Values.imports.sizeLimit)) .Values.imports.volume | toYaml | nindent 2 }}
- name: config
  configMap:
    name: {{ include "agentdb-sync.fullname" . | quote }}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range (include "agentdb-sync.secretProperties" . | fromYamlArray) }}
      - secret:
          name: {{ .secretName | quote }}
          items:
            - key: {{ .key | quote }}
              path: {{ .property | quote }}
      {{- end }}
- name: server-tls
  secret:
    secretName: {{ include "agentdb-sync.tlsSecret" . | quote }}
    defaultMode: 0440
{{- range (include "agentdb-sync.files" . | fromYamlArray) }}
- name: {{ .name | quote }}
  secret:
    secretName: {{ .secretName | quote }}
    defaultMode: 0440
    {{- with .items }}
    items:
      {{- toYaml . | nindent 6 }}
    {{- end }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Secrets that are there as files if named. */}}
{{- define "agentdb-sync.files" -}}
{{- with .Values.auth.tokens }}
{{- if .existingSecret }}
- name: tokens
  secretName: {{ .existingSecret | quote }}
  directory: /etc/agentdb-sync/tokens
  items:
    - key: {{ .key | quote }}
      path: tokens.yaml
{{- end }}
{{- end }}
{{- with include "agentdb-sync.databaseCa" . | fromYaml }}
- name: database-ca
  secretName: {{ .secretName | quote }}
  directory: /etc/agentdb-sync/tls/database
  items:
    - key: {{ .key | quote }}
      path: ca.crt
{{- end }}
{{- with .Values.tls.server.clientCa }}
{{- if .existingSecret }}
- name: client-ca
  secretName: {{ .existingSecret | quote }}
  directory: /etc/agentdb-sync/tls/client-ca
  items:
    - key: {{ .key | quote }}
      path: ca.crt
{{- end }}
{{- end }}
{{- with .Values.tls.client.ca }}
{{- if .existingSecret }}
- name: peer-ca
  secretName: {{ .existingSecret | quote }}
  directory: /etc/agentdb-sync/tls/peer-ca
  items:
    - key: {{ .key | quote }}
      path: ca.crt
{{- end }}
{{- end }}
{{- with .Values.tls.client }}
{{- if .existingSecret }}
- name: client-tls
  secretName: {{ .existingSecret | quote }}
  directory: /etc/agentdb-sync/tls/client
{{- end }}
{{- end }}
{{- end }}

{{/* What "512Mi" or "2Gi" is in Mi. */}}
{{- define "agentdb-sync.mebibytes" -}}
{{- $number := regexFind "^[0-9]+" . | int64 }}
{{- hasSuffix "Gi" . | ternary (mul $number 1024) $number }}
{{- end }}

{{/* With a limit of ephemeral storage: a log without end would otherwise fill the disk of everybody else's pods, too. */}}
{{- define "agentdb-sync.resources" -}}
{{- $resources := deepCopy (default dict .Values.resources) }}
{{- $most := add 512 (include "agentdb-sync.mebibytes" .Values.temporary.sizeLimit | int64) }}
{{- $imports := default dict .Values.imports.volume }}
{{- if not (or (hasKey $imports "ephemeral") (hasKey $imports "persistentVolumeClaim")) }}
{{- $most = add $most (include "agentdb-sync.mebibytes" .Values.imports.sizeLimit | int64) }}
{{- end }}
{{- /* What others bring along counts, too, and how much that is only they know. */}}
{{- $others := .Values.extraContainers }}
{{- range .Values.extraVolumes }}
{{- if hasKey . "emptyDir" }}
{{- $others = true }}
{{- end }}
{{- end }}
{{- if not $others }}
{{- $_ := set $resources "limits" (merge (default dict $resources.limits) (dict "ephemeral-storage" (printf "%dMi" $most))) }}
{{- end }}
{{- toYaml $resources }}
{{- end }}
