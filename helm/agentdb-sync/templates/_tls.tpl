{{/* The names by which the QUIC service and the pods behind the headless one are dialled, and those that the values add. */}}
{{- define "agentdb-sync.dnsNames" -}}
{{- $full := include "agentdb-sync.fullname" . }}
{{- $names := list }}
{{- if .Values.tls.server.internalNames }}
{{- range $service := list (printf "%s-quic" $full) (printf "%s-headless" $full) }}
{{- $inNamespace := printf "%s.%s" $service $.Release.Namespace }}
{{- $names = concat $names (list $service $inNamespace (printf "%s.svc" $inNamespace) (printf "%s.svc.cluster.local" $inNamespace)) }}
{{- end }}
{{- end }}
{{- $names = concat $names .Values.tls.server.dnsNames | uniq }}
{{- if not $names }}
{{- fail "tls.server.dnsNames: without internalNames, say by which names peers dial this node" }}
{{- end }}
{{- toYaml $names }}
{{- end }}
