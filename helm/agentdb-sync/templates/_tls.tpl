{{/* The names by which the QUIC service and the pods behind the headless one are dialled. */}}
{{- define "agentdb-sync.dnsNames" -}}
{{- $full := include "agentdb-sync.fullname" . }}
{{- $names := list }}
{{- range $service := list (printf "%s-quic" $full) (printf "%s-headless" $full) }}
{{- $inNamespace := printf "%s.%s" $service $.Release.Namespace }}
{{- $names = concat $names (list $service $inNamespace (printf "%s.svc" $inNamespace) (printf "%s.svc.cluster.local" $inNamespace)) }}
{{- end }}
{{- concat $names .Values.tls.server.dnsNames | uniq | toYaml }}
{{- end }}
